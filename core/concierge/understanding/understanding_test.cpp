#include "concierge/understanding/understanding.hpp"

#include <gtest/gtest.h>

namespace agente::concierge {
namespace {

Day day(std::string_view text) { return *parse_day(text); }

TEST(Understanding, ReadsTheFirstBookingOfTheDemo) {
  const auto got =
      understand("Hola, quiero reservar una doble del 12 al 15 de marzo para 2 personas", {.today = day("2026-09-15")});
  EXPECT_EQ(got.intent, Intent::make_reservation);
  EXPECT_EQ(got.checkin, day("2027-03-12"));
  EXPECT_EQ(got.checkout, day("2027-03-15"));
  EXPECT_EQ(got.slots.room_type, "double");
  EXPECT_EQ(got.slots.guests, 2);
}

}  // namespace
}  // namespace agente::concierge
