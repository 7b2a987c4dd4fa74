#include "messaging/lanes.hpp"

#include <atomic>
#include <latch>

#include <gtest/gtest.h>

#include "base/calendar.hpp"
#include "messaging/test_support.hpp"

namespace agente::messaging {
namespace {

struct Row {
  store::Id id = 0;
  store::GuestKey guest;
};

/// A table of rows that only grows, as the store's queues look to a lane.
struct Table {
  std::mutex mutex;
  std::vector<Row> rows;

  void add(const std::string& guest) {
    const std::lock_guard lock(mutex);
    rows.push_back({static_cast<store::Id>(rows.size()) + 1, {"sol", "webchat", guest}});
  }
  void put(store::Id id, const std::string& guest) {
    const std::lock_guard lock(mutex);
    const auto later = std::ranges::find_if(rows, [&](const Row& row) { return row.id > id; });
    rows.insert(later, {id, {"sol", "webchat", guest}});
  }
  void remove(store::Id id) {
    const std::lock_guard lock(mutex);
    std::erase_if(rows, [&](const Row& row) { return row.id == id; });
  }
  std::optional<std::vector<Row>> load(store::Id after, int limit) {
    const std::lock_guard lock(mutex);
    std::vector<Row> page;
    for (const auto& row : rows) {
      if (row.id > after && static_cast<int>(page.size()) < limit) page.push_back(row);
    }
    return page;
  }
};

struct LanesTest : ::testing::Test {
  ManualClock clock{parse_time("2026-09-15T12:00:00Z").value()};
  Table table;
  std::mutex mutex;
  std::vector<store::Id> handled;

