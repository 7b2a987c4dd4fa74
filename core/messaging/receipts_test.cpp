#include "messaging/receipts.hpp"

#include "messaging/delivery_fixture.hpp"

namespace agente::messaging {
namespace {

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
