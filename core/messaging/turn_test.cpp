#include "messaging/turn.hpp"

#include "messaging/dispatch.hpp"
#include "messaging/intake.hpp"
#include "messaging/parts.hpp"
#include "messaging/turn_fixture.hpp"
#include "pms/follow.hpp"

namespace agente::messaging {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(OnceAMinuteTest, EachReasonIsToldOnceAMinute) {
  ManualClock clock{parse_time("2026-09-15T12:00:00Z").value()};
  OnceAMinute once(clock);
  EXPECT_TRUE(once.is_due("the PMS of sol is not connected"));
  EXPECT_FALSE(once.is_due("the PMS of sol is not connected"));
  EXPECT_TRUE(once.is_due("the PMS of luna is not connected"));
  clock.advance(Millis{59'999});
  EXPECT_FALSE(once.is_due("the PMS of sol is not connected"));
  clock.advance(Millis{1});
  EXPECT_TRUE(once.is_due("the PMS of sol is not connected"));
}

TEST(HotelsTest, AMessageWaitsForAHotelWhosePmsIsNotConnectedAndForNoOther) {
  SystemClock clock;
  Hotels hotels(clock);
  hotels.expect({{"sol", {"scripted"}}});
  EXPECT_EQ(hotels.find("sol", "t").error().code, Code::kRetry);
  EXPECT_EQ(hotels.find("luna", "t").error().code, Code::kNotFound);
  hotels.expect({});
  EXPECT_EQ(hotels.find("sol", "t").error().code, Code::kNotFound);
}

TEST_F(TurnTest, AnAnswerTooLongForAMessageGoesOutInParts) {
  std::string name = "Hotel";
  while (name.size() < 5'000) name += " Sol";
  hotels.add({.id = "sol", .name = name, .timezone = "Europe/Madrid", .currency = "EUR"}, gateway);

  EXPECT_FALSE(hear("Hola"));

  const auto rows = outbox();
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_LT(rows[0].id, rows[1].id);
  EXPECT_LE(count_code_points(rows[0].text), kLongestReply);
  EXPECT_THAT(rows[0].text, HasSubstr("Hotel Sol"));
  EXPECT_THAT(rows[1].text, HasSubstr("Sol"));
  EXPECT_EQ(rows[1].in_reply_to, rows[0].in_reply_to);
}

TEST_F(TurnTest, GuestIsLedFromFirstWordsToABookingInThreeTurns) {
  EXPECT_FALSE(hear(kRequest));
  EXPECT_FALSE(hear("Ana Bello"));
  EXPECT_EQ(pms.book_calls, 0);
  EXPECT_FALSE(hear("sí"));
  ASSERT_EQ(pms.live(), 1U);
  EXPECT_THAT(outbox().back().text, HasSubstr("H-1"));
  ASSERT_EQ(reservations().size(), 1U);
  EXPECT_EQ(reservations()[0].status, store::ReservationStatus::kConfirmed);
  EXPECT_EQ(reservations()[0].pms_booking_id, "H-1");
}

TEST_F(TurnTest, ATappedYesBooksWhatItStandsBelowAndNothingElse) {
  for (const auto* text : {kRequest, "Ana Bello"}) EXPECT_FALSE(hear(text));
  const auto old = outbox().back();
  EXPECT_EQ(old.kind, "choices");
  EXPECT_THAT(old.details, HasSubstr(R"("title":"Sí")"));
  EXPECT_FALSE(hear("mejor para 1 persona"));

  EXPECT_FALSE(tap("Sí", old));
  EXPECT_EQ(pms.book_calls, 0);
  const auto shown_again = outbox().back();
  EXPECT_THAT(shown_again.text, HasSubstr("1 adulto"));

  EXPECT_FALSE(tap("Sí", shown_again));
  ASSERT_EQ(pms.live(), 1U);
  EXPECT_EQ(pms.bookings[0].adults, 1);
  EXPECT_EQ(outbox().back().kind, "text");
  EXPECT_EQ(outbox().back().details, "");
}

TEST_F(TurnTest, WhatTheFrontDeskCancelledWasNotCancelledByTheGuestWhoHearsOfIt) {
  for (const auto* text : {kRequest, "Ana Bello", "sí"}) EXPECT_FALSE(hear(text));
  pms.bookings[0].status = plugins::StayStatus::kCancelled;
  clock.advance(Millis{1000});
  ASSERT_TRUE(pms::Follow({gateway}, *store, clock).next_changes("t"));

  EXPECT_FALSE(hear("quiero cancelar mi reserva"));

  EXPECT_THAT(outbox().back().text, HasSubstr("H-1"));
  EXPECT_EQ(reservations()[0].status, store::ReservationStatus::kCancelled);
  EXPECT_EQ(reservations()[0].reason, "PMS");
}

TEST_F(TurnTest, AGuestInHouseWhoAsksForAnotherDayStaysCheckedIn) {
  for (const auto* text : {kRequest, "Ana Bello", "sí"}) EXPECT_FALSE(hear(text));
  auto& there = pms.bookings[0];
  there.status = plugins::StayStatus::kInHouse;
  there.checkout += std::chrono::days{1};
  clock.advance(Millis{1000});
  ASSERT_TRUE(pms::Follow({gateway}, *store, clock).next_changes("t"));

  EXPECT_FALSE(hear("quiero cambiar mi reserva"));

  EXPECT_EQ(reservations()[0].status, store::ReservationStatus::kCheckedIn);
  EXPECT_EQ(reservations()[0].checkout, there.checkout);
}

TEST_F(TurnTest, APmsThatHangsHoldsUpNoMessageThatComesIn) {
  constexpr int kGuests = 20;
  Intake intake{*store, clock, meter, {.message_came = [] {}, .receipt_changed = [](const auto&) {}}};
  Dispatch dispatch{*store, clock, turn};
  const auto all_write = [&](const std::string& id) {
    for (int i = 0; i < kGuests; ++i) {
      const auto guest = std::to_string(34600111000 + i);
      const plugins::InboundMessage message{
          .hotel = "sol", .external_id = id + guest, .sender = guest, .kind = "text", .text = kRequest};
      EXPECT_TRUE(intake.commit("whatsapp", {.messages = {message}}, "t"));
    }
    dispatch.wake();
  };
  {
    const auto silent = pms.hold();
    all_write("first");
    dispatch.start(4);
    ASSERT_TRUE(testing::eventually([&] { return !dispatch.rests(store::kAllParts); }));
    all_write("second");
  }
  EXPECT_TRUE(testing::eventually([&] {
    std::int64_t left = -1;
    EXPECT_TRUE(store->read([&](store::sql::Connection& c) { left = store::inbound::count_received(c); }));
    return left == 0;
  }));
}

TEST_F(TurnTest, MessageHandledTwiceChangesNothingTheSecondTime) {
  auto message = arrive("Hola");
  EXPECT_FALSE(turn.handle(message));
  const auto before = outbox().size();
  EXPECT_FALSE(turn.handle(message));
  EXPECT_EQ(outbox().size(), before);
}

// The last room is taken by the guest's own booking: seen anew it would look sold out.
TEST_F(TurnTest, CrashAfterTheLastRoomWasBookedStillEndsInItsConfirmation) {
  pms.units_left = 1;
  hear(kRequest);
  hear("Ana Bello");
  pms.lose_next_answer();
  auto yes = arrive("sí");
  ASSERT_TRUE(turn.handle(yes));
  std::optional<store::Inbound> stored;
  ASSERT_TRUE(store->read([&](store::sql::Connection& c) { stored = store::inbound::find(c, yes.id); }));
  clock.advance(Millis{60'000});
  Turn another{*store, clock, hotels, meter, [](const auto&) {}};  // after a restart
  EXPECT_FALSE(another.handle(*stored));
  EXPECT_EQ(reservations()[0].status, store::ReservationStatus::kConfirmed);
}

TEST_F(TurnTest, BookingOfAnotherGuestIsNotFoundAndNotCancelled) {
  hear(kRequest);
  hear("Ana Bello");
  hear("sí");
  pms.bookings[0].phone.clear();  // not even the PMS knows whose it is
  EXPECT_FALSE(hear("quiero cancelar la reserva H-1", "34999888777"));
  EXPECT_FALSE(hear("sí", "34999888777"));
  EXPECT_EQ(pms.live(), 1U);
}

TEST_F(TurnTest, UnknownHotelIsAFailedMessageAndNotAnEndlessRetry) {
  auto message = arrive("Hola");
  message.guest.hotel = "luna";
  EXPECT_TRUE(store->write([&](store::sql::Connection& c) { store::inbound::insert(c, message); }));
  EXPECT_FALSE(turn.handle(message));
}

TEST_F(TurnTest, DateOfAMessageFromTheFutureOrTheDistantPastIsNotBelieved) {
  for (const auto* provider_time : {"2031-01-01T00:00:00Z", "2009-02-13T23:31:30Z"}) {
    auto message = arrive("quiero una doble para mañana, 2 noches, 2 adultos", provider_time);
    message.provider_time = parse_time(provider_time).value();
    EXPECT_FALSE(turn.handle(message));
    ASSERT_EQ(reservations(provider_time).size(), 1U);
    EXPECT_EQ(reservations(provider_time)[0].checkin, parse_day("2026-09-16"));
  }
}

}  // namespace
}  // namespace agente::messaging
