#include "pms/breaker.hpp"

#include <gtest/gtest.h>

#include "base/calendar.hpp"

namespace agente::pms {
namespace {

constexpr Millis kPause{30'000};

struct BreakerTest : ::testing::Test {
  ManualClock clock{parse_time("2026-09-15T12:00:00Z").value()};
  Breaker breaker{clock, kPause, 3};

  void fail(int times) {
    for (int i = 0; i < times; ++i) static_cast<void>(breaker.report(breaker.allow().value(), Sign::kFails));
  }
  [[nodiscard]] BreakerState state() const { return breaker.status().state; }
};

TEST_F(BreakerTest, OpensAfterFailuresInARowAndNotAfterAsManyWithAnAnswerBetween) {
  fail(2);
  EXPECT_FALSE(breaker.report(breaker.allow().value(), Sign::kAnswers));
  fail(2);
  EXPECT_EQ(state(), BreakerState::kClosed);
  EXPECT_EQ(breaker.report(breaker.allow().value(), Sign::kFails), BreakerState::kOpen);
  EXPECT_FALSE(breaker.allow());
  EXPECT_EQ(breaker.until_probe(), kPause);
}

TEST_F(BreakerTest, LetsOneProbeThroughAndItsAnswerDecides) {
  fail(3);
  clock.advance(kPause);
  const auto probe = breaker.allow();
  ASSERT_TRUE(probe);
  EXPECT_EQ(state(), BreakerState::kHalfOpen);
  EXPECT_FALSE(breaker.allow());
  EXPECT_FALSE(breaker.allow_if_closed());
  EXPECT_EQ(breaker.report(*probe, Sign::kFails), BreakerState::kOpen);
  EXPECT_FALSE(breaker.allow());
  clock.advance(kPause);
  EXPECT_EQ(breaker.report(breaker.allow().value(), Sign::kAnswers), BreakerState::kClosed);
  EXPECT_TRUE(breaker.allow_if_closed());
}

TEST_F(BreakerTest, ACallFromBeforeItOpenedNeitherClosesItNorPutsOffTheProbe) {
  const auto late = breaker.allow().value();
  const auto later = breaker.allow().value();
  fail(3);
  EXPECT_FALSE(breaker.report(late, Sign::kAnswers));
  EXPECT_EQ(state(), BreakerState::kOpen);
  clock.advance(kPause - Millis{1});
  EXPECT_FALSE(breaker.report(later, Sign::kFails));
  clock.advance(Millis{1});
  EXPECT_TRUE(breaker.allow());
}

TEST_F(BreakerTest, ACallFromBeforeItOpenedDoesNotDecideForTheProbe) {
  const auto late = breaker.allow().value();
  fail(3);
  clock.advance(kPause);
  const auto probe = breaker.allow().value();
  EXPECT_FALSE(breaker.report(late, Sign::kAnswers));
  EXPECT_EQ(state(), BreakerState::kHalfOpen);
  EXPECT_EQ(breaker.report(probe, Sign::kAnswers), BreakerState::kClosed);
  EXPECT_FALSE(breaker.report(late, Sign::kFails));
  EXPECT_EQ(breaker.status().failures, 0);
}

TEST_F(BreakerTest, AProbeThatNeverReachedThePmsIsFollowedByAnotherASecondLater) {
  fail(3);
  const auto opened = breaker.status().opened_at;
  clock.advance(kPause);
  EXPECT_EQ(breaker.report(breaker.allow().value(), Sign::kNone), BreakerState::kOpen);
  EXPECT_FALSE(breaker.allow());
  clock.advance(Millis{1'000});
  EXPECT_TRUE(breaker.allow());
  EXPECT_EQ(breaker.status().opened_at, opened) << "it has been open all the time";
}

}  // namespace
}  // namespace agente::pms
