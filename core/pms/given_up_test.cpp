// What a guest accepted and a PMS leaves undone for too long.
#include "pms/gateway_fixture.hpp"

namespace agente::pms {
namespace {

using testing::GatewayTest;
using testing::kDeadline;
using testing::kSettle;
using Kind = WriteOutcome::Kind;

constexpr Millis kWait{900'000};
constexpr Millis kTick{1};

struct GivenUp : GatewayTest {
  std::optional<store::Intent> intent(const std::string& quote = "q1") {
    std::optional<store::Intent> found;
    EXPECT_TRUE(store->read([&](store::sql::Connection& c) { found = store::intents::find(c, "sol", quote); }));
    return found;
  }
  /// Five guests have tried in vain: nobody else's wish is taken to the PMS.
  void breaker_opens() {
    pms.down = true;
    for (int i = 0; i < Breaker::kThreshold; ++i) {
      ASSERT_EQ(gateway->book(accepted("other" + std::to_string(i)), "t").kind, Kind::kNotYet);
    }
  }
  /// The PMS stays away for `time`, asked as often as the gateway wants.
  WriteOutcome stays_down(Millis time) {
    const auto end = clock.now() + time;
    for (pms.down = true;;) {
      auto outcome = gateway->book(accepted(), "t");
      if (outcome.kind != Kind::kNotYet || clock.now() >= end) return outcome;
      clock.advance(std::min(outcome.wait, end - clock.now()));
    }
  }
};

TEST_F(GivenUp, ABookingWaitsForItsTimeAndNoLonger) {
  EXPECT_EQ(stays_down(kWait - kTick).kind, Kind::kNotYet);
  EXPECT_FALSE(stays_down(Millis{0}).overdue);
  const auto outcome = stays_down(kTick);
  ASSERT_EQ(outcome.kind, Kind::kGivenUp);
  EXPECT_THAT(outcome.text, ::testing::HasSubstr("not answering"));
  EXPECT_EQ(intent()->state, store::IntentState::kRefused);
  EXPECT_THAT(intent()->result, ::testing::HasSubstr("not answering"));
}

TEST_F(GivenUp, OneThatWasNeverAttemptedIsCertainlyNotBooked) {
  breaker_opens();
  const auto waits = gateway->book(accepted(), "t");
  ASSERT_EQ(waits.kind, Kind::kNotYet);
  EXPECT_EQ(intent()->attempts, 0);
  clock.advance(kWait - kTick);
  ASSERT_EQ(gateway->book(accepted("probe"), "t").kind, Kind::kNotYet);
  clock.advance(kTick);
  EXPECT_EQ(gateway->book(accepted(), "t").kind, Kind::kGivenUp);
}

TEST_F(GivenUp, OneIsStillBookedByThePmsThatAnswersAtTheLastMoment) {
  ASSERT_EQ(stays_down(kWait - kTick).kind, Kind::kNotYet);
  clock.advance(Millis{60'000});
  pms.down = false;
  gateway = make();  // the host was away when the time was over
  EXPECT_EQ(gateway->book(accepted(), "t").kind, Kind::kDone);
  EXPECT_EQ(pms.live(), 1U);
}

TEST_F(GivenUp, OneIsNeverBookedLaterByWhoeverAsks) {
  ASSERT_EQ(stays_down(kWait).kind, Kind::kGivenUp);
  pms.down = false;
  const auto calls = pms.book_calls;
  clock.advance(std::chrono::hours{1});
  EXPECT_EQ(gateway->book(accepted(), "t").kind, Kind::kGivenUp);
  gateway = make();
  const auto again = gateway->book(accepted(), "t");
  EXPECT_EQ(again.kind, Kind::kGivenUp);
  EXPECT_NE(again.text, "");
  EXPECT_EQ(pms.book_calls, calls);
  EXPECT_EQ(pms.live(), 0U);
}

TEST_F(GivenUp, AHostThatSleptSinceItReadTheIntentAttemptsNothing) {
  breaker_opens();
  ASSERT_EQ(gateway->book(accepted(), "t").kind, Kind::kNotYet);
  const auto as_read = *intent();
  clock.advance(kWait - kTick);
  ASSERT_EQ(gateway->book(accepted("probe"), "t").kind, Kind::kNotYet);
  clock.advance(kTick);
  ASSERT_EQ(gateway->book(accepted(), "t").kind, Kind::kGivenUp);

  auto attempted = as_read;
  attempted.state = store::IntentState::kAttempted;
  bool kept = true;
  EXPECT_TRUE(store->write([&](store::sql::Connection& c) { kept = store::intents::update(c, attempted); }));
  EXPECT_FALSE(kept) << "so it does not call the PMS";
}

TEST_F(GivenUp, OneInDoubtGoesOnWaitingAndIsOverdue) {
  pms.lose_next_answer();
  ASSERT_EQ(gateway->book(accepted(), "t").kind, Kind::kNotYet);
  pms.look_up_fails = true;
  clock.advance(kWait);
  for (int i = 0; i < 3; ++i) {
    const auto outcome = gateway->book(accepted(), "t");
    ASSERT_EQ(outcome.kind, Kind::kNotYet);
    EXPECT_TRUE(outcome.overdue);
    clock.advance(outcome.wait);
  }
  pms.look_up_fails = false;
  const auto outcome = gateway->book(accepted(), "t");
  ASSERT_EQ(outcome.kind, Kind::kDone);
  EXPECT_EQ(outcome.booking.booking_id, "H-1");
  EXPECT_EQ(pms.book_calls, 1);
}

TEST_F(GivenUp, OneInDoubtIsGivenUpOnceThePmsKnowsNothingOfItAndNotTriedAgain) {
  pms.fail_next({Code::kUnknownOutcome, "connection cut"});
  ASSERT_EQ(gateway->book(accepted(), "t").kind, Kind::kNotYet);
  pms.look_up_fails = true;
  clock.advance(kWait);
  ASSERT_TRUE(gateway->book(accepted(), "t").overdue);
  pms.look_up_fails = false;
  clock.advance(Millis{30'000});
  EXPECT_EQ(gateway->book(accepted(), "t").kind, Kind::kGivenUp);
  EXPECT_EQ(pms.book_calls, 1);
}

TEST_F(GivenUp, OneWhoseEveryAttemptIsLostIsGivenUpToo) {
  Millis waited{0};
  WriteOutcome outcome;
  do {
    pms.fail_next({Code::kUnknownOutcome, "connection cut"});
    outcome = gateway->book(accepted(), "t");
    clock.advance(outcome.wait);
    waited += outcome.wait;
  } while (outcome.kind == Kind::kNotYet && waited < 2 * kWait);
  EXPECT_EQ(outcome.kind, Kind::kGivenUp);
  EXPECT_GE(waited, kWait);
  EXPECT_LE(waited, kWait + 2 * (kDeadline + kSettle));
}

TEST_F(GivenUp, SoIsACancellationThatThePmsDidNotTake) {
  ASSERT_EQ(gateway->book(accepted(), "t").kind, Kind::kDone);
  const AcceptedCancel cancel{.quote = "q2", .guest = accepted().guest, .booking_id = "H-1", .reason = "guest"};
  pms.cancel_fails = true;
  ASSERT_EQ(gateway->cancel(cancel, "t").kind, Kind::kNotYet);
  clock.advance(kWait);
  EXPECT_EQ(gateway->cancel(cancel, "t").kind, Kind::kGivenUp);
  pms.cancel_fails = false;
  EXPECT_EQ(gateway->cancel(cancel, "t").kind, Kind::kGivenUp);
  EXPECT_EQ(pms.live(), 1U) << "as the guest was told";
}

}  // namespace
}  // namespace agente::pms
