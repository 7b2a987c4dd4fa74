#include "plugins/self_tests.hpp"

#include <atomic>

#include <gmock/gmock.h>

#include "base/calendar.hpp"

namespace agente::plugins {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A channel that is well, or says what is wrong with it.
class Patient final : public Channel {
 public:
  [[nodiscard]] const std::string& id() const override { return id_; }
  Result<std::string> send(const OutboundMessage&, std::string_view) override { return std::string(); }
  Result<HttpOut> on_http(const HttpIn&, Staged&, std::string_view) override { return HttpOut{}; }
  Result<std::string> lookup(std::string_view, std::string_view) override { return std::string(); }
  Result<std::vector<Check>> self_test() override {
    const std::lock_guard lock(mutex_);
    ++asked_;
    if (silent_) return Error{Code::kTimeout, "no answer"};
    return std::vector<Check>{{.stage = "token", .ok = cause_.empty(), .cause = cause_, .remedy = "renew it"}};
  }

  void suffers(std::string cause) {
    const std::lock_guard lock(mutex_);
    cause_ = std::move(cause);
  }
  void falls_silent() {
    const std::lock_guard lock(mutex_);
    silent_ = true;
  }
  int asked() {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

 private:
  const std::string id_ = "whatsapp";
  std::mutex mutex_;
  std::string cause_;
  bool silent_ = false;
  int asked_ = 0;
};

struct SelfTestsTest : ::testing::Test {
  ManualClock clock{parse_time("2026-09-15T12:00:00Z").value()};
  Metrics metrics;
  Patient patient;
  std::atomic<bool> is_there = true;
  SelfTests tests{clock, metrics, [this] {
                    std::map<std::string, Channel*> channels;
                    if (is_there) channels.emplace("whatsapp", &patient);
                    return channels;
                  }};

  /// Lets `by` pass and waits until the round that this brings is over.
  void round_after(Millis by) {
    const auto before = tests.last();
    clock.advance(by);
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    const auto at = [](const auto& rounds) { return rounds.empty() ? Time{} : rounds.begin()->second.at; };
    while (at(tests.last()) == at(before) && std::chrono::steady_clock::now() < give_up) std::this_thread::yield();
    ASSERT_NE(at(tests.last()), at(before));
  }
};

constexpr Millis kQuarter{900'000};

TEST_F(SelfTestsTest, AreAMinuteAfterTheStartAndThenAtEachPeriod) {
  tests.every(kQuarter);
  tests.start();
  round_after(SelfTests::kFirst);
  EXPECT_EQ(patient.asked(), 1);
  round_after(kQuarter);
  EXPECT_EQ(patient.asked(), 2);
}

TEST_F(SelfTestsTest, WhatIsWrongIsKeptAndMeasuredUntilItIsWell) {
  patient.suffers("it ends in 3 hours");
  tests.every(kQuarter);
  tests.start();
  round_after(SelfTests::kFirst);
  const auto round = tests.last().at("whatsapp");
  EXPECT_FALSE(round.ok());
  EXPECT_EQ(round.at, clock.now());
  EXPECT_EQ(round.checks.front().cause, "it ends in 3 hours");
  EXPECT_THAT(metrics.text(), HasSubstr("channel_self_test_ok{channel=\"whatsapp\"} 0"));

  patient.suffers("");
  round_after(kQuarter);
  EXPECT_TRUE(tests.last().at("whatsapp").ok());
  EXPECT_THAT(metrics.text(), HasSubstr("channel_self_test_ok{channel=\"whatsapp\"} 1"));
}

TEST_F(SelfTestsTest, AChannelThatWasTakenOutIsForgotten) {
  tests.every(kQuarter);
  tests.start();
  round_after(SelfTests::kFirst);

  is_there = false;
  clock.advance(kQuarter);
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  while (!tests.last().empty() && std::chrono::steady_clock::now() < give_up) std::this_thread::yield();

  EXPECT_THAT(tests.last(), IsEmpty());
  EXPECT_THAT(metrics.text(), HasSubstr("channel_self_test_ok{channel=\"whatsapp\"} Nan"));
}

TEST_F(SelfTestsTest, AChannelThatDoesNotAnswerIsNotWell) {
  patient.falls_silent();
  tests.every(kQuarter);
  tests.start();
  round_after(SelfTests::kFirst);
  EXPECT_FALSE(tests.last().at("whatsapp").ok());
  EXPECT_EQ(tests.last().at("whatsapp").checks.front().cause, "no answer");
}

TEST_F(SelfTestsTest, AnotherPeriodHoldsAtOnceAndZeroForgetsWhatWasFound) {
  tests.every(kQuarter);
  tests.start();
  round_after(SelfTests::kFirst);
  tests.every(Millis{60'000});
  round_after(Millis{60'000});
  EXPECT_EQ(patient.asked(), 2);
  tests.every(Millis{0});
  EXPECT_THAT(tests.last(), IsEmpty());
  EXPECT_THAT(metrics.text(), HasSubstr("channel_self_test_ok{channel=\"whatsapp\"} Nan"));
}

}  // namespace
}  // namespace agente::plugins
