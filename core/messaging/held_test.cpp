#include "messaging/held.hpp"

#include "messaging/delivery_fixture.hpp"

namespace agente::messaging {
namespace {

using ::testing::SizeIs;

const Error kClosedWindow{Code::kConflict, "the guest has not written for 24 hours"};
const Error kRestricted{Code::kConflict, "templates are restricted"};

/// A guest whose provider takes nothing for him before he has written.
struct HeldTest : DeliveryTest {
  std::vector<Outbound> unsent() {
    std::vector<Outbound> rows;
    EXPECT_TRUE(store->read(
        [&](store::sql::Connection& c) { rows = store::outbound::list_unsent(c, store::kAllParts, 0, 9); }));
    return rows;
  }
  void guest_writes(const std::string& kind = "text", const std::string& account = "1") {
    std::vector<Outbound> released;
    EXPECT_TRUE(store->write([&](store::sql::Connection& c) {
      released =
          release_held(c, {.guest = {"sol", "whatsapp", "guest"}, .account = account, .kind = kind}, clock.now());
    }));
    delivery.again(std::move(released));
  }
  bool is_there(store::Id id) {
    std::optional<Outbound> found;
    EXPECT_TRUE(store->read([&](store::sql::Connection& c) { found = store::outbound::find(c, id); }));
    return found.has_value();
  }
  /// A message to the guest is held, and so is the request to write: their ids.
  std::pair<store::Id, store::Id> hold_a_request() {
    channel.answer_next(kClosedWindow);
    channel.answer_next(kRestricted);
    const auto words = put("guest", "one");
    delivery.start();
    EXPECT_TRUE(channel.wait_for_sent(2));
    const auto request = outbound_of(channel.sent()[1].key).value();
    EXPECT_TRUE(becomes(request, OutboundStatus::kHeld));
    return {words, request};
  }
  std::int64_t requests_sent() {
    const auto sent = channel.sent();
    return std::count_if(sent.begin(), sent.end(), [](const auto& each) { return each.kind == kTemplate; });
  }
};

TEST_F(HeldTest, WhatMayNotBeSentIsHeldWithItsReasonAndTheGuestIsAskedToWrite) {
  channel.answer_next(kClosedWindow);
  const auto id = put("guest", "Your room is booked");
  delivery.start();
  ASSERT_TRUE(becomes(id, OutboundStatus::kHeld));
  EXPECT_EQ(row(id).failure_reason, kClosedWindow.text);
  ASSERT_TRUE(channel.wait_for_sent(2));
  const auto request = channel.sent()[1];
  EXPECT_EQ(request.kind, "template");
  EXPECT_EQ(request.details, R"({"name":"answer_waiting"})");
  EXPECT_EQ(request.recipient, "guest");
  EXPECT_EQ(request.account, "1");
}

TEST_F(HeldTest, SecondMessageThatIsHeldAsksNobodyAgain) {
  channel.answer_next(kClosedWindow);
  const auto first = put("guest", "one");
  delivery.start();
  ASSERT_TRUE(becomes(first, OutboundStatus::kHeld));
  ASSERT_TRUE(channel.wait_for_sent(2));
  channel.answer_next(kClosedWindow);
  const auto second = put("guest", "two");
  delivery.wake();
  ASSERT_TRUE(becomes(second, OutboundStatus::kHeld));
  ASSERT_TRUE(eventually([&] { return unsent().empty(); }));
  EXPECT_EQ(requests_sent(), 1);
}

TEST_F(HeldTest, GuestsNextWordLetsAllGoInTheirOrder) {
  for (int i = 0; i < 2; ++i) channel.answer_next(kClosedWindow);
  const auto first = put("guest", "one");
  const auto second = put("guest", "two");
  delivery.start();
  ASSERT_TRUE(becomes(first, OutboundStatus::kHeld));
  ASSERT_TRUE(becomes(second, OutboundStatus::kHeld));
  ASSERT_TRUE(channel.wait_for_sent(3));
  clock.advance(std::chrono::hours{50});  // they are no dead letters for it
  guest_writes();
  ASSERT_TRUE(becomes(first, OutboundStatus::kSent));
  ASSERT_TRUE(becomes(second, OutboundStatus::kSent));
  const auto sent = channel.sent();
  ASSERT_THAT(sent, SizeIs(5));
  EXPECT_EQ(sent[3].text, "one");
  EXPECT_EQ(sent[4].text, "two");
  EXPECT_EQ(row(first).failure_reason, "");
}

TEST_F(HeldTest, WhatHeDidNotWriteOrWroteToAnotherAccountLetsNothingGo) {
  channel.answer_next(kClosedWindow);
  const auto id = put("guest", "one");
  delivery.start();
  ASSERT_TRUE(becomes(id, OutboundStatus::kHeld));
  for (const auto* kind : {"staff_said", "echo", "history", "reaction"}) guest_writes(kind);
  guest_writes("text", "2");
  EXPECT_EQ(row(id).status, OutboundStatus::kHeld);
}

TEST_F(HeldTest, ChannelWithoutSuchATemplateLeavesNoTraceOfTheRequest) {
  channel.answer_next(kClosedWindow);
  channel.answer_next(Error{Code::kNotFound, "no template answer_waiting is configured"});
  const auto id = put("guest", "one");
  delivery.start();
  ASSERT_TRUE(becomes(id, OutboundStatus::kHeld));
  ASSERT_TRUE(channel.wait_for_sent(2));
  ASSERT_TRUE(eventually([&] { return unsent().empty(); }));
  std::vector<store::messages::Line> lines;
  EXPECT_TRUE(store->read([&](store::sql::Connection& c) { lines = store::messages::list(c, {}); }));
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_EQ(lines[0].status, "held");
}

TEST_F(HeldTest, RefusalThatComesAfterTheMessageWasTakenHoldsItToo) {
  const auto id = put("guest", "one");
  delivery.start();
  ASSERT_TRUE(becomes(id, OutboundStatus::kSent));
  receipt(id, plugins::ReceiptState::kClosed, "131047");
  ASSERT_TRUE(becomes(id, OutboundStatus::kHeld));
  EXPECT_EQ(row(id).failure_code, "131047");
  ASSERT_TRUE(channel.wait_for_sent(2)) << "the guest is asked";
  receipt(id, plugins::ReceiptState::kClosed, "131047");  // providers repeat themselves
  guest_writes();
  ASSERT_TRUE(becomes(id, OutboundStatus::kSent));
  EXPECT_EQ(channel.sent().back().text, "one");
  EXPECT_EQ(requests_sent(), 1);
}

TEST_F(HeldTest, RequestThatIsStillWaitingWhenTheGuestWritesIsForgotten) {
  channel.answer_next(kClosedWindow);
  channel.answer_next(Error{Code::kRetry, "not now", Millis{5000}});
  const auto id = put("guest", "one");
  delivery.start();
  ASSERT_TRUE(becomes(id, OutboundStatus::kHeld));
  ASSERT_TRUE(channel.wait_for_sent(2));
  guest_writes();
  ASSERT_TRUE(becomes(id, OutboundStatus::kSent));
  clock.advance(Millis{5000});
  ASSERT_TRUE(eventually([&] { return unsent().empty(); }));
  EXPECT_EQ(requests_sent(), 1) << "the one that was refused";
}

TEST_F(HeldTest, PersonMaySendItOnceMore) {
  channel.answer_next(kClosedWindow);
  const auto id = put("guest", "one");
  delivery.start();
  ASSERT_TRUE(becomes(id, OutboundStatus::kHeld));
  ASSERT_TRUE(delivery.retry(id));
  ASSERT_TRUE(becomes(id, OutboundStatus::kSent));
}

TEST_F(HeldTest, TemplateThatIsHeldAsksNobodyAndKeepsWordsFromAskingNot) {
  channel.answer_next(kRestricted);
  const auto offer = put("guest", "an offer", OutboundStatus::kPending, {}, std::string(kTemplate));
  delivery.start();
  ASSERT_TRUE(becomes(offer, OutboundStatus::kHeld));
  ASSERT_TRUE(eventually([&] { return unsent().empty(); }));
  EXPECT_EQ(requests_sent(), 1) << "itself";
  EXPECT_THAT(events(), ::testing::ElementsAre(::testing::StartsWith("message.held")));
  channel.answer_next(kClosedWindow);
  const auto words = put("guest", "one");
  delivery.wake();
  ASSERT_TRUE(becomes(words, OutboundStatus::kHeld));
  ASSERT_TRUE(eventually([&] { return requests_sent() == 2; }));
  guest_writes();
  ASSERT_TRUE(becomes(words, OutboundStatus::kSent));
  EXPECT_EQ(row(offer).status, OutboundStatus::kHeld) << "his word puts nothing right";
  ASSERT_TRUE(delivery.retry(offer));
  ASSERT_TRUE(becomes(offer, OutboundStatus::kSent));
}

TEST_F(HeldTest, RequestThatProvesLaterToBeRefusedIsADeadLetterToo) {
  channel.answer_next(kClosedWindow);
  put("guest", "one");
  delivery.start();
  ASSERT_TRUE(channel.wait_for_sent(2));
  const auto request = outbound_of(channel.sent()[1].key).value();
  ASSERT_TRUE(becomes(request, OutboundStatus::kSent));
  receipt(request, plugins::ReceiptState::kClosed, "131048");
  ASSERT_TRUE(becomes(request, OutboundStatus::kFailed));
  EXPECT_EQ(requests_sent(), 1);
}

TEST_F(HeldTest, RequestThatMayNotGoNowIsHeldForAPersonAndForgottenOnceTheGuestWrites) {
  const auto [words, request] = hold_a_request();
  EXPECT_EQ(row(request).failure_reason, kRestricted.text);
  ASSERT_TRUE(delivery.retry(request));
  ASSERT_TRUE(becomes(request, OutboundStatus::kSent));
  EXPECT_EQ(requests_sent(), 2) << "no third is made for the second";

  channel.answer_next(kClosedWindow);
  const auto more = put("guest", "two");
  delivery.wake();
  ASSERT_TRUE(becomes(more, OutboundStatus::kHeld));
  guest_writes();
  ASSERT_TRUE(becomes(words, OutboundStatus::kSent));
  ASSERT_TRUE(becomes(more, OutboundStatus::kSent));
  ASSERT_TRUE(eventually([&] { return unsent().empty(); }));
}

TEST_F(HeldTest, HeldRequestGoesNowhereOnceTheGuestHasWritten) {
  const auto held = hold_a_request();
  guest_writes();
  ASSERT_TRUE(becomes(held.first, OutboundStatus::kSent));
  ASSERT_TRUE(eventually([&] { return !is_there(held.second); }));
  EXPECT_EQ(requests_sent(), 1);
}

}  // namespace
}  // namespace agente::messaging
