// Polls and timers where several hosts share one store.
#include "plugins/duty.hpp"

#include <atomic>

#include <gtest/gtest.h>

#include "plugins/host_test_fixture.hpp"

namespace agente::plugins {
namespace {

const Steady kLater = Steady::max();
const Steady kOver = Steady::min();

bool all(const std::string& /*instance*/) { return true; }

TEST(DutyTest, WhatAnotherHostHasTheDutyForDoesNotBegin) {
  Duty duty([](const std::string& instance) { return instance == "bell"; });
  EXPECT_TRUE(duty.begin("bell", kLater));
  EXPECT_FALSE(duty.begin("desk", kLater));
  EXPECT_TRUE(duty.rests(all)) << "neither is under way any more";
}

TEST(DutyTest, AShiftUnderWayKeepsItsInstanceFromBeingHandedOver) {
  Duty duty({});
  auto shift = duty.begin("bell", kLater);
  EXPECT_FALSE(duty.rests(all));
  EXPECT_TRUE(duty.rests([](const std::string& instance) { return instance == "desk"; }));
  shift.reset();
  EXPECT_TRUE(duty.rests(all));
}

TEST(DutyTest, AShiftThatOverranHoldsUpNobodyAndCommitsNothingOnceAnotherMayHaveBegun) {
  Duty duty({});
  const auto late = duty.begin("bell", kOver);
  EXPECT_TRUE(duty.rests(all));
  EXPECT_FALSE(late->may_commit());
}

TEST(DutyTest, AShiftThatCommitsIsWaitedForHoweverLateItIs) {
  Duty duty({});
  auto late = duty.begin("bell", kOver);
  EXPECT_TRUE(late->may_commit()) << "nobody has asked for the duty";
  EXPECT_FALSE(duty.rests(all));
  late.reset();
  EXPECT_TRUE(duty.rests(all));
}

/// A host that has the duty when the test says so.
struct SharedStoreTest : PluginHostTest {
  std::atomic<bool> on_duty = false;
  std::atomic<int> asked = 0;

  SharedStoreTest() {
    auto options = house.options();
    options.works_for = [this](const std::string& instance) {
      EXPECT_EQ(instance, "bell");
      ++asked;
      return on_duty.load();
    };
    host = std::make_unique<PluginHost>(options, house.services());
  }
  ~SharedStoreTest() override { host.reset(); }

  /// The clock goes on until the plugin would have been called `times` more.
  void let_pass(int times) {
    for (const int before = asked; asked < before + times;) tick();
  }
  void tick() {
    house.clock.advance(Millis{500});
    std::this_thread::yield();
  }
};

TEST_F(SharedStoreTest, AChannelIsPolledOnlyWhileThisHostHasTheDuty) {
  channel("poller");
  let_pass(5);
  EXPECT_EQ(house.inbox.count(), 0U);

  on_duty = true;
  wait_for([&] {
    tick();
    return house.inbox.count() > 1;
  });

  on_duty = false;
  let_pass(2);  // one was under way, perhaps
  const auto before = house.inbox.count();
  let_pass(5);
  EXPECT_EQ(house.inbox.count(), before);
}

TEST_F(SharedStoreTest, ATimerThatIsDueWaitsForTheDutyAndThenRunsAtOnce) {
  ASSERT_TRUE(send(channel("porter"), "timer"));
  house.clock.advance(Millis{5000});
  let_pass(3);
  EXPECT_EQ(house.inbox.count(), 0U);

  on_duty = true;
  wait_for([&] {
    tick();
    return house.inbox.count() == 1;
  });
}

TEST_F(SharedStoreTest, APollUnderWayKeepsTheDutyFromBeingHandedOver) {
  on_duty = true;
  EXPECT_TRUE(host->rests(all));
  channel("poller");
  const auto held = house.inbox.hold();
  wait_for([&] {
    tick();
    return status().in_flight == 1 && !host->rests(all);
  });
}

}  // namespace
}  // namespace agente::plugins
