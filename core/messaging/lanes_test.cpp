#include "messaging/lanes.hpp"

#include <atomic>

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
  Lanes<Row> lanes(clock, {.load = [&](store::Id after, int limit) { return table.load(after, limit); },
                           .handle = [&](Row& row) -> std::optional<Time> {
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
  const auto due = clock.now() + Millis{1000};
  Lanes<Row> lanes(clock, {.load = [&](store::Id after, int limit) { return table.load(after, limit); },
                           .handle = [&](Row& row) -> std::optional<Time> {
                             if (row.id == 1 && clock.now() < due) return due;
                             note(row.id);
                             return std::nullopt;
                           }});
  lanes.start(2, "test");
  ASSERT_TRUE(testing::eventually([&] { return count() == 1; }));
  clock.advance(Millis{1000});
  ASSERT_TRUE(testing::eventually([&] { return count() == 3; }));
  EXPECT_EQ(handled, (std::vector<store::Id>{3, 1, 2}));
}

TEST_F(LanesTest, HurriedRowNeedNotWaitForItsTime) {
  table.add("guest");
  std::atomic<int> tries = 0;
  Lanes<Row> lanes(clock, {.load = [&](store::Id after, int limit) { return table.load(after, limit); },
                           .handle = [&](Row&) -> std::optional<Time> {
                             if (++tries == 1) return clock.now() + Millis{3'600'000};
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
  Lanes<Row> lanes(clock, {.load = [&](store::Id after, int limit) { return table.load(after, limit); },
                           .handle = [&](Row& row) -> std::optional<Time> {
                             if (++tries > 1) return std::nullopt;
                             running->hurry(row.guest);  // a receipt that overtakes the answer of the send
                             return clock.now() + Millis{3'600'000};
                           }});
  running = &lanes;
  lanes.start(1, "test");
  EXPECT_TRUE(testing::eventually([&] { return tries == 2; }));
}

TEST_F(LanesTest, FailedLoadIsTriedAgain) {
  table.add("guest");
  std::atomic<int> loads = 0;
  Lanes<Row> lanes(clock, {.load = [&](store::Id after,
                                       int limit) { return ++loads == 1 ? std::nullopt : table.load(after, limit); },
                           .handle = [&](Row& row) -> std::optional<Time> {
                             note(row.id);
                             return std::nullopt;
                           }});
  lanes.start(1, "test");
  ASSERT_TRUE(testing::eventually([&] { return loads == 1; }));
  clock.advance(Millis{1000});
  EXPECT_TRUE(testing::eventually([&] { return count() == 1; }));
}

}  // namespace
}  // namespace agente::messaging
