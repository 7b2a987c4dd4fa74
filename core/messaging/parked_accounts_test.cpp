#include "messaging/parked_accounts.hpp"

#include <gmock/gmock.h>

#include "messaging/delivery.hpp"
#include "messaging/test_support.hpp"

namespace agente::messaging {
namespace {

using store::OutboundStatus;
using ::testing::ElementsAre;
using testing::eventually;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr Millis kPause{15'000};

/// A channel with two accounts, of which the first refuses everything until its token is repaired.
class AccountThatRefuses : public ::testing::Test {
 protected:
  ManualClock clock{parse_time("2026-09-15T12:00:00Z").value()};
  testing::TemporaryStore store{clock};
  Metrics metrics;
  Meter meter{metrics, [](std::string_view id) { return std::string(id); }};
  testing::ScriptedChannel channel;
  Delivery delivery{
      *store, clock, meter, [this](const std::string&) { return &channel; }, {.account_pause = kPause, .workers = 1}};

  store::Id put(const std::string& guest, const std::string& text, const std::string& account = "1") {
    store::Id id = 0;
    EXPECT_TRUE(store->write([&](store::sql::Connection& connection) {
      id = connection.next_id();
      store::outbound::insert(
          connection,
          {.id = id, .guest = {"sol", "whatsapp", guest}, .account = account, .text = text, .created_at = clock.now()});
    }));
    return id;
  }
  bool becomes(store::Id id, OutboundStatus status) {
    return eventually([&] {
      std::optional<store::Outbound> row;
      EXPECT_TRUE(store->read([&](store::sql::Connection& c) { row = store::outbound::find(c, id); }));
      return row && row->status == status;
    });
  }
  /// The first message is refused, and the account with it.
  void refuse(const Error& error = {Code::kAuth, "190 access token refused, it has expired"}) {
    channel.answer_next(error);
    put("ana", "1");
    delivery.start();
    ASSERT_TRUE(eventually([&] { return !delivery.parked().empty(); }));
  }
  /// Whatever can be looked at has been: a message from another account, which came later, is out.
  void let_it_look() {
    const auto other = put("other account " + std::to_string(++others), "hello", "2");
    delivery.wake();
    ASSERT_TRUE(becomes(other, OutboundStatus::kSent));
  }
  std::vector<std::string> sent_from(const std::string& account) {
    std::vector<std::string> texts;
    for (const auto& message : channel.sent()) {
      if (message.account == account) texts.push_back(message.recipient + " " + message.text);
    }
    return texts;
  }

  int others = 0;
};

TEST_F(AccountThatRefuses, IsTriedWithOneMessageAtEachPauseWhoeverWaits) {
  refuse();
  put("ana", "2");
  put("bea", "1");
  put("eva", "1");
  let_it_look();
  let_it_look();
  EXPECT_THAT(sent_from("1"), ElementsAre("ana 1"));

  channel.answer_next(Error{Code::kAuth, "190 access token refused"});
  clock.advance(kPause);
  ASSERT_TRUE(eventually([&] { return sent_from("1").size() == 2; }));
  let_it_look();
  let_it_look();
  EXPECT_THAT(sent_from("1"), SizeIs(2));
}

TEST_F(AccountThatRefuses, SendsEverythingOnceAndInOrderAsSoonAsOneMessageWentThrough) {
  refuse();
  const std::vector waiting{put("ana", "2"), put("ana", "3"), put("bea", "1"), put("bea", "2")};
  let_it_look();

  clock.advance(kPause);  // and no further: nobody waits out a pause of his own

  for (const auto id : waiting) ASSERT_TRUE(becomes(id, OutboundStatus::kSent));
  const auto of = [&](const std::string& guest) {
    auto sent = sent_from("1");
    std::erase_if(sent, [&](const std::string& text) { return !text.starts_with(guest); });
    return sent;
  };
  EXPECT_THAT(of("ana"), ElementsAre("ana 1", "ana 1", "ana 2", "ana 3"));  // the first one was refused
  EXPECT_THAT(of("bea"), ElementsAre("bea 1", "bea 2"));
  EXPECT_THAT(delivery.parked(), IsEmpty());
}

TEST_F(AccountThatRefuses, IsTriedAtOnceAfterTheSettingsWereChanged) {
  refuse();
  const auto waits = put("bea", "1");
  let_it_look();

  delivery.try_parked();

  EXPECT_TRUE(becomes(waits, OutboundStatus::kSent));
}

TEST_F(AccountThatRefuses, IsNamedWithItsReasonAndSinceWhen) {
  const auto noon = clock.now();
  refuse();
  channel.answer_next(Error{Code::kAuth, "10 Permission is missing"});
  clock.advance(kPause);
  ASSERT_TRUE(eventually([&] { return sent_from("1").size() == 2; }));
  ASSERT_TRUE(eventually([&] { return delivery.parked().at(0).reason.starts_with("10 "); }));

  const auto parked = delivery.parked();
  ASSERT_THAT(parked, SizeIs(1));
  EXPECT_EQ(parked[0].channel, "whatsapp");
  EXPECT_EQ(parked[0].account, "1");
  EXPECT_EQ(parked[0].since, noon);
}

TEST_F(AccountThatRefuses, StaysParkedWhenTheTryFailsForAnotherReason) {
  refuse();
  channel.answer_next(Error{Code::kRetry, "HTTP 503", Millis{60'000}});
  clock.advance(kPause);
  ASSERT_TRUE(eventually([&] { return sent_from("1").size() == 2; }));
  put("bea", "1");
  let_it_look();

  EXPECT_THAT(delivery.parked(), SizeIs(1));
  EXPECT_THAT(sent_from("1"), SizeIs(2));
}

TEST_F(AccountThatRefuses, WhatWaitsForItTooLongIsGivenToPeopleAndTheRestGoesOn) {
  refuse();
  const auto old = put("bea", "yesterday's");
  let_it_look();
  for (int i = 0; i < 4; ++i) channel.answer_next(Error{Code::kAuth, "190 access token refused"});
  clock.advance(std::chrono::hours{25});
  ASSERT_TRUE(becomes(old, OutboundStatus::kFailed));
  EXPECT_THAT(sent_from("1"), ElementsAre("ana 1"));
  const auto fresh = put("bea", "today's");
  delivery.wake();
  clock.advance(kPause);
  EXPECT_FALSE(delivery.parked().empty());
  channel.forget_script();
  clock.advance(kPause);
  EXPECT_TRUE(becomes(fresh, OutboundStatus::kSent));
}

}  // namespace
}  // namespace agente::messaging
