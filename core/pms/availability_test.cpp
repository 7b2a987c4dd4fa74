// What may be offered: how old it may be, and what a cache can do to it.
#include "pms/gateway_fixture.hpp"

namespace agente::pms {
namespace {

using testing::GatewayTest;
using Kind = WriteOutcome::Kind;

plugins::StayQuery week() {
  return {.checkin = *parse_day("2026-10-05"), .checkout = *parse_day("2026-10-09"), .adults = 2};
}

TEST_F(GatewayTest, WhatIsFreeIsAskedOnceInThirtySecondsForEachQuestion) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(gateway->availability(week(), "t")->front().total.minor, 40'000);
  EXPECT_EQ(pms.availability_calls, 1);
  auto other = week();
  other.adults = 1;
  EXPECT_TRUE(gateway->availability(other, "t"));
  EXPECT_EQ(pms.availability_calls, 2);
  clock.advance(Millis{30'000});
  pms.units_left = 1;
  EXPECT_EQ(gateway->availability(week(), "t")->front().units_left, 1);
}

TEST_F(GatewayTest, AfterAnyWriteOfOursThePmsIsAskedAnew) {
  const auto units = [&] { return gateway->availability(week(), "t")->front().units_left; };
  EXPECT_EQ(units(), 5);
  ASSERT_EQ(gateway->book(accepted("q1"), "t").kind, Kind::kDone);
  EXPECT_EQ(units(), 4);
  pms.lose_next_answer();  // it took effect, though nobody knows
  ASSERT_EQ(gateway->book(accepted("q2"), "t").kind, Kind::kNotYet);
  EXPECT_EQ(units(), 3);
  pms.units_left = 0;  // somebody else booked the rest: the next offer must not be the one just refused
  pms.fail_next({Code::kConflict, "sold out"});
  ASSERT_EQ(gateway->book(accepted("q3"), "t").kind, Kind::kConflict);
  EXPECT_EQ(units(), 0);
}

TEST_F(GatewayTest, AnAnswerThatWasOnItsWayDuringAWriteIsNotKept) {
  AvailabilityCache other_host(cache.get(), "sol", "scripted", Millis{30'000});
  const auto stamp = other_host.stamp();
  ASSERT_EQ(gateway->book(accepted(), "t").kind, Kind::kDone);
  other_host.keep(stamp, week(), {{"double", 99, 2, {1, "EUR"}}});
  EXPECT_EQ(gateway->availability(week(), "t")->front().units_left, 4);
}

TEST_F(GatewayTest, ABookingIsThePmsOwnAnswerWhateverTheCacheSays) {
  AvailabilityCache liar(cache.get(), "sol", "scripted", Millis{30'000});
  liar.keep(liar.stamp(), week(), {{"double", 99, 2, {1, "EUR"}}});
  ASSERT_EQ(gateway->availability(week(), "t")->front().units_left, 99);
  pms.fail_next({Code::kConflict, "sold out"});
  EXPECT_EQ(gateway->book(accepted(), "t").kind, Kind::kConflict);
}

TEST_F(GatewayTest, NonsenseInTheCacheIsAMiss) {
  const std::string name = "availability/sol/scripted/";
  const auto key = name + cache->get(name + "stamp").value() + R"(/["2026-10-05","2026-10-09",2,0,1,"",""])";
  ASSERT_TRUE(gateway->availability(week(), "t"));
  ASSERT_TRUE(cache->get(key));
  for (const auto* text : {"", "[", "{}", "null", "7", "[1]", "[{}]", R"([{"room_type":7}])"}) {
    cache->put(key, text, Millis{30'000});
    EXPECT_EQ(gateway->availability(week(), "t")->front().units_left, 5) << text;
  }
  EXPECT_EQ(pms.availability_calls, 9);
}

}  // namespace
}  // namespace agente::pms
