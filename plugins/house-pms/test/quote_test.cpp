#include "hotel.hpp"

namespace house::testing {
namespace {

using ::testing::HasSubstr;

class Quote : public ::testing::Test {
 protected:
  agente::testing::fake_host fake;
  Pms pms{fake, config()};
};

TEST_F(Quote, TellsEveryTypeWithItsPrice) {
  const auto offers = pms.availability({.checkin = day("2026-11-05"), .checkout = day("2026-11-07"), .adults = 2});

  ASSERT_EQ(offers.size(), 2U);
  EXPECT_EQ(offers[0].room_type, "double");
  EXPECT_EQ(offers[0].units_left, 4U);
  EXPECT_EQ(offers[0].capacity, 2U);
  EXPECT_EQ(offers[0].total, (agente::money{20000, "EUR"}));
  EXPECT_EQ(offers[1].total, (agente::money{44000, "EUR"}));
}

TEST_F(Quote, ThePriceIsForAllNightsAndUnitsInTheHotelsCurrency) {
  agente::testing::fake_host chile;
  chile.me.currency = "CLP";
  Pms there(chile, config());

  const auto offers = there.availability(
      {.checkin = day("2026-11-05"), .checkout = day("2026-11-10"), .rooms = 3, .room_type = "double"});
  EXPECT_EQ(offers.at(0).total, (agente::money{150000, "CLP"}));
}

TEST_F(Quote, ClosedNightsAreSoldOutAndTheNightTheyEndIsNot) {
  EXPECT_EQ(left(pms, {.type = "suite", .from = "2026-10-09", .to = "2026-10-11"}), 0U);
  EXPECT_EQ(left(pms, {.type = "suite", .from = "2026-10-07", .to = "2026-10-09"}), 0U);
  EXPECT_EQ(left(pms, {.type = "suite", .from = "2026-10-07", .to = "2026-10-08"}), 1U);
  EXPECT_EQ(left(pms, {.type = "suite", .from = "2026-10-12", .to = "2026-10-13"}), 1U);
  EXPECT_EQ(left(pms, {.type = "double", .from = "2026-10-09", .to = "2026-10-11"}), 4U);
}

TEST_F(Quote, SoldOutIsStillPriced) {
  const auto offers = pms.availability(
      {.checkin = day("2026-10-09"), .checkout = day("2026-10-11"), .adults = 2, .room_type = "suite"});
  EXPECT_EQ(offers.at(0).units_left, 0U);
  EXPECT_EQ(offers.at(0).total.minor, 44000);
}

TEST_F(Quote, BookingsOfTheConfigTakeTheirUnits) {
  EXPECT_EQ(left(pms, {.from = "2026-10-02", .to = "2026-10-05"}), 3U);
  EXPECT_EQ(left(pms, {.from = "2026-10-03", .to = "2026-10-05"}), 4U);
}

TEST_F(Quote, TheBusiestNightDecides) {
  book(pms, "A", {.from = "2026-11-01", .to = "2026-11-03"});
  book(pms, "B", {.from = "2026-11-02", .to = "2026-11-04"});
  book(pms, "C", {.from = "2026-11-04", .to = "2026-11-06"});

  EXPECT_EQ(left(pms, {.from = "2026-11-01", .to = "2026-11-06"}), 2U);
  EXPECT_EQ(left(pms, {.from = "2026-11-03", .to = "2026-11-06"}), 3U);
}

TEST_F(Quote, TheOwnUnitsOfABookingCountAsFreeForItsChange) {
  for (const auto* reference : {"A", "B", "C", "D"}) book(pms, reference);

  EXPECT_EQ(left(pms), 0U);
  EXPECT_EQ(left(pms, {}, "h-000002"), 1U);
  EXPECT_EQ(left(pms, {}, "H-999999"), 0U);
}

TEST_F(Quote, WhoHasAUnitOnClosedNightsKeepsIt) {
  auto text = config();
  text.replace(text.find(R"("room_type": "double")"), 21, R"("room_type": "suite")");
  text.replace(text.find("2026-10-01"), 10, "2026-10-09");
  text.replace(text.find("2026-10-03"), 10, "2026-10-11");
  agente::testing::fake_host other;
  Pms there(other, text);

  EXPECT_EQ(left(there, {.type = "suite", .from = "2026-10-09", .to = "2026-10-11"}), 0U);
  EXPECT_EQ(left(there, {.type = "suite", .from = "2026-10-09", .to = "2026-10-11"}, "R-300"), 1U);
  EXPECT_EQ(left(there, {.type = "suite", .from = "2026-10-09", .to = "2026-10-12"}, "R-300"), 0U);
}

TEST_F(Quote, TooManyHeadsAreToldCapacityAndPriceAllTheSame) {
  const auto offers = pms.availability(
      {.checkin = day("2026-11-05"), .checkout = day("2026-11-07"), .adults = 9, .room_type = "double"});
  EXPECT_EQ(offers.at(0).capacity, 2U);
  EXPECT_EQ(offers.at(0).units_left, 4U);
}

TEST_F(Quote, ImpossibleStaysAreRefused) {
  const auto ask = [&](agente::day from, agente::day to, std::uint32_t rooms) {
    return code_of([&] { (void)pms.availability({.checkin = from, .checkout = to, .rooms = rooms}); });
  };
  const auto first = day("2026-11-05");
  EXPECT_EQ(ask(first, first, 1), AGENTE_E_INVALID);
  EXPECT_EQ(ask(first, day("2026-11-04"), 1), AGENTE_E_INVALID);
  EXPECT_EQ(ask(first, first + std::chrono::days{366}, 1), AGENTE_E_INVALID);
  EXPECT_EQ(ask(first, first + std::chrono::days{365}, 1), AGENTE_OK);
  EXPECT_EQ(ask(first, day("2026-11-07"), 0), AGENTE_E_INVALID);
  EXPECT_EQ(ask(agente::from_abi_day(INT32_MIN), agente::from_abi_day(INT32_MAX), 1), AGENTE_E_INVALID);
  EXPECT_EQ(ask(agente::from_abi_day(INT32_MAX), agente::from_abi_day(INT32_MIN), 1), AGENTE_E_INVALID);
}

TEST_F(Quote, AnUnknownTypeIsNotFoundAndTheKnownOnesAreNamed) {
  std::string why;
  EXPECT_EQ(code_of([&] { left(pms, {.type = "palace"}); }, &why), AGENTE_E_NOT_FOUND);
  EXPECT_THAT(why, HasSubstr("double, suite"));
}

TEST_F(Quote, MoreBookingsThanUnitsLeaveNone) {
  auto text = config();
  text.replace(text.find(R"("count": 4)"), 10, R"("count": 0)");
  agente::testing::fake_host other;
  Pms there(other, text);

  EXPECT_EQ(left(there, {.from = "2026-10-01", .to = "2026-10-03"}), 0U);
}

}  // namespace
}  // namespace house::testing
