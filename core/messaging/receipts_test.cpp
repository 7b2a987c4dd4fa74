#include "messaging/receipts.hpp"

#include "messaging/delivery_fixture.hpp"

namespace agente::messaging {
namespace {

using ::testing::HasSubstr;

TEST_F(DeliveryTest, ReceiptsNeverGoBackAndAFailureAfterDeliveryIsKeptBesideIt) {
  const auto id = put("guest", "hello");
  delivery.start();
  ASSERT_TRUE(becomes(id, OutboundStatus::kSent));
  receipt(id, plugins::ReceiptState::kRead);
  receipt(id, plugins::ReceiptState::kDelivered);
  receipt(id, plugins::ReceiptState::kFailed, "131026");
  EXPECT_EQ(row(id).status, OutboundStatus::kRead);
  EXPECT_EQ(row(id).failure_code, "131026");
}

TEST_F(DeliveryTest, WhatReachedTheGuestHasNotFailedWhicheverReceiptCameFirst) {
  const auto id = put("guest", "hello");
  delivery.start();
  ASSERT_TRUE(becomes(id, OutboundStatus::kSent));
  receipt(id, plugins::ReceiptState::kFailed, "131026");
  receipt(id, plugins::ReceiptState::kDelivered);
  EXPECT_EQ(row(id).status, OutboundStatus::kDelivered);
  EXPECT_EQ(row(id).failure_code, "131026");
}

TEST_F(DeliveryTest, FailedReceiptAfterAnAcceptedSendIsAFailedMessage) {
  const auto id = put("guest", "hello");
  delivery.start();
  ASSERT_TRUE(becomes(id, OutboundStatus::kSent));
  receipt(id, plugins::ReceiptState::kFailed, "131026");
  EXPECT_EQ(row(id).status, OutboundStatus::kFailed);
  EXPECT_EQ(row(id).failure_reason, "131026 Message undeliverable");
  EXPECT_THAT(metrics.text(), ::testing::HasSubstr("whatsapp_messages_total{direction=\"out\",status=\"failed\"} 1"));
}

TEST_F(DeliveryTest, FailureAfterDeliveryCountsNothingTwice) {
  const auto id = put("guest", "hello");
  delivery.start();
  ASSERT_TRUE(becomes(id, OutboundStatus::kSent));
  receipt(id, plugins::ReceiptState::kDelivered);
  receipt(id, plugins::ReceiptState::kFailed, "131026");
  receipt(id, plugins::ReceiptState::kFailed, "131026");
  EXPECT_THAT(metrics.text(), HasSubstr("whatsapp_messages_total{direction=\"out\",status=\"delivered\"} 1"));
  EXPECT_THAT(metrics.text(), HasSubstr("whatsapp_messages_total{direction=\"out\",status=\"failed\"} 0"));
  EXPECT_THAT(events(), ::testing::IsEmpty()) << "it has arrived";
}

TEST_F(DeliveryTest, FailureByAReceiptIsAnEventWithCodeAndReasonAndOnlyOnce) {
  const auto id = put("guest", "hello");
  delivery.start();
  ASSERT_TRUE(becomes(id, OutboundStatus::kSent));
  for (int i = 0; i < 2; ++i) receipt(id, plugins::ReceiptState::kFailed, "131026");
  EXPECT_THAT(events(), ::testing::ElementsAre(R"(message.failed {"code":"131026","id":")" + std::to_string(id) +
                                               R"(","why":"131026 Message undeliverable"})"));
}

TEST_F(DeliveryTest, RefusedSendIsTheSameEventWithItsReason) {
  channel.answer_next(Error{Code::kInvalid, "131026 \"no\""});
  const auto id = put("guest", "hello");
  delivery.start();
  ASSERT_TRUE(becomes(id, OutboundStatus::kFailed));
  EXPECT_THAT(events(),
              ::testing::ElementsAre(R"(message.failed {"id":")" + std::to_string(id) + R"(","why":"131026 \"no\""})"));
}

/// The provider has taken a message, and says later that it did not arrive and may be sent once more.
struct Returned : DeliveryTest {
  store::Id id = 0;

