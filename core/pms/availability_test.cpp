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
  AvailabilityCache other_host(cache.get(), "sol", "scripted", clock, {});
  const auto stamp = other_host.stamp();
  ASSERT_EQ(gateway->book(accepted(), "t").kind, Kind::kDone);
  other_host.keep(stamp, week(), {{"double", 99, 2, {1, "EUR"}}});
  EXPECT_EQ(gateway->availability(week(), "t")->front().units_left, 4);
}

TEST_F(GatewayTest, ABookingIsThePmsOwnAnswerWhateverTheCacheSays) {
  AvailabilityCache liar(cache.get(), "sol", "scripted", clock, {});
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
  for (const auto* text : {"", "[", "{}", "null", "7", "[1]", "[{}]", R"([{"room_type":7}])",
                           R"({"as_of":1,"offers":{}})", R"({"as_of":"now","offers":[]})"}) {
    cache->put(key, text, Millis{30'000});
    EXPECT_EQ(gateway->availability(week(), "t")->front().units_left, 5) << text;
  }
  EXPECT_EQ(pms.availability_calls, 11);
}

struct StaleOffers : GatewayTest {
  Result<std::vector<plugins::Offer>> offers() { return gateway->availability(week(), "t"); }
  void breaker_opens() {
    pms.down = true;
    for (int i = 0; i < Breaker::kThreshold; ++i) {
      ASSERT_EQ(gateway->book(accepted("other" + std::to_string(i)), "t").kind, Kind::kNotYet);
    }
  }
};

TEST_F(StaleOffers, WhatASilentPmsSaidIsOfferedForTenMinutesAndSaysOfWhenItIs) {
  const auto said_at = clock.now();
  ASSERT_FALSE(offers()->front().as_of);
  pms.down = true;
  clock.advance(Millis{29'999});
  EXPECT_FALSE(offers()->front().as_of) << "fresh";
  clock.advance(Millis{1});
  const auto stale = offers();
  ASSERT_TRUE(stale);
  EXPECT_EQ(stale->front().as_of, said_at);
  EXPECT_EQ(stale->front().total.minor, 40'000);
  EXPECT_EQ(stale->front().backend, "scripted");
  EXPECT_EQ(pms.availability_calls, 2) << "it was asked first";
  clock.advance(Millis{569'999});
  EXPECT_TRUE(offers());
  clock.advance(Millis{1});
  EXPECT_EQ(offers().error().code, Code::kRetry);
}

TEST_F(StaleOffers, AnswersAgainAreFreshAgain) {
  ASSERT_TRUE(offers());
  pms.down = true;
  clock.advance(Millis{60'000});
  ASSERT_TRUE(offers()->front().as_of);
  pms.down = false;
  pms.units_left = 1;
  EXPECT_FALSE(offers()->front().as_of);
  EXPECT_EQ(offers()->front().units_left, 1);
}

TEST_F(StaleOffers, AreGivenWhileTheBreakerIsOpenThoughBookingsTryInVain) {
  ASSERT_TRUE(offers());
  breaker_opens();
  clock.advance(Millis{60'000});
  ASSERT_EQ(gateway->book(accepted("probe"), "t").kind, Kind::kNotYet);
  ASSERT_EQ(gateway->breaker_status().state, BreakerState::kOpen);
  const auto calls = pms.availability_calls;
  EXPECT_TRUE(offers()->front().as_of);
  EXPECT_EQ(pms.availability_calls, calls);
}

TEST_F(StaleOffers, AreNotGivenAfterABookingThatMayHaveChangedThem) {
  ASSERT_TRUE(offers());
  pms.lose_next_answer();
  ASSERT_EQ(gateway->book(accepted(), "t").kind, Kind::kNotYet);
  pms.down = true;
  EXPECT_FALSE(offers());
}

TEST_F(StaleOffers, AreNotGivenInPlaceOfANo) {
  ASSERT_TRUE(offers());
  clock.advance(Millis{60'000});
  for (const auto code : {Code::kInvalid, Code::kUnsupported, Code::kNotFound, Code::kAuth}) {
    pms.refuse_availability = Error{code, "no"};
    EXPECT_EQ(offers().error().code, code);
  }
}

TEST_F(StaleOffers, ThatNothingWasFreeIsNotKeptForLater) {
  AvailabilityCache other_host(cache.get(), "sol", "scripted", clock, {});
  other_host.keep(other_host.stamp(), week(), {});
  pms.down = true;
  clock.advance(Millis{60'000});
  EXPECT_FALSE(offers());
}

TEST_F(StaleOffers, CanBeTurnedOff) {
  Gateway strict("sol", pms, *store, clock, {.cache = cache.get(), .availability_stale = Millis{0}},
                 {.call = [](auto, auto, auto) {}});
  ASSERT_TRUE(strict.availability(week(), "t"));
  pms.down = true;
  clock.advance(Millis{30'000});
  EXPECT_FALSE(strict.availability(week(), "t"));
}

TEST_F(StaleOffers, BookNothingAtTheirPriceUnlessThePmsAgreesNow) {
  ASSERT_TRUE(offers());
  breaker_opens();
  clock.advance(Millis{60'000});
  ASSERT_EQ(offers()->front().total, accepted().request.expected_total);
  ASSERT_EQ(gateway->book(accepted(), "t").kind, Kind::kNotYet) << "never told as booked meanwhile";
  EXPECT_EQ(pms.live(), 0U);

  pms.down = false;
  pms.surcharge = 500;  // what the PMS takes now
  clock.advance(Millis{60'000});
  EXPECT_EQ(gateway->book(accepted(), "t").kind, Kind::kConflict);
  EXPECT_EQ(pms.live(), 0U);
  pms.fail_next({Code::kConflict, "sold out"});
  EXPECT_EQ(gateway->book(accepted("q2"), "t").kind, Kind::kConflict);
}

}  // namespace
}  // namespace agente::pms
