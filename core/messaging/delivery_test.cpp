#include "messaging/delivery.hpp"

#include "messaging/backoff.hpp"
#include "messaging/delivery_fixture.hpp"

namespace agente::messaging {
namespace {

TEST_F(DeliveryTest, RepliesOfOneGuestGoOutInOrderAndEachOnce) {
  for (int i = 0; i < 20; ++i) put("guest", std::to_string(i));
  delivery.start();
  ASSERT_TRUE(channel.wait_for_sent(20));
  const auto sent = channel.sent();
  ASSERT_EQ(sent.size(), 20U);
  for (std::size_t i = 0; i < sent.size(); ++i) EXPECT_EQ(sent[i].text, std::to_string(i));
}

TEST_F(DeliveryTest, ChannelLearnsWhenTheGuestLastWroteToTheAccount) {
  const auto wrote = clock.now() - std::chrono::hours{30};
  ASSERT_TRUE(intake.commit("whatsapp",
                            {.messages = {{.hotel = "sol",
                                           .account = "1",
                                           .external_id = "wamid.a",
                                           .sender = "guest",
                                           .kind = "text",
                                           .text = "hola",
                                           .provider_time = wrote}}},
                            "trace"));
  put("guest", "late");
  put("stranger", "out of the blue");

  delivery.start();

  ASSERT_TRUE(channel.wait_for_sent(2));
  for (const auto& sent : channel.sent()) EXPECT_EQ(sent.guest_wrote, sent.recipient == "guest" ? wrote : Time{});
}

TEST_F(DeliveryTest, FailureThatDidNotHappenIsTriedAgainAfterTheTimeAskedForAndKeepsTheOrder) {
  channel.answer_next(Error{Code::kRate, "slow down", Millis{5000}});
  const auto first = put("guest", "first");
  const auto second = put("guest", "second");
  delivery.start();
  ASSERT_TRUE(waits_for_second_attempt(first));
  EXPECT_EQ(row(first).next_attempt_at, kNoon + Millis{5000});
  EXPECT_EQ(channel.sent().size(), 1U);
  clock.advance(Millis{5000});
  ASSERT_TRUE(becomes(second, OutboundStatus::kSent));
  EXPECT_EQ(channel.sent()[1].text, "first");
  EXPECT_EQ(channel.sent()[1].key, channel.sent()[0].key);
}

TEST_F(DeliveryTest, WaitingForItsTurnIsNoAttemptOfAMessage) {
  for (const auto code : {Code::kRate, Code::kAuth, Code::kRate, Code::kRetry}) {
    channel.answer_next(Error{code, "not now", code == Code::kAuth ? std::nullopt : std::optional{Millis{15'000}}});
  }
  const auto id = put("guest", "hello");
  delivery.start();
  for (std::size_t sent = 1; sent < 5; ++sent) {
    ASSERT_TRUE(channel.wait_for_sent(sent));
    ASSERT_TRUE(waits_for_second_attempt(id));
    clock.advance(Millis{15'000});
  }
  ASSERT_TRUE(becomes(id, OutboundStatus::kSent));
  std::vector<unsigned> attempts;
  for (const auto& sent : channel.sent()) attempts.push_back(sent.attempt);
  EXPECT_THAT(attempts, ::testing::ElementsAre(1, 1, 1, 1, 2));
}

TEST_F(DeliveryTest, WaitingGuestHoldsUpNobodyElse) {
  channel.answer_next(Error{Code::kRetry, "down", Millis{60'000}});
  put("unlucky", "waits");
  delivery.start();
  ASSERT_TRUE(channel.wait_for_sent(1));
  const auto other = put("other", "goes");
  delivery.wake();
  EXPECT_TRUE(becomes(other, OutboundStatus::kSent));
}

TEST_F(DeliveryTest, PermanentRefusalIsADeadLetterWithItsReasonAndReleasesTheNext) {
  channel.answer_next(Error{Code::kInvalid, "131026 Message undeliverable"});
  const auto dead = put("guest", "never arrives");
  const auto next = put("guest", "arrives");
  delivery.start();
  ASSERT_TRUE(becomes(next, OutboundStatus::kSent));
  EXPECT_EQ(row(dead).status, OutboundStatus::kFailed);
  EXPECT_THAT(row(dead).failure_reason, ::testing::HasSubstr("131026"));
  EXPECT_THAT(metrics.text(), ::testing::HasSubstr("whatsapp_messages_total{direction=\"out\",status=\"failed\"} 1"));
}

TEST_F(DeliveryTest, DeadLetterIsSentAgainOnDemandButNothingElseIs) {
  channel.answer_next(Error{Code::kInvalid, "no"});
  const auto dead = put("guest", "second chance");
  delivery.start();
  ASSERT_TRUE(becomes(dead, OutboundStatus::kFailed));
  EXPECT_TRUE(delivery.retry(dead));
  ASSERT_TRUE(becomes(dead, OutboundStatus::kSent));
  EXPECT_EQ(delivery.retry(dead).error().code, Code::kConflict);
  EXPECT_EQ(delivery.retry(4711).error().code, Code::kNotFound);
}

TEST_F(DeliveryTest, DeadLetterOfYesterdayThatIsSentAgainHasAnotherDay) {
  channel.answer_next(Error{Code::kInvalid, "no"});
  const auto dead = put("guest", "second chance");
  delivery.start();
  ASSERT_TRUE(becomes(dead, OutboundStatus::kFailed));

  clock.advance(std::chrono::hours{25});
  EXPECT_TRUE(delivery.retry(dead));

  EXPECT_TRUE(becomes(dead, OutboundStatus::kSent)) << row(dead).failure_reason;
}

TEST_F(DeliveryTest, UnknownOutcomeWaitsForItsReceiptAndIsNotSentAgain) {
  channel.answer_next(Error{Code::kUnknownOutcome, "timed out after the request was written"});
  const auto doubtful = put("guest", "maybe");
  const auto next = put("guest", "next");
  delivery.start();
  ASSERT_TRUE(becomes(doubtful, OutboundStatus::kDoubtful));
  receipt(doubtful, plugins::ReceiptState::kDelivered);
  ASSERT_TRUE(becomes(next, OutboundStatus::kSent));  // released at once, not after a minute
  EXPECT_EQ(row(doubtful).status, OutboundStatus::kDelivered);
  EXPECT_EQ(channel.sent().size(), 2U);
}

TEST_F(DeliveryTest, UnknownOutcomeWithoutReceiptIsSentOnceMoreAndMarked) {
  channel.answer_next(Error{Code::kUnknownOutcome, "connection cut"});
  const auto doubtful = put("guest", "maybe");
  delivery.start();
  ASSERT_TRUE(becomes(doubtful, OutboundStatus::kDoubtful));
  clock.advance(Millis{60'000});
  ASSERT_TRUE(becomes(doubtful, OutboundStatus::kSent));
  EXPECT_TRUE(row(doubtful).possibly_duplicated);
  EXPECT_EQ(channel.sent().size(), 2U);
}

TEST_F(DeliveryTest, ChannelThatCanLookUpDecidesTheDoubt) {
  channel.answer_next(Error{Code::kUnknownOutcome, "connection cut"});
  channel.lookup_answers(std::string("wamid.found"));
  const auto doubtful = put("guest", "maybe");
  delivery.start();
  ASSERT_TRUE(becomes(doubtful, OutboundStatus::kDoubtful));
  clock.advance(Millis{60'000});
  ASSERT_TRUE(becomes(doubtful, OutboundStatus::kSent));
  EXPECT_EQ(row(doubtful).external_id, "wamid.found");
  EXPECT_FALSE(row(doubtful).possibly_duplicated);
  EXPECT_EQ(channel.sent().size(), 1U);
}

TEST_F(DeliveryTest, MessageThatAKilledProcessLeftUnderWayIsDoubtfulNotRepeatedAtOnce) {
  const auto left = put("guest", "was under way", OutboundStatus::kSending);
  delivery.start();
  ASSERT_TRUE(becomes(left, OutboundStatus::kDoubtful));
  EXPECT_TRUE(channel.sent().empty());
  clock.advance(Millis{60'000});
  ASSERT_TRUE(becomes(left, OutboundStatus::kSent));
  EXPECT_TRUE(row(left).possibly_duplicated);
}

/// Clocks of machines differ, and are set. One worker looks at one message after the other.
struct DeliveryClockTest : DeliveryTest, ::testing::WithParamInterface<Millis> {
  int others = 0;

  DeliveryClockTest() : DeliveryTest({.workers = 1}) {}

  /// What is due by now has been looked at: somebody else's message, which came later, is out.
  void let_it_look() {
    const auto other = put("other" + std::to_string(++others), "hello");
    delivery.wake();
    ASSERT_TRUE(becomes(other, OutboundStatus::kSent));
  }
  void expect_sent_again_after_the_settle_time_and_not_before(store::Id id) {
    clock.advance(Millis{59'999});
    let_it_look();
    EXPECT_EQ(row(id).status, OutboundStatus::kDoubtful);
    clock.advance(Millis{1});
    EXPECT_TRUE(becomes(id, OutboundStatus::kSent));
  }
};

TEST_P(DeliveryClockTest, ADoubtThatAnotherHostNotedSettlesAnewHere) {
  const auto id = put("guest", "maybe", OutboundStatus::kDoubtful, clock.now() + GetParam());
  delivery.start();
  let_it_look();
  expect_sent_again_after_the_settle_time_and_not_before(id);
}

TEST_P(DeliveryClockTest, ADoubtSettlesForItsTimeHoweverTheClockIsSet) {
  channel.answer_next(Error{Code::kUnknownOutcome, "connection cut"});
  const auto id = put("guest", "maybe");
  delivery.start();
  ASSERT_TRUE(becomes(id, OutboundStatus::kDoubtful));
  clock.set(clock.now() + GetParam());
  let_it_look();
  expect_sent_again_after_the_settle_time_and_not_before(id);
}

TEST_P(DeliveryClockTest, ARetryComesAfterItsPauseHoweverTheClockIsSet) {
  channel.answer_next(Error{Code::kRate, "slow down", Millis{5000}});
  const auto id = put("guest", "hello");
  delivery.start();
  ASSERT_TRUE(waits_for_second_attempt(id));
  clock.set(clock.now() + GetParam());
  clock.advance(Millis{4999});
  let_it_look();
  EXPECT_EQ(channel.sent().size(), 2U);
  clock.advance(Millis{1});
  EXPECT_TRUE(becomes(id, OutboundStatus::kSent));
}

TEST_P(DeliveryClockTest, ARetryThatAnotherHostPlannedComesWithinAMinute) {
  const auto id = put("guest", "hello", OutboundStatus::kPending, clock.now() + GetParam());
  delivery.start();
  let_it_look();
  clock.advance(Millis{60'000});
  EXPECT_TRUE(becomes(id, OutboundStatus::kSent));
}

INSTANTIATE_TEST_SUITE_P(ByHours, DeliveryClockTest, ::testing::Values(std::chrono::hours{5}, -std::chrono::hours{5}));

TEST(Backoff, GoesOnToAMinuteAndToFiveWhereWeComeTooOften) {
  std::mt19937 random(1);
  for (int attempt = 1; attempt < 100; ++attempt) {
    EXPECT_LE(backoff(attempt, random), Millis{60'000});
    EXPECT_LE(backoff(attempt, random, kLongestRateBackoff), Millis{300'000});
  }
  EXPECT_GE(backoff(100, random), Millis{30'000});
  EXPECT_GE(backoff(100, random, kLongestRateBackoff), Millis{150'000});
}

TEST_F(DeliveryTest, RefusedCredentialParksTheMessageInsteadOfLosingIt) {
  channel.answer_next(Error{Code::kAuth, "190 token expired"});
  const auto id = put("guest", "hello");
  delivery.start();
  ASSERT_TRUE(waits_for_second_attempt(id));
  clock.advance(Millis{60'000});
  EXPECT_TRUE(becomes(id, OutboundStatus::kSent));
}

TEST_F(DeliveryTest, MessageThatHasWaitedForADayIsNotSentAnyMoreAndGivenToPeople) {
  const auto id = put("guest", "stale");
  clock.advance(Millis{86'400'001});
  const auto fresh = put("guest", "fresh");
  delivery.start();
  ASSERT_TRUE(becomes(fresh, OutboundStatus::kSent));
  EXPECT_EQ(row(id).status, OutboundStatus::kFailed);
  EXPECT_EQ(row(id).failure_reason, "too old to be of use, it waited for more than 24 hours");
  EXPECT_EQ(channel.sent().size(), 1U);
  ASSERT_TRUE(delivery.retry(id));
  EXPECT_TRUE(becomes(id, OutboundStatus::kSent)) << "a person may think otherwise";
}

TEST_F(DeliveryTest, MessageThatBecomesTooOldWhileItIsTriedNamesWhatWasInItsWay) {
  channel.answer_next(Error{Code::kRetry, "no route to host"});
  channel.meanwhile([&] { clock.advance(Millis{86'400'001}); });
  const auto id = put("guest", "hello");
  delivery.start();
  ASSERT_TRUE(becomes(id, OutboundStatus::kFailed));
  EXPECT_EQ(row(id).failure_reason, "too old to be of use, it waited for more than 24 hours: no route to host");
}

TEST_F(DeliveryTest, WordsThatFollowAFileWaitUntilTheGuestHasItAndNobodyElseDoes) {
  const auto picture = put_file("guest");
  const auto words = put("guest", "this is your room");
  const auto other = put("other", "hello");
  delivery.start();
  ASSERT_TRUE(becomes(picture, OutboundStatus::kSent));
  ASSERT_TRUE(becomes(other, OutboundStatus::kSent));
  EXPECT_EQ(row(words).status, OutboundStatus::kPending);
  auto arrived = row(picture);
  arrived.status = OutboundStatus::kDelivered;
  delivery.receipt_changed(arrived);
  EXPECT_TRUE(becomes(words, OutboundStatus::kSent));
}

TEST_F(DeliveryTest, WordsThatFollowAFileWaitForFiveSecondsAtMost) {
  const auto picture = put_file("guest");
  const auto words = put("guest", "this is your room");
  delivery.start();
  ASSERT_TRUE(becomes(picture, OutboundStatus::kSent));
  clock.advance(Millis{5'001});
  EXPECT_TRUE(becomes(words, OutboundStatus::kSent));
}

TEST_F(DeliveryTest, DoubtfulMessageThatIsTooOldIsLookedUpAndNotSentASecondTime) {
  const auto id = put("guest", "maybe", OutboundStatus::kDoubtful);
  clock.advance(Millis{86'400'001});
  delivery.start();
  const auto fresh = put("other", "fresh");
  delivery.wake();
  ASSERT_TRUE(becomes(fresh, OutboundStatus::kSent));
  EXPECT_TRUE(eventually([&] {
    clock.advance(Millis{60'000});  // again while nobody has looked at it
    return row(id).status == OutboundStatus::kFailed;
  }));
  EXPECT_EQ(channel.sent().size(), 1U);
}

}  // namespace
}  // namespace agente::messaging
