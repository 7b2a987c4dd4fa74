// The rules for bookings that are made already: changing and cancelling them.
#include "concierge/rules_fixture.hpp"

namespace agente::concierge::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST_F(Rules, ABookingMadeIsChangedAfterOldAndNewWereShown) {
  booked();
  const auto shown = guest.say("quiero cambiar mi reserva al 10 al 12 de octubre");
  EXPECT_THAT(shown, HasSubstr("Antes: Doble, del lunes 5 de octubre"));
  EXPECT_THAT(shown, HasSubstr("Ahora: Doble, del sábado 10 de octubre"));
  EXPECT_EQ(pms.bookings[0].checkin, *parse_day("2026-10-05"));

  EXPECT_THAT(guest.say("sí"), HasSubstr("HP-1001 quedó cambiada"));

  EXPECT_EQ(guest.talk.state, State::kModified);
  EXPECT_EQ(pms.bookings[0].checkin, *parse_day("2026-10-10"));
  EXPECT_EQ(guest.report()["checkin"], "2026-10-10");
  EXPECT_EQ(guest.talk.reservations_created, 1);
}

TEST_F(Rules, OneNightMoreIsOnTopOfTheBooking) {
  booked();
  guest.say("quiero agregar una noche más a mi reserva");
  ASSERT_TRUE(guest.talk.summary) << guest.lines.back();
  EXPECT_EQ(guest.report()["checkout"], "2026-10-10");
}

TEST_F(Rules, ABetterIdeaAfterTheBookingIsAChangeOfIt) {
  booked();
  guest.say("mejor somos 3");
  ASSERT_TRUE(guest.talk.summary) << guest.lines.back();
  EXPECT_EQ(guest.talk.summary->kind, Summary::Kind::kChange);
  guest.say("no, dejalo así");
  EXPECT_EQ(guest.talk.state, State::kConfirmed);
  EXPECT_EQ(guest.report()["adults"], 2);
}

TEST_F(Rules, TheOneBookingHeldIsCancelledAfterAYes) {
  booked();
  EXPECT_THAT(guest.say("quiero cancelar mi reserva"), HasSubstr("HP-1001"));
  EXPECT_EQ(asked<Cancel>(pms), 0);
  guest.say("sí");
  EXPECT_EQ(guest.talk.state, State::kCancelled);
  EXPECT_EQ(guest.talk.reservations_cancelled, 1);
  EXPECT_EQ(pms.bookings[0].status, plugins::StayStatus::kCancelled);
}

TEST_F(Rules, ANoLeavesTheBookingAsItWas) {
  booked();
  guest.say("quiero cancelar mi reserva");
  EXPECT_THAT(guest.say("no"), HasSubstr("sigue como estaba"));
  EXPECT_EQ(guest.talk.state, State::kConfirmed);
  EXPECT_EQ(asked<Cancel>(pms), 0);
}

TEST_F(Rules, WhatIfICancelIsOnlyAQuestion) {
  booked();
  guest.say("qué pasa si cancelo?");
  EXPECT_EQ(guest.talk.state, State::kConfirmed) << guest.lines.back();
  EXPECT_FALSE(guest.talk.summary);
}

TEST_F(Rules, CancellingWithoutAnyBookingAsksForItsNumber) {
  pms.bookings.push_back({.booking_id = "R-7",
                          .reference = "",
                          .room_type = "double",
                          .checkin = *parse_day("2026-10-05"),
                          .checkout = *parse_day("2026-10-06"),
                          .adults = 2,
                          .guest_name = "Laura",
                          .phone = "",
                          .email = "",
                          .total = {12500, "EUR"}});
  EXPECT_THAT(guest.say("quiero cancelar mi reserva"), HasSubstr("¿Cuál es el número"));
  EXPECT_THAT(guest.say("R-7"), HasSubstr("Va a cancelar la reserva R-7"));
}

TEST_F(Rules, OfSeveralBookingsItAsksWhich) {
  booked();
  guest.say("quiero reservar otra doble del 20 al 22 de octubre para 2 adultos");
  guest.say("sí");
  ASSERT_EQ(guest.talk.reservations_created, 2) << guest.lines.back();
  EXPECT_THAT(guest.say("quiero cancelar mi reserva"), HasSubstr("HP-1001, HP-1002"));
  EXPECT_THAT(guest.say("HP-1002"), HasSubstr("martes 20 de octubre"));
}

TEST_F(Rules, AnotherGuestsBookingDoesNotExistForThisOne) {
  auto booking = plugins::Booking{};
  booking.booking_id = "R-500";
  booking.guest_name = "Otra Persona";
  booking.phone = "5491144440000";
  booking.room_type = "suite";
  pms.bookings.push_back(booking);

  const auto told = guest.say("quiero cancelar la reserva R-500");

  EXPECT_THAT(told, HasSubstr("No encuentro la reserva R-500"));
  EXPECT_THAT(told, Not(HasSubstr("Otra Persona")));
  EXPECT_THAT(guest.talk.held, IsEmpty());
  guest.say("sí");
  EXPECT_EQ(asked<Cancel>(pms), 0);
}

TEST_F(Rules, ABookingLookedUpByItsNumberLendsNobodyItsName) {
  auto booking = plugins::Booking{};
  booking.booking_id = "R-502";
  booking.guest_name = "Otra Persona";
  booking.room_type = "double";
  booking.adults = 2;
  booking.checkin = *parse_day("2026-10-05");
  booking.checkout = *parse_day("2026-10-06");
  pms.bookings.push_back(booking);
  EXPECT_THAT(guest.say("quiero cancelar la reserva R-502"), Not(HasSubstr("Otra")));
  guest.say("no");
  EXPECT_THAT(guest.say("quiero reservar una doble del 5 al 9 de octubre para 2 adultos"), HasSubstr("¿A nombre de"));
}

TEST_F(Rules, TheSameNumberWrittenAnotherWayIsTheSameGuest) {
  auto booking = plugins::Booking{};
  booking.booking_id = "R-501";
  booking.phone = "+54 11 15-5555-0142";
  booking.room_type = "double";
  booking.adults = 2;
  booking.checkin = *parse_day("2026-10-05");
  booking.checkout = *parse_day("2026-10-06");
  pms.bookings.push_back(booking);
  EXPECT_THAT(guest.say("quiero cancelar la reserva R-501"), HasSubstr("Va a cancelar"));
}

}  // namespace
}  // namespace agente::concierge::testing
