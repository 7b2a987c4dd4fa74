#include "plugins/scheduler.hpp"

#include <future>
#include <memory>
#include <thread>

#include <gtest/gtest.h>

namespace agente::plugins {
namespace {

using std::chrono_literals::operator""ms;  // NOLINT

struct SchedulerTest : testing::Test {
  ManualClock clock{Time{Millis{0}}};
  Scheduler scheduler{clock, 1};
  std::promise<void> begun;
  std::promise<void> released;

  Scheduler::Lane busy_lane() {
    const auto lane = scheduler.open_lane();
    EXPECT_TRUE(scheduler.add(lane, 0ms, [this]() -> std::optional<Millis> {
      begun.set_value();
      released.get_future().wait();
      return std::nullopt;
    }));
    scheduler.release(lane);
    begun.get_future().wait();
    return lane;
  }
  std::future<std::thread::id> soon() {
    auto ran = std::make_shared<std::promise<std::thread::id>>();  // shared_ptr: std::function copies what it holds
    const auto lane = scheduler.open_lane();
    EXPECT_TRUE(scheduler.add(lane, 0ms, [ran]() -> std::optional<Millis> {
      ran->set_value(std::this_thread::get_id());
      return std::nullopt;
    }));
    scheduler.release(lane);
    return ran->get_future();
  }
};

TEST_F(SchedulerTest, ATaskThatIsGivenUpGivesItsThreadToOthers) {
  const auto lane = busy_lane();
  scheduler.close(lane);  // as when its generation ends
  auto next = soon();
  EXPECT_EQ(next.wait_for(0ms), std::future_status::timeout) << "the only thread is busy";
  scheduler.give_up(lane);
  scheduler.give_up(lane);  // nothing more
  const auto other = next.get();
  released.set_value();
  EXPECT_EQ(soon().get(), other) << "there is one thread again";
}

TEST_F(SchedulerTest, ATaskWaitsForItsDelayHoweverTheClockIsSet) {
  std::promise<void> ran;
  const auto lane = scheduler.open_lane();
  EXPECT_TRUE(scheduler.add(lane, 1000ms, [&]() -> std::optional<Millis> {
    ran.set_value();
    return std::nullopt;
  }));
  scheduler.release(lane);
  auto done = ran.get_future();
  clock.set(clock.now() + std::chrono::hours{5});
  soon().get();
  EXPECT_EQ(done.wait_for(0ms), std::future_status::timeout);
  clock.set(clock.now() - std::chrono::hours{10});
  clock.advance(1000ms);
  done.get();
}

TEST_F(SchedulerTest, AnIdleLaneIsNotGivenUp) {
  const auto lane = scheduler.open_lane();
  scheduler.give_up(lane);
  EXPECT_EQ(soon().get(), soon().get()) << "there is one thread still";
}

}  // namespace
}  // namespace agente::plugins
