#include "messaging/guest_record.hpp"

#include <gmock/gmock.h>

#include "messaging/test_support.hpp"

namespace agente::messaging {
namespace {

using store::Id;
using store::sql::Connection;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr Time kNow{Millis{1'789'000'000'000}};
const store::GuestKey kAna{"sol", "whatsapp", "5491155550142"};
const store::GuestKey kOther{"sol", "whatsapp", "34600111222"};

/// One guest who wrote, was told, booked and was handed to a person.
struct GuestRecordTest : ::testing::Test {
  ManualClock clock{kNow};
  testing::TemporaryStore store{clock};

  void write(const store::Store::Work& work) {
    const auto done = store->write(work);
    ASSERT_TRUE(done) << done.error().text;
  }
  void talk_of(const store::GuestKey& guest, store::OutboundStatus reply = store::OutboundStatus::kRead) {
    write([&](Connection& c) {
      store::Inbound message;
      message.id = c.next_id();
      message.guest = guest;
      message.external_id = "wamid." + std::to_string(message.id);
      message.sender_name = "Ana López";
      message.text = "soy Ana López";
      message.raw = guest.sender;
      message.status = store::InboundStatus::kProcessed;
      store::inbound::insert(c, message);
      store::Outbound answer;
      answer.id = c.next_id();
      answer.guest = guest;
      answer.in_reply_to = message.id;
      answer.text = "Gracias, Ana López";
      answer.status = reply;
      store::outbound::insert(c, answer);
      store::conversations::put(c, {guest, "1065", "confirmed", "es", R"({"draft":{"name":"Ana López"}})", kNow});
      store::Reservation row;
      row.id = c.next_id();
      row.guest = guest;
      row.guest_name = "Ana López";
      row.total = Money{30000, "EUR"};
      row.status = store::ReservationStatus::kConfirmed;
      row.pms_booking_id = "H-" + guest.sender;
      store::reservations::put(c, row);
      const auto event = [&](const char* type, const std::string& body) {
        store::events::append(c, {c.next_id(), guest.hotel, kNow, type, body});
      };
      event("conversation.handoff",
            R"({"channel":"whatsapp","sender":")" + guest.sender + R"(","note":"Ana López wants a person"})");
      event("reservation.status", R"({"reservation":)" + std::to_string(row.id) + R"(,"status":"CONFIRMED"})");
      event("message.failed", R"({"id":")" + std::to_string(answer.id) + R"("})");
      store::Intent intent;
      intent.hotel = guest.hotel;
      intent.quote = "q" + guest.sender;
      intent.guest = guest;
      intent.request = R"({"guest_name":"Ana López","phone":"+)" + guest.sender + R"(","total":{"minor":30000}})";
      intent.result = R"({"kind":0,"text":"","booking":{"guest_name":"Ana López","total":{"minor":30000}}})";
      intent.state = store::IntentState::kDone;
      store::intents::insert(c, intent);
      store::kv::put(c, guest.channel, {.key = "m/" + guest.sender + "/1", .value = "Ana López"}, std::nullopt);
      const std::string other_id(guest.sender.rbegin(), guest.sender.rend());
      store::kv::put(c, guest.channel, {.key = "guest/" + other_id, .value = guest.sender}, std::nullopt);
    });
  }
  GuestRecord record_of(const store::GuestKey& guest) {
    GuestRecord record;
    EXPECT_TRUE(store->read([&](Connection& c) { record = collect_record(c, guest); }));
    return record;
  }
};

TEST_F(GuestRecordTest, EverythingOfOneGuestIsFoundAndNothingOfAnother) {
  talk_of(kAna);
  talk_of(kOther);
  const auto record = record_of(kAna);
  EXPECT_TRUE(record.conversation);
  EXPECT_THAT(record.messages, SizeIs(2));
  EXPECT_THAT(record.reservations, SizeIs(1));
  EXPECT_THAT(record.intents, SizeIs(1));
  EXPECT_THAT(record.events, SizeIs(3));
  EXPECT_THAT(record.channel_values, SizeIs(2));
  EXPECT_TRUE(record_of({"luna", "whatsapp", kAna.sender}).empty());
}

TEST_F(GuestRecordTest, AnErasedGuestIsGoneAndTheRowsThatStayBelongTogether) {
  talk_of(kAna);
  talk_of(kOther);
  const auto erased = erase_guest(*store, clock, kAna, "reception");
  ASSERT_TRUE(erased) << erased.error().text;
  EXPECT_EQ(erased->messages, 2U);
  EXPECT_TRUE(record_of(kAna).empty());
  EXPECT_THAT(record_of(kOther).events, SizeIs(3));
  EXPECT_EQ(record_of(kOther).reservations.at(0).guest_name, "Ana López");

  const auto left = record_of({"sol", "whatsapp", erased->pseudonym});
  EXPECT_THAT(left.messages, SizeIs(2));
  EXPECT_THAT(left.events, SizeIs(3));
  EXPECT_THAT(left.channel_values, SizeIs(0));
  EXPECT_EQ(left.conversation->document, "{}");
  EXPECT_EQ(left.conversation->state, "confirmed");
  EXPECT_EQ(left.reservations.at(0).guest_name, "");
  EXPECT_EQ(left.reservations.at(0).total, (Money{30000, "EUR"}));
  EXPECT_EQ(left.intents.at(0).request, R"({"guest_name":"","phone":"","total":{"minor":30000}})");
  EXPECT_THAT(left.intents.at(0).result, HasSubstr(R"("minor":30000)"));
  for (const auto& event : left.events) EXPECT_EQ(event.body.find("Ana"), std::string::npos) << event.body;
}

TEST_F(GuestRecordTest, WhatIsUnderWayIsLeftAloneAndTheReasonSaysWhat) {
  for (const auto status :
       {store::OutboundStatus::kPending, store::OutboundStatus::kSending, store::OutboundStatus::kDoubtful}) {
    const store::GuestKey guest{"sol", "whatsapp", "busy-" + std::string(name_of(status))};
    talk_of(guest, status);
    const auto refused = erase_guest(*store, clock, guest, "reception");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::kConflict);
    EXPECT_THAT(refused.error().text, HasSubstr("1 reply(s) not sent yet; nothing was erased"));
    EXPECT_EQ(record_of(guest).reservations.at(0).guest_name, "Ana López");
  }
}

TEST_F(GuestRecordTest, NobodyThereIsSaidSoAndNoActionIsWrittenDown) {
  EXPECT_EQ(erase_guest(*store, clock, kAna, "x").error().code, Code::kNotFound);
  talk_of(kAna);
  ASSERT_TRUE(erase_guest(*store, clock, kAna, "x"));
  EXPECT_EQ(erase_guest(*store, clock, kAna, "x").error().code, Code::kNotFound);
}

TEST_F(GuestRecordTest, AGuestWhoWritesAgainIsANewOne) {
  talk_of(kAna);
  ASSERT_TRUE(erase_guest(*store, clock, kAna, "x"));
  talk_of(kAna);
  EXPECT_THAT(record_of(kAna).messages, SizeIs(2));
  EXPECT_TRUE(erase_guest(*store, clock, kAna, "x"));
}

TEST(Names, AWholeWordIsAGuestAndAPartOfOneIsNot) {
  EXPECT_TRUE(names("m/ana/7", "ana"));
  EXPECT_TRUE(names("ana", "ana"));
  EXPECT_TRUE(names("susana, ana", "ana"));
  EXPECT_TRUE(names("to +34600", "34600"));
  EXPECT_TRUE(names("+34600", "+34600"));
  EXPECT_FALSE(names("m/susana/7", "ana"));
  EXPECT_FALSE(names("346001", "34600"));
  EXPECT_FALSE(names("anañ", "ana"));
  EXPECT_FALSE(names("", "ana"));
  EXPECT_FALSE(names("ana", ""));
}

}  // namespace
}  // namespace agente::messaging