  void SetUp() override {
    id = put("guest", "hello");
    delivery.start();
    ASSERT_TRUE(becomes(id, OutboundStatus::kSent));
  }
  /// Of the time at which the provider called it so.
  void told(const std::string& external_id, plugins::ReceiptState state = plugins::ReceiptState::kAgain) {
    EXPECT_TRUE(intake.commit("whatsapp",
                              {.receipts = {{.state = state,
                                             .account = "1",
                                             .key = key_of(id),
                                             .external_id = external_id,
                                             .code = "131016",
                                             .reason = "Service unavailable"}}},
                              "trace"));
  }
  [[nodiscard]] std::string first() const { return "wamid." + key_of(id); }
  /// Taken once more, under this name.
  void goes_again_as(const std::string& external_id, Millis pause) {
    channel.answer_next(external_id);
    clock.advance(pause - Millis{1});
    EXPECT_EQ(row(id).status, OutboundStatus::kPending);
    clock.advance(Millis{1});
    ASSERT_TRUE(eventually([&] {
      if (row(id).status == OutboundStatus::kSent) return true;
      clock.advance(Millis{1'000});  // a worker that met it between two looks at the clock waits for longer
      return false;
    }));
    EXPECT_EQ(row(id).external_id, external_id);
  }
};

TEST_F(Returned, IsSentOnceMoreAfterAPauseAndNothingIsLeftOfItsFailure) {
  told(first());
  EXPECT_EQ(row(id).status, OutboundStatus::kPending);
  EXPECT_EQ(row(id).failure_reason, "131016 Service unavailable");
  goes_again_as("wamid.second", Millis{5'000});
  EXPECT_EQ(channel.sent().size(), 2U);
  EXPECT_EQ(row(id).failure_code + row(id).failure_reason, "");
  EXPECT_FALSE(row(id).possibly_duplicated);
  told("wamid.second", plugins::ReceiptState::kDelivered);
  EXPECT_EQ(row(id).status, OutboundStatus::kDelivered);
  EXPECT_THAT(events(), ::testing::IsEmpty());
}

TEST_F(Returned, TheSameNewsToldTwiceSendsItOnce) {
  told(first());
  told(first());
  goes_again_as("wamid.second", Millis{5'000});
  told(first());
  told(first());
  EXPECT_EQ(row(id).status, OutboundStatus::kSent);
  EXPECT_EQ(channel.sent().size(), 2U);
  EXPECT_EQ(row(id).returned, 1);
}

TEST_F(Returned, WhatASecondTimeEndsWithIsToldWithoutTheCodeOfTheFirst) {
  told(first());
  channel.answer_next(Error{Code::kInvalid, "131026 undeliverable"});
  clock.advance(Millis{5'000});
  ASSERT_TRUE(becomes(id, OutboundStatus::kFailed));
  EXPECT_EQ(row(id).failure_code, "");
  EXPECT_EQ(row(id).failure_reason, "131026 undeliverable");
}

TEST_F(Returned, AReceiptThatItArrivedLeavesNothingOfAnEarlierFailure) {
  told(first());
  channel.answer_next(Error{Code::kUnknownOutcome, "no answer"});
  clock.advance(Millis{5'000});
  ASSERT_TRUE(becomes(id, OutboundStatus::kDoubtful));
  told("wamid.second", plugins::ReceiptState::kDelivered);
  EXPECT_EQ(row(id).status, OutboundStatus::kDelivered);
  EXPECT_EQ(row(id).failure_code + row(id).failure_reason, "");
}

TEST_F(Returned, ByAChannelThatGivesNoIdsToo) {
  EXPECT_TRUE(store->write([&](auto& c) {
    auto message = store::outbound::find(c, id).value();
    message.external_id.clear();
    store::outbound::update(c, message);
  }));
  for (int i = 0; i < 2; ++i) told("");
  EXPECT_EQ(row(id).status, OutboundStatus::kPending);
  EXPECT_EQ(row(id).returned, 1) << "the same news";
}

TEST_F(Returned, AfterThreeTimesItHasFailedWithThatCode) {
  told(first());
  goes_again_as("wamid.2", Millis{5'000});
  told("wamid.2");
  goes_again_as("wamid.3", Millis{20'000});
  told("wamid.3");
  goes_again_as("wamid.4", Millis{60'000});
  told("wamid.4");
  EXPECT_EQ(row(id).status, OutboundStatus::kFailed);
  EXPECT_EQ(row(id).failure_code, "131016");
  EXPECT_THAT(events(), ::testing::SizeIs(1));
  ASSERT_TRUE(delivery.retry(id));
  ASSERT_TRUE(becomes(id, OutboundStatus::kSent));
  EXPECT_EQ(row(id).returned, 0) << "who sends it again by hand begins anew";
}

TEST_F(Returned, WhatHasReachedTheGuestGoesNoMore) {
  told(first(), plugins::ReceiptState::kRead);
  told(first());
  EXPECT_EQ(row(id).status, OutboundStatus::kRead);
  EXPECT_EQ(row(id).failure_code, "131016");
}

TEST_F(Returned, WhatHasFailedStaysSo) {
  told(first(), plugins::ReceiptState::kFailed);
  told(first());
  EXPECT_EQ(row(id).status, OutboundStatus::kFailed);
}

TEST_F(Returned, WhileItWaitsItMayTurnOutToHaveArrived) {
  told(first());
  told(first(), plugins::ReceiptState::kDelivered);
  EXPECT_EQ(row(id).status, OutboundStatus::kDelivered);
}

TEST_F(Returned, NewsThatOvertakeTheAnswerToTheSendAreHeeded) {
  const auto other = put("other", "quick");
  channel.answer_next(std::string("wamid.other"));
  channel.meanwhile([&] {
    id = other;
    told("wamid.other");
  });
  delivery.wake();
  ASSERT_TRUE(becomes(other, OutboundStatus::kPending));
  ASSERT_TRUE(eventually([&] { return row(other).external_id == "wamid.other"; }));
  goes_again_as("wamid.other.2", Millis{5'000});
  EXPECT_EQ(channel.sent().size(), 3U);
}

TEST_F(Returned, NewsThatOvertakeTheAnswerMayNameItByItsKeyAloneAndTheAnswerMayBeLost) {
  for (const bool lost : {false, true}) {
    const auto other = put(lost ? "lost" : "other", "quick");
    if (lost) {
      channel.answer_next(Error{Code::kUnknownOutcome, "no answer"});
    } else {
      channel.answer_next(std::string("wamid.other"));
    }
    channel.meanwhile([&] {
      id = other;
      told("");
    });
    const auto sent_before = channel.sent().size();
    delivery.wake();
    ASSERT_TRUE(eventually([&] { return row(other).returned == 1 && channel.sent().size() == sent_before + 1; }));
    EXPECT_TRUE(becomes(other, OutboundStatus::kPending));
    goes_again_as("wamid.other.2" + std::to_string(lost), Millis{5'000});
    EXPECT_EQ(row(other).returned, 1);
    EXPECT_FALSE(row(other).possibly_duplicated);
  }
}

TEST_F(Returned, NewsOfOneOfTwoCopiesSendNoThird) {
  auto message = row(id);
  message.possibly_duplicated = true;
  ASSERT_TRUE(store->write([&](store::sql::Connection& c) { store::outbound::update(c, message); }));
  told("wamid.the other copy");
  EXPECT_EQ(row(id).status, OutboundStatus::kSent);
}

TEST_F(Returned, AnErasedMessageIsNotBroughtBack) {
  ASSERT_TRUE(store->write([&](store::sql::Connection& c) {
    c.execute("UPDATE outbound_messages SET sender = 'erased-1', body = '', external_id = 'erased-1'", {});
  }));
  told(first());
  EXPECT_EQ(row(id).status, OutboundStatus::kSent);
}

/// A dead letter is sent again, and the channel does not know yet what becomes of that.
struct SentAgain : DeliveryTest {
  store::Id id = 0;

  void SetUp() override {
    id = put("guest", "second chance");
    delivery.start();
    ASSERT_TRUE(becomes(id, OutboundStatus::kSent));
    receipt(id, plugins::ReceiptState::kFailed, "131026");
    ASSERT_TRUE(becomes(id, OutboundStatus::kFailed));
    channel.answer_next(Error{Code::kRetry, "down", Millis{60'000}});
    ASSERT_TRUE(delivery.retry(id));
    ASSERT_TRUE(waits_for_second_attempt(id));
  }
};

TEST_F(SentAgain, WhatIsToldOnceMoreOfTheFirstTimeChangesNothing) {
  receipt(id, plugins::ReceiptState::kSent);
  receipt(id, plugins::ReceiptState::kFailed, "131026");
  EXPECT_EQ(row(id).status, OutboundStatus::kPending);

  clock.advance(Millis{60'000});
  ASSERT_TRUE(becomes(id, OutboundStatus::kSent));
  EXPECT_EQ(channel.sent().size(), 3U);
}

TEST_F(SentAgain, GoesNoMoreWhenTheFirstOneReachedTheGuestAfterAll) {
  receipt(id, plugins::ReceiptState::kDelivered);
  EXPECT_EQ(row(id).status, OutboundStatus::kDelivered);
}

TEST_F(SentAgain, IsFoundByItsKeyWhenTheReceiptOvertakesTheAnswer) {
  ASSERT_TRUE(intake.commit(
      "whatsapp",
      {.receipts =
           {{.state = plugins::ReceiptState::kSent, .account = "1", .key = key_of(id), .external_id = "wamid.new"}}},
      "trace"));
  EXPECT_EQ(row(id).status, OutboundStatus::kSent);
  EXPECT_EQ(row(id).external_id, "wamid.new");
}

TEST_F(DeliveryTest, ReceiptThatComesDuringARefusedSendIsKept) {
  const auto id = put("guest", "arrived the first time");
  channel.answer_next(Error{Code::kInvalid, "131026 Message undeliverable"});
  channel.meanwhile([&] { receipt(id, plugins::ReceiptState::kDelivered); });
  const auto next = put("guest", "next");
  delivery.start();
  ASSERT_TRUE(becomes(next, OutboundStatus::kSent));
  EXPECT_EQ(row(id).status, OutboundStatus::kDelivered);
  EXPECT_THAT(metrics.text(), ::testing::Not(::testing::HasSubstr("direction=\"out\",status=\"failed\"} 1")));
}

TEST_F(DeliveryTest, ReceiptThatComesDuringTheLookUpKeepsTheMessageFromBeingSentAgain) {
  channel.answer_next(Error{Code::kUnknownOutcome, "connection cut"});
  const auto doubtful = put("guest", "maybe");
  const auto next = put("guest", "next");
  delivery.start();
  ASSERT_TRUE(becomes(doubtful, OutboundStatus::kDoubtful));
  channel.meanwhile([&] { receipt(doubtful, plugins::ReceiptState::kDelivered); });
  clock.advance(Millis{60'000});
  ASSERT_TRUE(becomes(next, OutboundStatus::kSent));
  EXPECT_EQ(row(doubtful).status, OutboundStatus::kDelivered);
  EXPECT_EQ(channel.sent().size(), 2U);
}

TEST(ReceiptKey, NamesExactlyOneOutboundMessage) {
  EXPECT_EQ(outbound_of(key_of(42)), 42);
  EXPECT_FALSE(outbound_of("out-42x"));
  EXPECT_FALSE(outbound_of("42"));
  EXPECT_FALSE(outbound_of(""));
}

}  // namespace
}  // namespace agente::messaging
