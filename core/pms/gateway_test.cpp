#include "pms/gateway.hpp"

#include <atomic>
#include <thread>

#include "pms/gateway_fixture.hpp"
#include "pms/reference.hpp"

namespace agente::pms {
namespace {

using Kind = WriteOutcome::Kind;

using testing::GatewayTest;
using testing::kDeadline;
using testing::kNoon;
using testing::kSettle;

TEST_F(GatewayTest, OneAcceptedSummaryIsOneBookingHoweverOftenItIsAskedFor) {
  const auto first = gateway->book(accepted(), "t");
  ASSERT_EQ(first.kind, Kind::kDone);
  gateway = make();  // another process takes over
  const auto again = gateway->book(accepted(), "t");
  EXPECT_EQ(again.kind, Kind::kDone);
  EXPECT_EQ(again.booking.booking_id, first.booking.booking_id);
  EXPECT_EQ(pms.book_calls, 1);
}

TEST_F(GatewayTest, OneBookingAfterTheOtherIsAskedForHoweverManyGuestsAcceptAtOnce) {
  std::atomic<int> inside = 0;
  std::atomic<int> most = 0;
  std::atomic<int> accepted_by = 0;
  pms.before_booking = [&] {
    most = std::max(most.load(), ++inside);
    while (accepted_by < 4) std::this_thread::yield();  // everybody has come
    --inside;
  };
  {
    std::vector<std::jthread> guests;
    for (const auto* quote : {"q1", "q2", "q3", "q4"}) {
      guests.emplace_back([&, quote] {
        ++accepted_by;
        EXPECT_EQ(gateway->book(accepted(quote), "t").kind, Kind::kDone);
      });
    }
  }
  EXPECT_EQ(most, 1);
  EXPECT_EQ(pms.live(), 4U);
}

TEST_F(GatewayTest, LostAnswerIsLookedUpOnlyAfterDeadlineAndSettleTimeAndNeverBookedAgain) {
  pms.lose_next_answer();
  const auto lost = gateway->book(accepted(), "t");
  ASSERT_EQ(lost.kind, Kind::kNotYet);
  EXPECT_EQ(lost.wait, kDeadline + kSettle);
  clock.advance(kDeadline + kSettle - Millis{1});
  EXPECT_EQ(gateway->book(accepted(), "t").kind, Kind::kNotYet);
  EXPECT_EQ(pms.look_ups, 0);
  clock.advance(Millis{1});
  const auto found = gateway->book(accepted(), "t");
  ASSERT_EQ(found.kind, Kind::kDone);
  EXPECT_EQ(found.booking.booking_id, "H-1");
  EXPECT_EQ(pms.book_calls, 1);
}

TEST_F(GatewayTest, AttemptThatHadNoEffectIsMadeAgainAndCheckedOnceMore) {
  pms.fail_next({Code::kUnknownOutcome, "cut before it arrived"});
  ASSERT_EQ(gateway->book(accepted(), "t").kind, Kind::kNotYet);
  clock.advance(kDeadline + kSettle);
  ASSERT_EQ(gateway->book(accepted(), "t").kind, Kind::kDone);
  EXPECT_EQ(pms.book_calls, 2);
  EXPECT_EQ(pms.look_ups, 2);  // before the second attempt, and after it
  EXPECT_EQ(pms.live(), 1U);
}

TEST_F(GatewayTest, LateTwinOfARetriedBookingIsCancelledBeforeTheGuestIsTold) {
  pms.fail_next({Code::kUnknownOutcome, "slow"});
  ASSERT_EQ(gateway->book(accepted(), "t").kind, Kind::kNotYet);
  clock.advance(kDeadline + kSettle);
  pms.look_up_fails = true;
  ASSERT_EQ(gateway->book(accepted(), "t").kind, Kind::kNotYet);  // cannot tell: nothing is tried
  EXPECT_EQ(pms.book_calls, 1);
  pms.look_up_fails = false;
  for (const auto* id : {"H-7", "H-8"}) {  // both attempts had taken effect there
    pms.bookings.push_back({.booking_id = id,
                            .reference = reference_of("sol", "q1"),
                            .total = {40'000, "EUR"},
                            .created = Time{Millis{id[2]}}});
  }
  clock.advance(Millis{60'000});
  const auto outcome = gateway->book(accepted(), "t");
  ASSERT_EQ(outcome.kind, Kind::kDone);
  EXPECT_EQ(outcome.booking.booking_id, "H-7");
  EXPECT_EQ(pms.live(), 1U);
}

/// Clocks of machines differ, and are set.
struct GatewayClockTest : GatewayTest, ::testing::WithParamInterface<Millis> {
  void expect_looked_up_after_the_settle_time_and_not_before() {
    EXPECT_EQ(gateway->book(accepted(), "t").wait, kDeadline + kSettle);
    clock.advance(kDeadline + kSettle - Millis{1});
    EXPECT_EQ(gateway->book(accepted(), "t").kind, Kind::kNotYet);
    EXPECT_EQ(pms.look_ups, 0);
    clock.advance(Millis{1});
    EXPECT_EQ(gateway->book(accepted(), "t").kind, Kind::kDone);
    EXPECT_EQ(pms.book_calls, 1);
  }
};

TEST_P(GatewayClockTest, ALostAnswerSettlesForItsTimeHoweverTheClockIsSet) {
  pms.lose_next_answer();
  ASSERT_EQ(gateway->book(accepted(), "t").kind, Kind::kNotYet);
  clock.set(clock.now() + GetParam());
  expect_looked_up_after_the_settle_time_and_not_before();
}

TEST_P(GatewayClockTest, AnAttemptOfAnotherHostSettlesAnewWhereItIsFirstSeen) {
  pms.lose_next_answer();
  ASSERT_EQ(gateway->book(accepted(), "t").kind, Kind::kNotYet);
  clock.advance(kSettle);
  clock.set(clock.now() + GetParam());
  gateway = make();
  expect_looked_up_after_the_settle_time_and_not_before();
}

TEST_P(GatewayClockTest, AnAttemptThatAnotherHostHasMadeMeanwhileSettlesAnew) {
  pms.fail_next({Code::kUnknownOutcome, "cut"});
  ASSERT_EQ(gateway->book(accepted(), "t").kind, Kind::kNotYet);
  clock.advance(kDeadline + kSettle);
  const auto before = std::exchange(gateway, make());
  ASSERT_EQ(gateway->book(accepted(), "t").kind, Kind::kNotYet);  // first seen there
  clock.advance(kDeadline + kSettle);
  pms.fail_next({Code::kUnknownOutcome, "cut again"});
  ASSERT_EQ(gateway->book(accepted(), "t").kind, Kind::kNotYet);
  clock.set(clock.now() + GetParam());
  EXPECT_EQ(before->book(accepted(), "t").wait, kDeadline + kSettle) << "as if it had never seen it";
}

TEST_P(GatewayClockTest, TheBreakerProbesAfterItsPauseHoweverTheClockIsSet) {
  for (int i = 0; i < 5; ++i) {
    pms.fail_next({Code::kRetry, "down"});
    EXPECT_EQ(gateway->book(accepted("q" + std::to_string(i)), "t").kind, Kind::kNotYet);
  }
  clock.set(clock.now() + GetParam());
  clock.advance(Millis{29'999});
  EXPECT_EQ(gateway->book(accepted("q9"), "t").kind, Kind::kNotYet);
  clock.advance(Millis{1});
  EXPECT_EQ(gateway->book(accepted("q9"), "t").kind, Kind::kDone);
}

INSTANTIATE_TEST_SUITE_P(ByHours, GatewayClockTest, ::testing::Values(std::chrono::hours{5}, -std::chrono::hours{5}));

TEST_F(GatewayTest, BookingWithoutAnIdIsNoBooking) {
  pms.bookings.push_back({.booking_id = "", .reference = reference_of("sol", "q9")});
  pms.fail_next({Code::kInternal, "nonsense"});
  EXPECT_EQ(gateway->book(accepted("q9"), "t").kind, Kind::kNotYet);
}

TEST_F(GatewayTest, WhatDidNotHappenMayBeTriedAgainWithoutWaitingForItToSettle) {
  pms.fail_next({Code::kTimeout, "no connection"});
  const auto waits = gateway->book(accepted(), "t");
  ASSERT_EQ(waits.kind, Kind::kNotYet);
  EXPECT_LE(waits.wait, Millis{2000});
  clock.advance(waits.wait);
  EXPECT_EQ(gateway->book(accepted(), "t").kind, Kind::kDone);
}

TEST_F(GatewayTest, ConflictAndRefusalAreRememberedAndNotTriedAgain) {
  pms.fail_next({Code::kConflict, "sold out"});
  EXPECT_EQ(gateway->book(accepted("q1"), "t").kind, Kind::kConflict);
  EXPECT_EQ(gateway->book(accepted("q1"), "t").kind, Kind::kConflict);
  pms.fail_next({Code::kInvalid, "too many heads"});
  EXPECT_EQ(gateway->book(accepted("q2"), "t").kind, Kind::kRefused);
  EXPECT_EQ(gateway->book(accepted("q2"), "t").text, "too many heads");
  EXPECT_EQ(pms.book_calls, 2);
}

TEST_F(GatewayTest, BreakerOpensAfterFiveFailuresAndOneProbeClosesIt) {
  for (int i = 0; i < 5; ++i) {
    pms.fail_next({Code::kRetry, "down"});
    EXPECT_EQ(gateway->book(accepted("q" + std::to_string(i)), "t").kind, Kind::kNotYet);
  }
  EXPECT_EQ(gateway->breaker_status().state, BreakerState::kOpen);
  const auto calls = pms.book_calls;
  EXPECT_EQ(gateway->book(accepted("q9"), "t").kind, Kind::kNotYet);
  EXPECT_FALSE(gateway->availability({}, "t"));
  EXPECT_EQ(pms.book_calls, calls);
  clock.advance(Millis{30'000});
  EXPECT_EQ(gateway->book(accepted("q9"), "t").kind, Kind::kDone);
  EXPECT_EQ(gateway->breaker_status().state, BreakerState::kClosed);
}

TEST_F(GatewayTest, GuestsOwnMistakesDoNotOpenTheBreaker) {
  for (int i = 0; i < 10; ++i) {
    pms.fail_next({Code::kConflict, "sold out"});
    EXPECT_EQ(gateway->book(accepted("q" + std::to_string(i)), "t").kind, Kind::kConflict);
  }
  EXPECT_EQ(gateway->breaker_status().state, BreakerState::kClosed);
}

TEST_F(GatewayTest, AnAnswerWithoutABookingIsAFailureOfThePms) {
  pms.answer_without_ids = true;
  for (int i = 0; i < 5; ++i) EXPECT_EQ(gateway->book(accepted("q" + std::to_string(i)), "t").kind, Kind::kNotYet);
  EXPECT_EQ(gateway->breaker_status().state, BreakerState::kOpen);
}

TEST_F(GatewayTest, AProbeThatFindsNoFreeCallOfThePluginDoesNotCloseTheBreaker) {
  for (int i = 0; i < 5; ++i) {
    pms.fail_next({Code::kRetry, "down"});
    EXPECT_EQ(gateway->book(accepted("q" + std::to_string(i)), "t").kind, Kind::kNotYet);
  }
  clock.advance(Millis{30'000});
  pms.fail_next({Code::kRate, "64 calls are under way"});
  EXPECT_EQ(gateway->book(accepted("q0"), "t").kind, Kind::kNotYet);
  EXPECT_EQ(gateway->breaker_status().state, BreakerState::kOpen);
  clock.advance(Millis{1'000});
  EXPECT_EQ(gateway->book(accepted("q0"), "t").kind, Kind::kDone);
  EXPECT_EQ(gateway->breaker_status().state, BreakerState::kClosed);
}

TEST_F(GatewayTest, ABookingAtAnotherPriceThanAcceptedIsCancelledAndToldAsAConflict) {
  pms.surcharge = 500;
  const auto outcome = gateway->book(accepted(), "t");
  EXPECT_EQ(outcome.kind, Kind::kConflict);
  EXPECT_THAT(outcome.text, ::testing::AllOf(::testing::HasSubstr("405"), ::testing::HasSubstr("400")));
  EXPECT_EQ(pms.live(), 0U);
  EXPECT_EQ(gateway->book(accepted(), "t").kind, Kind::kConflict) << "remembered";
  EXPECT_EQ(pms.book_calls, 1);
}

TEST_F(GatewayTest, ABookingAtAnotherPriceIsCancelledLaterWhenThePmsDoesNotCancelItNow) {
  pms.surcharge = 500;
  pms.cancel_fails = true;
  ASSERT_EQ(gateway->book(accepted(), "t").kind, Kind::kNotYet);
  EXPECT_EQ(pms.live(), 1U);
  pms.cancel_fails = false;
  clock.advance(kDeadline + kSettle);
  EXPECT_EQ(gateway->book(accepted(), "t").kind, Kind::kConflict);
  EXPECT_EQ(pms.live(), 0U);
  EXPECT_EQ(pms.book_calls, 1);
}

TEST_F(GatewayTest, LostChangeIsRecognisedByItsEffect) {
  ASSERT_EQ(gateway->book(accepted(), "t").kind, Kind::kDone);
  const AcceptedChange change{.quote = "q2",
                              .guest = accepted().guest,
                              .change = {.booking_id = "H-1",
                                         .room_type = "double",
                                         .checkin = *parse_day("2026-10-10"),
                                         .checkout = *parse_day("2026-10-12"),
                                         .adults = 2}};
  pms.lose_next_answer();
  ASSERT_EQ(gateway->change(change, "t").kind, Kind::kNotYet);
  clock.advance(kDeadline + kSettle);
  const auto outcome = gateway->change(change, "t");
  ASSERT_EQ(outcome.kind, Kind::kDone);
  EXPECT_EQ(format_day(outcome.booking.checkin), "2026-10-10");
}

TEST_F(GatewayTest, CancelIsDoneOnceAndAskingAgainIsFine) {
  ASSERT_EQ(gateway->book(accepted(), "t").kind, Kind::kDone);
  const AcceptedCancel cancel{.quote = "q2", .guest = accepted().guest, .booking_id = "H-1", .reason = "guest"};
  EXPECT_EQ(gateway->cancel(cancel, "t").kind, Kind::kDone);
  EXPECT_EQ(gateway->cancel(cancel, "t").kind, Kind::kDone);
  EXPECT_EQ(pms.live(), 0U);
}

TEST(Reference, DependsOnHotelAndQuoteAloneAndCanBeReadOut) {
  EXPECT_EQ(reference_of("sol", "q1"), reference_of("sol", "q1"));
  EXPECT_NE(reference_of("sol", "q1"), reference_of("luna", "q1"));
  EXPECT_THAT(reference_of("sol", "q1"), ::testing::MatchesRegex("AH[2-9A-HJ-NP-Z]+"));
  EXPECT_EQ(reference_of("sol", "q1").size(), 16U);
}

}  // namespace
}  // namespace agente::pms
