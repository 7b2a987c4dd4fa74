#include "store/guests.hpp"

#include <gmock/gmock.h>

#include "store/store_fixture.hpp"

namespace agente::store {

namespace {

using guests::Pseudonym;
using sql::Connection;

class Guests : public StoreTest {
 protected:
  const GuestKey ana_{"sol", "whatsapp", "549"};
  const Pseudonym who_{ana_, "erased-1"};
};

Intent intent_of(const GuestKey& guest, const std::string& quote, IntentState state) {
  Intent intent;
  intent.hotel = guest.hotel;
  intent.quote = quote;
  intent.kind = "book";
  intent.guest = guest;
  intent.request = R"({"guest_name":"Ana"})";
  intent.state = state;
  return intent;
}

}  // namespace

TEST_F(Guests, WhatIsUnderWayIsCountedForThisGuestAlone) {
  auto done = message_from("549", 1);
  done.status = InboundStatus::kProcessed;
  write([&](Connection& c) {
    inbound::insert(c, done);
    for (Id id = 2; id <= 3; ++id) inbound::insert(c, message_from("549", id));
    inbound::insert(c, message_from("550", 4));
    for (int i = 0; i <= static_cast<int>(OutboundStatus::kFailed); ++i) {
      auto reply = reply_to(done, 10 + i);
      reply.status = static_cast<OutboundStatus>(i);
      outbound::insert(c, reply);
    }
    intents::insert(c, intent_of(ana_, "q1", IntentState::kOpen));
    intents::insert(c, intent_of(ana_, "q2", IntentState::kAttempted));
    intents::insert(c, intent_of(ana_, "q3", IntentState::kDone));
    intents::insert(c, intent_of({"luna", "whatsapp", "549"}, "q1", IntentState::kOpen));
  });

  const auto ana = ask([&](Connection& c) { return guests::under_way(c, ana_); });
  EXPECT_EQ(ana.received, 2);
  EXPECT_EQ(ana.unsent, 3);
  EXPECT_EQ(ana.intents, 2);
  EXPECT_FALSE(ask([](Connection& c) { return guests::under_way(c, {"sol", "gmail", "549"}); }).any());
  EXPECT_EQ(ask([&](Connection& c) { return guests::intents(c, ana_); }).size(), 3U);
}

TEST_F(Guests, AnErasedMessageSaysNothingAndARecentOneIsStillRecognised) {
  auto message = message_from("549", 5);
  message.raw = "+549 Ana";
  message.reply_to = "wamid.x";
  message.results = "[1]";
  message.failure = "Ana";
  auto old = message_from("549", 4);
  write([&](Connection& c) {
    inbound::insert(c, message);
    inbound::insert(c, old);
    guests::erase_inbound(c, who_, {4, 5}, 5);
  });

  const auto erased = ask([](Connection& c) { return inbound::find(c, 5); }).value();
  EXPECT_EQ(erased.guest, (GuestKey{"sol", "whatsapp", "erased-1"}));
  EXPECT_EQ(erased.sender_name + erased.text + erased.raw + erased.reply_to + erased.results + erased.failure, "");
  EXPECT_EQ(erased.received_at, message.received_at);
  EXPECT_EQ(erased.external_id, message.external_id);
  message.id = 6;
  old.id = 7;
  write([&](Connection& c) {
    EXPECT_FALSE(inbound::insert(c, message)) << "the provider repeats: not new";
    EXPECT_TRUE(inbound::insert(c, old)) << "below keys_from its id went";
  });
}

TEST_F(Guests, AnErasedReplyIsNotFoundByTheProvidersIdAnyMore) {
  auto reply = reply_to(message_from("549", 1), 10);
  reply.external_id = "wamid.out";
  reply.failure_reason = "no such number 549";
  reply.details = R"({"choices":[]})";
  write([&](Connection& c) {
    outbound::insert(c, reply);
    guests::erase_outbound(c, who_, {10});
  });

  EXPECT_FALSE(ask([](Connection& c) { return outbound::find_by_external_id(c, "whatsapp", "wamid.out"); }));
  const auto erased = ask([](Connection& c) { return outbound::find(c, 10); }).value();
  EXPECT_EQ(erased.guest.sender, "erased-1");
  EXPECT_EQ(erased.text + erased.details + erased.failure_reason, "");
  EXPECT_EQ(erased.external_id, "erased-1");
}

TEST_F(Guests, ErasedReservationsKeepAllButTheName) {
  Reservation r;
  r.id = 7;
  r.guest = ana_;
  r.guest_name = "Ana";
  r.status = ReservationStatus::kConfirmed;
  r.total = Money{30000, "EUR"};
  r.pms_backend = "house-pms";
  r.pms_booking_id = "H-1";
  auto other = r;
  other.id = 8;
  other.guest.sender = "550";
  write([&](Connection& c) {
    reservations::put(c, r);
    reservations::put(c, other);
    guests::erase_reservations(c, who_, {r});
  });

  const auto erased = ask([](Connection& c) { return reservations::find(c, "sol", 7); }).value();
  EXPECT_EQ(erased.guest.sender, "erased-1");
  EXPECT_EQ(erased.guest_name, "");
  EXPECT_EQ(erased.total, r.total);
  EXPECT_EQ(erased.pms_booking_id, "H-1");
  EXPECT_EQ(erased.status, ReservationStatus::kConfirmed);
  EXPECT_EQ(ask([](Connection& c) { return reservations::find(c, "sol", 8); })->guest_name, "Ana");
  const auto history = ask([](Connection& c) { return guests::history(c, "sol", 7); });
  ASSERT_EQ(history.size(), 1U);
  EXPECT_EQ(history[0].new_status, "CONFIRMED");
}

TEST_F(Guests, AnOperatorsActionIsWrittenDown) {
  write([](Connection& c) { guests::append(c, {3, "sol", Time{Millis{9}}, "reception", "guest.erase", "x", "{}"}); });
  EXPECT_EQ(text_of("SELECT actor FROM operator_actions WHERE action = 'guest.erase'"), "reception\n");
}

}  // namespace agente::store
