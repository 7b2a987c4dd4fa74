#include "messaging/presence.hpp"

#include <future>

#include <gmock/gmock.h>

#include "messaging/test_support.hpp"

namespace agente::messaging {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// A channel whose provider can be made to take its time.
class Attentive final : public plugins::Channel {
 public:
  [[nodiscard]] const std::string& id() const override { return id_; }
  Result<std::string> send(const plugins::OutboundMessage&, std::string_view) override { return nothing(); }
  Result<plugins::HttpOut> on_http(const plugins::HttpIn&, plugins::Staged&, std::string_view) override {
    return nothing();
  }
  Result<std::string> lookup(std::string_view, std::string_view) override { return nothing(); }
  Result<std::vector<plugins::Check>> self_test() override { return nothing(); }

  Result<void> seen(const plugins::SeenMessage& message, std::string_view trace) override {
    const auto wait = [&] {
      const std::lock_guard lock(mutex_);
      seen_.push_back(message.account + " " + message.external_id + (message.answering ? " answering " : " ") +
                      std::string(trace));
      return slow_;
    }();
    if (wait.valid()) wait.wait();
    return refusal_ ? Result<void>(*refusal_) : Result<void>();
  }
  std::vector<std::string> seen() {
    const std::lock_guard lock(mutex_);
    return seen_;
  }
  bool has_seen(std::size_t count) {
    return testing::eventually([&] { return seen().size() >= count; });
  }
  void be_slow(std::shared_future<void> until) {
    const std::lock_guard lock(mutex_);
    slow_ = std::move(until);
  }
  void refuse(Error with) { refusal_ = std::move(with); }

 private:
  static Error nothing() { return {Code::kUnsupported, "not in this test"}; }

  const std::string id_ = "whatsapp";
  std::mutex mutex_;
  std::vector<std::string> seen_;
  std::shared_future<void> slow_;
  std::optional<Error> refusal_;
};

struct PresenceTest : ::testing::Test {
  ManualClock clock{parse_time("2026-09-15T12:00:00Z").value()};
  Attentive channel;
  std::promise<void> patience;
  Presence presence{clock, [this](const std::string& id) { return id == "whatsapp" ? &channel : nullptr; }};

  static store::Inbound message(store::Id id) {
    return {.id = id,
            .guest = {"sol", "whatsapp", "34600111222"},
            .account = "100",
            .external_id = "wamid." + std::to_string(id),
            .trace = "t"};
  }
  /// The provider keeps message 1 until `patience` ends.
  void hold_up() {
    channel.be_slow(patience.get_future().share());
    presence.will_answer(message(1));
    ASSERT_TRUE(channel.has_seen(1));
  }
};

TEST_F(PresenceTest, AMessageIsShownOnceAsBeingAnswered) {
  presence.start();
  for (const auto id : {1, 1, 2, 1}) presence.will_answer(message(id));
  ASSERT_TRUE(channel.has_seen(2));
  presence.will_answer(message(2));
  presence.will_answer(message(3));
  ASSERT_TRUE(channel.has_seen(3));
  EXPECT_THAT(channel.seen(),
              ElementsAre("100 wamid.1 answering t", "100 wamid.2 answering t", "100 wamid.3 answering t"));
}

TEST_F(PresenceTest, WhatIsHandledAgainOrHasNoIdIsNotShown) {
  presence.start();
  auto again = message(1);
  again.replayed = "processed";
  auto nameless = message(2);
  nameless.external_id.clear();
  auto elsewhere = message(3);
  elsewhere.guest.channel = "gone";
  for (const auto& one : {again, nameless, elsewhere, message(4)}) presence.will_answer(one);
  ASSERT_TRUE(channel.has_seen(1));
  EXPECT_THAT(channel.seen(), ElementsAre("100 wamid.4 answering t"));
}

TEST_F(PresenceTest, WhoWasAnsweredMeanwhileIsNotShownThatAnybodyWrites) {
  presence.start();
  hold_up();
  presence.will_answer(message(2));
  presence.has_answered(2);
  presence.has_answered(99);
  patience.set_value();
  ASSERT_TRUE(channel.has_seen(2));
  EXPECT_EQ(channel.seen()[1], "100 wamid.2 t");
}

TEST_F(PresenceTest, WhatASlowProviderHeldUpForTooLongIsDropped) {
  presence.start();
  hold_up();
  presence.will_answer(message(2));
  clock.advance(Millis{20'000});
  presence.will_answer(message(3));
  patience.set_value();
  ASSERT_TRUE(channel.has_seen(2));
  EXPECT_EQ(channel.seen()[1], "100 wamid.3 answering t");
}

TEST_F(PresenceTest, ManyWaitInBoundedMemoryAndNobodyIsHeldUp) {
  presence.start();
  hold_up();
  for (store::Id id = 2; id < 5000; ++id) presence.will_answer(message(id));
  patience.set_value();
  ASSERT_TRUE(channel.has_seen(257));
  presence.will_answer(message(6000));
  ASSERT_TRUE(channel.has_seen(258));
  EXPECT_EQ(channel.seen().back(), "100 wamid.6000 answering t");
}

TEST_F(PresenceTest, ARefusalIsForgotten) {
  presence.start();
  channel.refuse({Code::kAuth, "190 the token is over"});
  presence.will_answer(message(1));
  presence.will_answer(message(2));
  ASSERT_TRUE(channel.has_seen(2));
}

TEST_F(PresenceTest, TheEndDropsWhatWaitsAndWaitsForTheCallUnderWay) {
  presence.start();
  hold_up();
  presence.will_answer(message(2));
  presence.drop_all();
  patience.set_value();
  EXPECT_THAT(channel.seen(), ElementsAre("100 wamid.1 answering t"));
}

TEST_F(PresenceTest, BeforeItStartsAndAfterItEndedNothingHappens) {
  presence.will_answer(message(1));
  presence.drop_all();
  presence.start();
  presence.drop_all();
  presence.will_answer(message(2));
  EXPECT_THAT(channel.seen(), IsEmpty());
}

}  // namespace
}  // namespace agente::messaging