  std::size_t count() {
    const std::lock_guard lock(mutex);
    return handled.size();
  }
  void note(store::Id id) {
    const std::lock_guard lock(mutex);
    handled.push_back(id);
  }
};

TEST_F(LanesTest, OneGuestIsHandledInOrderAndNeverTwiceAtOnceWhileManyGo) {
  constexpr int kGuests = 20;
  constexpr int kEach = 100;
  for (int i = 0; i < kEach; ++i) {
    for (int g = 0; g < kGuests; ++g) table.add(std::to_string(g));
  }
  std::array<std::atomic<int>, kGuests> inside{};
  std::array<store::Id, kGuests> last{};
  std::atomic<bool> wrong = false;
  Lanes<Row> lanes(clock, {.load = [&](store::Parts, store::Id after, int limit) { return table.load(after, limit); },
                           .handle = [&](Row& row) -> std::optional<Steady> {
                             const auto g = std::stoul(row.guest.sender);
                             if (inside[g].fetch_add(1) != 0 || row.id <= last[g]) wrong = true;
                             last[g] = row.id;
                             inside[g].fetch_sub(1);
                             note(row.id);
                             return std::nullopt;
                           }});
  lanes.start(8, "test");
  ASSERT_TRUE(testing::eventually([&] { return count() == kGuests * kEach; }));
  EXPECT_FALSE(wrong);
}

TEST_F(LanesTest, ParkedRowHoldsItsGuestOnlyUntilItsTime) {
  table.add("slow");
  table.add("slow");
  table.add("quick");
  const auto due = clock.steady() + Millis{1000};
  Lanes<Row> lanes(clock, {.load = [&](store::Parts, store::Id after, int limit) { return table.load(after, limit); },
                           .handle = [&](Row& row) -> std::optional<Steady> {
                             if (row.id == 1 && clock.steady() < due) return due;
                             note(row.id);
                             return std::nullopt;
                           }});
  lanes.start(2, "test");
  ASSERT_TRUE(testing::eventually([&] { return count() == 1; }));
  clock.advance(Millis{1000});
  ASSERT_TRUE(testing::eventually([&] { return count() == 3; }));
  EXPECT_EQ(handled, (std::vector<store::Id>{3, 1, 2}));
}

TEST_F(LanesTest, AParkedRowWaitsForAsLongAsItWasToldHoweverTheClockIsSet) {
  table.add("guest");
  std::atomic<int> tries = 0;
  Lanes<Row> lanes(clock, {.load = [&](store::Parts, store::Id after, int limit) { return table.load(after, limit); },
                           .handle = [&](Row&) -> std::optional<Steady> {
                             if (++tries > 2) return std::nullopt;
                             return clock.steady() + Millis{1000};
                           }});
  lanes.start(1, "test");
  ASSERT_TRUE(testing::eventually([&] { return tries == 1; }));
  clock.set(clock.now() - std::chrono::hours{5});
  clock.advance(Millis{1000});
  ASSERT_TRUE(testing::eventually([&] { return tries == 2; }));
  clock.set(clock.now() + std::chrono::hours{10});
  table.add("other");
  lanes.wake();
  ASSERT_TRUE(testing::eventually([&] { return tries == 3; })) << "the other guest's";
  clock.advance(Millis{1000});
  EXPECT_TRUE(testing::eventually([&] { return tries == 4; }));
}

TEST_F(LanesTest, RowsGoOnSlowlyWhileTheyGiveWay) {
  for (int i = 0; i < 3; ++i) table.add(std::to_string(i));
  std::atomic<bool> rush = true;
  Lanes<Row> lanes(clock, {.load = [&](store::Parts, store::Id after, int limit) { return table.load(after, limit); },
                           .handle = [&](Row& row) -> std::optional<Steady> {
                             note(row.id);
                             return std::nullopt;
                           },
                           .gives_way = [&] { return rush.load(); }});
  lanes.start(1, "test");
  for (std::size_t done = 1; done <= 2; ++done) {
    // Moved until the worker has been waiting for it: a moment is waited once for each row.
    ASSERT_TRUE(testing::eventually([&] {
      clock.advance(Millis{10});
      return count() >= done;
    }));
  }
  rush = false;
  ASSERT_TRUE(testing::eventually([&] {
    clock.advance(Millis{10});
    return count() == 3U;
  }));
  EXPECT_EQ(handled, (std::vector<store::Id>{1, 2, 3}));
}

TEST_F(LanesTest, HurriedRowNeedNotWaitForItsTime) {
  table.add("guest");
  std::atomic<int> tries = 0;
  Lanes<Row> lanes(clock, {.load = [&](store::Parts, store::Id after, int limit) { return table.load(after, limit); },
                           .handle = [&](Row&) -> std::optional<Steady> {
                             if (++tries == 1) return clock.steady() + Millis{3'600'000};
                             return std::nullopt;
                           }});
  lanes.start(1, "test");
  ASSERT_TRUE(testing::eventually([&] { return tries == 1; }));
  ASSERT_TRUE(testing::eventually([&] {
    lanes.hurry({"sol", "webchat", "guest"});
    return tries == 2;
  }));
}

TEST_F(LanesTest, HurryThatComesWhileTheRowIsBeingHandledIsNotLost) {
  table.add("guest");
  std::atomic<int> tries = 0;
  Lanes<Row>* running = nullptr;
  Lanes<Row> lanes(clock, {.load = [&](store::Parts, store::Id after, int limit) { return table.load(after, limit); },
                           .handle = [&](Row& row) -> std::optional<Steady> {
                             if (++tries > 1) return std::nullopt;
                             running->hurry(row.guest);  // a receipt that overtakes the answer of the send
                             return clock.steady() + Millis{3'600'000};
                           }});
  running = &lanes;
  lanes.start(1, "test");
  EXPECT_TRUE(testing::eventually([&] { return tries == 2; }));
}

TEST_F(LanesTest, OlderRowThatComesLaterDoesNotWaitForTheTimeOfAYoungerOne) {
  std::latch in_hand(1);
  std::latch added(1);
  Lanes<Row> lanes(clock, {.load = [&](store::Parts, store::Id after, int limit) { return table.load(after, limit); },
                           .handle = [&](Row& row) -> std::optional<Steady> {
                             note(row.id);
                             if (row.id < 10) return std::nullopt;
                             if (count() == 1) {
                               in_hand.count_down();
                               added.wait();
                             }
                             return clock.steady() + std::chrono::hours{1};
                           }});
  table.put(10, "ana");
  lanes.start(1, "test");
  in_hand.wait();
  lanes.add({3, {"sol", "webchat", "ana"}});  // while the younger one is being handled
  added.count_down();
  ASSERT_TRUE(testing::eventually([&] { return count() == 3; }));
  lanes.add({4, {"sol", "webchat", "ana"}});  // while it waits
  ASSERT_TRUE(testing::eventually([&] { return count() == 5; }));
  EXPECT_EQ(handled, (std::vector<store::Id>{10, 3, 10, 4, 10}));
}

TEST_F(LanesTest, ARowThatIsAddedAnewWhileItWaitsIsHandledAsItIsThen) {
  struct Said : Row {
    std::string text;
  };
  std::vector<std::string> texts;
  std::atomic<bool> parked = false;
  Lanes<Said> lanes(clock, {.load = [](store::Parts, store::Id,
                                       int) { return std::optional<std::vector<Said>>(std::vector<Said>{}); },
                            .handle = [&](Said& said) -> std::optional<Steady> {
                              if (said.id == 1 && !parked.exchange(true)) return clock.steady() + Millis{1000};
                              const std::lock_guard lock(mutex);
                              texts.push_back(said.text);
                              handled.push_back(said.id);
                              return std::nullopt;
                            }});
  const store::GuestKey guest{"sol", "webchat", "ana"};
  lanes.add({{1, guest}, "first"});
  lanes.start(1, "test");
  ASSERT_TRUE(testing::eventually([&] { return parked.load(); }));
  lanes.add({{2, guest}, "old"});
  lanes.add({{2, guest}, "new"});
  ASSERT_TRUE(testing::eventually([&] {
    clock.advance(Millis{1000});
    return count() == 2;
  }));
  lanes.stop();
  EXPECT_EQ(texts, (std::vector<std::string>{"first", "new"}));
}

TEST_F(LanesTest, FailedLoadIsTriedAgain) {
  table.add("guest");
  std::atomic<int> loads = 0;
  Lanes<Row> lanes(clock, {.load = [&](store::Parts, store::Id after,
                                       int limit) { return ++loads == 1 ? std::nullopt : table.load(after, limit); },
                           .handle = [&](Row& row) -> std::optional<Steady> {
                             note(row.id);
                             return std::nullopt;
                           }});
  lanes.start(1, "test");
  ASSERT_TRUE(testing::eventually([&] { return loads == 1; }));
  clock.advance(Millis{1000});
  EXPECT_TRUE(testing::eventually([&] { return count() == 1; }));
}

/// Lanes whose rows leave the table once they are handled, as in the store.
struct SharedLanesTest : LanesTest {
  std::atomic<bool> hold_up = false;
  Lanes<Row> lanes{
      clock,
      {.load =
           [this](store::Parts parts, store::Id after, int limit) {
             auto page = table.load(after, limit);
             std::erase_if(*page, [&](const Row& row) { return !store::contains(parts, store::part_of(row.guest)); });
             return page;
           },
       .handle = [this](Row& row) -> std::optional<Steady> {
         note(row.id);
         while (hold_up) std::this_thread::yield();
         table.remove(row.id);
         return std::nullopt;
       }}};

