#include "messaging/retention.hpp"

#include <atomic>

#include <gmock/gmock.h>

#include "messaging/test_support.hpp"

namespace agente::messaging {
namespace {

using std::chrono::days;
using store::Id;
using store::sql::Connection;
using testing::eventually;
using ::testing::HasSubstr;

constexpr Time kNow{Millis{1'789'000'000'000}};

Id id_at(Time moment) { return Id{moment.time_since_epoch().count()} * 4096; }

struct RetentionTest : ::testing::Test {
  ManualClock clock{kNow};
  testing::TemporaryStore store{clock};
  Metrics metrics;
  Retention retention{*store, clock, metrics};

  void add(Id first, store::InboundStatus status = store::InboundStatus::kProcessed, int count = 1) {
    store::Inbound message;
    message.guest = {"sol", "whatsapp", "549"};
    message.status = status;
    ASSERT_TRUE(store->write([&](Connection& c) {
      for (message.id = first; message.id < first + count; ++message.id) {
        message.external_id = std::to_string(message.id);
        EXPECT_TRUE(store::inbound::insert(c, message));
      }
    }));
  }
  void add_many(Id first, int count) { add(first, store::InboundStatus::kProcessed, count); }
  bool is_there(Id id) {
    bool found = false;
    EXPECT_TRUE(store->read([&](Connection& c) { found = store::inbound::find(c, id).has_value(); }));
    return found;
  }
  std::size_t count() {
    std::size_t rows = 0;
    EXPECT_TRUE(store->read([&](Connection& c) { rows = store::messages::list(c, {.limit = 100'000}).size(); }));
    return rows;
  }
  /// What is left after the next batch: the steps are so small that there cannot be two.
  std::size_t left_after_a_pause() {
    const auto before = count();
    auto after = before;
    eventually([&] {
      clock.advance(Millis{1});
      after = count();
      return after != before;
    });
    return after;
  }
};

TEST_F(RetentionTest, AMinuteAfterTheStartWhatIsTooOldGoesAndADayYoungerStays) {
  const auto tomorrow = id_at(kNow - days{29});
  const auto unfinished = id_at(kNow - days{400});
  add(id_at(kNow - days{30}));
  add(tomorrow);
  add(unfinished, store::InboundStatus::kReceived);
  retention.keep({.messages = days{30}, .events = {}});
  retention.start();

  EXPECT_EQ(count(), 3U);
  clock.advance(Retention::kFirst);

  EXPECT_TRUE(eventually([&] { return count() == 2; }));
  EXPECT_TRUE(is_there(tomorrow));
  EXPECT_TRUE(is_there(unfinished));
  EXPECT_TRUE(eventually([&] {
    return metrics.text().find("retention_removed_total{table=\"inbound_messages\"} 1") != std::string::npos;
  }));
  EXPECT_THAT(metrics.text(), HasSubstr("retention_removed_total{table=\"events\"} 0"));
}

TEST_F(RetentionTest, NothingGoesUnlessTheHotelSaidSo) {
  add(5);
  retention.keep({.messages = {}, .events = days{10}});
  retention.start();
  ASSERT_TRUE(store->write([](Connection& c) { store::events::append(c, {7, "sol", {}, "message.failed", "{}"}); }));
  clock.advance(Retention::kFirst);

  EXPECT_TRUE(eventually([&] {  // the run is over: what it may remove is gone
    std::size_t events = 0;
    EXPECT_TRUE(store->read([&](Connection& c) { events = store::events::list(c, "sol", 0, 9).size(); }));
    return events == 0;
  }));
  EXPECT_TRUE(is_there(5));
}

TEST_F(RetentionTest, ABatchGoesAtATimeAndIntakeGoesOnInBetween) {
  constexpr auto kBatch = std::size_t{Retention::kBatch};
  add_many(1, Retention::kBatch + Retention::kBatch + 1);
  retention.keep({.messages = days{10}, .events = {}});
  retention.start();
  clock.advance(Retention::kFirst);

  ASSERT_TRUE(eventually([&] { return count() == kBatch + 1; }));
  add(id_at(kNow));  // the clock stands still: no second batch can come before this
  EXPECT_EQ(count(), kBatch + 2);
  EXPECT_EQ(left_after_a_pause(), 2U);
  EXPECT_EQ(left_after_a_pause(), 1U);
  EXPECT_TRUE(is_there(id_at(kNow)));
}

TEST_F(RetentionTest, ItLooksEveryHourAndAtOnceWhenTheSettingsChange) {
  retention.keep({.messages = days{20}, .events = {}});
  retention.start();
  add(id_at(kNow - days{15}));
  retention.keep({.messages = days{12}, .events = {}});
  ASSERT_TRUE(eventually([&] { return count() == 0; })) << "without the clock having moved";

  clock.advance(Retention::kPause);
  add(id_at(kNow - days{12} + Millis{1000}));
  EXPECT_TRUE(eventually([&] {  // the end of the run before sets when the next hour begins
    clock.advance(Retention::kEvery);
    return count() == 0;
  }));
}

TEST_F(RetentionTest, OfSeveralHostsOnlyTheOneWhoseDutyItIsRemovesAnything) {
  std::atomic<bool> on_duty = false;
  std::atomic<int> asked = 0;
  Retention shared(*store, clock, metrics, [&] {
    ++asked;
    return on_duty.load();
  });
  add(id_at(kNow - days{30}));
  shared.keep({.messages = days{10}, .events = {}});
  shared.start();
  const auto let_an_hour_pass = [&] {
    const int before = asked;
    return eventually([&] {
      clock.advance(Retention::kEvery);
      return asked > before;
    });
  };
  ASSERT_TRUE(let_an_hour_pass());
  ASSERT_TRUE(let_an_hour_pass());
  EXPECT_EQ(count(), 1U);

  on_duty = true;
  EXPECT_TRUE(eventually([&] {
    clock.advance(Retention::kEvery);
    return count() == 0;
  }));
}

TEST_F(RetentionTest, StoppingDoesNotWaitForThePauseToEnd) {
  add_many(1, Retention::kBatch + 1);
  retention.keep({.messages = days{10}, .events = {}});
  retention.start();
  clock.advance(Retention::kFirst);
  ASSERT_TRUE(eventually([&] { return count() == 1; }));

  retention.stop();

  EXPECT_EQ(count(), 1U);
}

}  // namespace
}  // namespace agente::messaging