  void hear() {
    lanes.wake();
    lanes.sweep();
  }
};

TEST_F(SharedLanesTest, ARowThatWasCommittedAfterALaterOneIsHandledOnce) {
  table.put(100, "ana");
  lanes.start(2, "test");
  ASSERT_TRUE(testing::eventually([&] { return count() == 1; }));
  table.put(50, "eva");
  ASSERT_TRUE(testing::eventually([&] {
    hear();
    return count() == 2;
  }));
  for (int i = 0; i < 100; ++i) hear();
  lanes.stop();
  EXPECT_EQ(handled, (std::vector<store::Id>{100, 50}));
}

TEST_F(SharedLanesTest, RowsInMemoryAreNotTakenUpTwiceHoweverOftenItLooks) {
  hold_up = true;
  for (int i = 1; i <= 20; ++i) table.put(i, "ana");
  lanes.start(2, "test");
  for (int i = 0; i < 100; ++i) hear();
  hold_up = false;
  ASSERT_TRUE(testing::eventually([&] { return count() == 20; }));
  lanes.stop();
  EXPECT_TRUE(std::ranges::is_sorted(handled));
  EXPECT_EQ(count(), 20U);
}

TEST_F(SharedLanesTest, APartThatIsGivenAwayIsDroppedAndTakenUpAgainWhenItIsHeldAgain) {
  const auto ana = store::Parts{1} << store::part_of(store::GuestKey{"sol", "webchat", "ana"});
  lanes.hold(store::kAllParts & ~ana);
  table.put(1, "ana");
  table.put(2, "eva");
  ASSERT_FALSE(store::contains(ana, store::part_of(store::GuestKey{"sol", "webchat", "eva"})));
  lanes.start(2, "test");
  ASSERT_TRUE(testing::eventually([&] { return count() == 1; }));
  EXPECT_EQ(handled.front(), 2);
  lanes.hold(store::kAllParts);
  ASSERT_TRUE(testing::eventually([&] { return count() == 2; }));
}

TEST_F(SharedLanesTest, ARowUnderWayEndsAlthoughItsPartIsGivenAwayAndIsWaitedFor) {
  hold_up = true;
  table.put(1, "ana");
  table.put(2, "ana");
  lanes.start(2, "test");
  ASSERT_TRUE(testing::eventually([&] { return count() == 1; }));
  lanes.hold(0);
  EXPECT_FALSE(lanes.rests(store::kAllParts));
  hold_up = false;
  ASSERT_TRUE(testing::eventually([&] { return lanes.rests(store::kAllParts); }));
  lanes.stop();
  EXPECT_EQ(handled, (std::vector<store::Id>{1})) << "the second one is another host's";
}

}  // namespace
}  // namespace agente::messaging
