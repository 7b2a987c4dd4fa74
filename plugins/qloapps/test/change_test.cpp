#include "shop.hpp"

namespace qloapps::testing {
namespace {

using nlohmann::json;

/// Order 262, a double from 10 to 13 May 2029, which becomes one of other nights.
class Change : public Shop {
 protected:
  Change() {
    on("GET", "filter[id]=[262]", order_answer(262, "4612.500000", 3));
    on("GET", "/api/bookings/262", recorded("95"));
    on("GET", "filter[id_order]=[262]", rows_answer({{}}));
    on("GET", "filter[id_room]", recorded("59"));
    on("PUT", "/api/bookings/262", recorded("95"));
  }

  /// What is free and what it costs, in the recorded form.
  void ari(int free, const std::string& net, const std::string& gross) {
    auto answer = free > 0 ? recorded("94") : recorded("43");
    answer = free > 0
                 ? with(with(answer, R"("total_price":3750)", R"("total_price":)" + net), "4612.5", gross)
                 : with(with(answer, R"("total_price":2500)", R"("total_price":)" + net), ":3075,", ":" + gross + ",");
    on("POST", "/api/hotel_ari", answer);
  }
  void becomes(const std::vector<RowText>& rows, const std::string& total) {
    on("GET", "filter[id_order]=[262]", rows_answer(rows));
    on("GET", "filter[id]=[262]", order_answer(262, total, 3));
  }

  agente::booking change(std::string_view from, std::string_view to, std::int64_t price, std::uint32_t adults = 2) {
    return pms().change({.booking_id = "262",
                         .key = "AH-1-2",
                         .room_type = "double",
                         .checkin = day(from),
                         .checkout = day(to),
                         .adults = adults,
                         .expected_total = {price, "EUR"}});
  }
  json put(std::size_t index = 0) { return json::parse(sent("PUT", "/api/bookings/262").at(index)).at("booking"); }
  std::string text;
};

TEST_F(Change, PutsTheWholeBookingWithItsNewNights) {
  ari(5, "2500", "3075");
  becomes({{.id = 340, .from = "2029-06-01", .to = "2029-06-03"}}, "3075.000000");

  const auto changed = change("2029-06-01", "2029-06-03", 307500);

  EXPECT_EQ(changed.checkin, day("2029-06-01"));
  EXPECT_EQ(changed.total, (agente::money{307500, "EUR"}));
  EXPECT_EQ(put()["id"], 262);
  EXPECT_EQ(put()["associations"]["customer_detail"], json::parse(R"({"email":"parity@example.com"})"));
  EXPECT_FALSE(put().contains("booking_status"));
  const json types = put()["associations"]["room_types"];
  ASSERT_EQ(types.size(), 1U);
  EXPECT_EQ(types[0]["checkin_date"], "2029-06-01");
  EXPECT_EQ(types[0]["rooms"][0]["total_tax"], 460.0);
}

TEST_F(Change, AStayIsMadeLongerInAFullHouseByTheAddedNightsAlone) {
  ari(0, "5000", "6150");    // the whole stay: its own room counts as taken
  ari(0, "3750", "4612.5");  // the nights it has
  ari(1, "1250", "1537.5");  // the night it adds
  becomes({{}, {.id = 340, .from = "2029-05-13", .to = "2029-05-14"}}, "6150.000000");

  const auto changed = change("2029-05-10", "2029-05-14", 615000);

  EXPECT_EQ(changed.checkout, day("2029-05-14"));
  EXPECT_EQ(changed.rooms, 1U);
  const json types = put()["associations"]["room_types"];
  ASSERT_EQ(types.size(), 2U);
  EXPECT_EQ(types[0]["checkout_date"], "2029-05-13");
  EXPECT_EQ(types[1]["checkin_date"], "2029-05-13");
  EXPECT_EQ(types[1]["checkout_date"], "2029-05-14");
}

TEST_F(Change, AvailabilityTellsThatTheBookingItselfCanStayLonger) {
  ari(0, "5000", "6150");
  ari(1, "1250", "1537.5");
  const auto offers = pms().availability({.checkin = day("2029-05-10"),
                                          .checkout = day("2029-05-14"),
                                          .adults = 2,
                                          .room_type = "double",
                                          .except_booking = "262"});
  EXPECT_EQ(offers.at(0).units_left, 1U);
  EXPECT_EQ(offers.at(0).total, (agente::money{615000, "EUR"}));
}

TEST_F(Change, FewerNightsInAFullHouseAreLeftToAPersonAndNotCalledSoldOut) {
  ari(0, "2500", "3075");
  const auto offers = pms().availability({.checkin = day("2029-05-10"),
                                          .checkout = day("2029-05-12"),
                                          .adults = 2,
                                          .room_type = "double",
                                          .except_booking = "262"});
  EXPECT_EQ(offers.at(0).units_left, 1U) << "the room that it has";

  ari(0, "2500", "3075");
  EXPECT_EQ(code_of([&] { change("2029-05-10", "2029-05-12", 307500); }, &text), AGENTE_E_UNSUPPORTED);
  EXPECT_THAT(text, HasSubstr("front desk"));
  EXPECT_TRUE(sent("PUT", "/api/bookings").empty());
}

TEST_F(Change, NightsMovedByOneInAFullHouseAreLeftToAPersonIfTheAddedOneIsFree) {
  ari(0, "3750", "4612.5");  // 11 to 14 May
  ari(1, "1250", "1537.5");  // the night after its last
  EXPECT_EQ(code_of([&] { change("2029-05-11", "2029-05-14", 461250); }, &text), AGENTE_E_UNSUPPORTED);

  ari(0, "3750", "4612.5");
  ari(0, "1250", "1537.5");
  EXPECT_EQ(code_of([&] { change("2029-05-11", "2029-05-14", 461250); }, &text), AGENTE_E_CONFLICT);
  EXPECT_THAT(text, HasSubstr("sold out"));
}

TEST_F(Change, OtherNightsInAFullHouseAreSoldOut) {
  ari(0, "2500", "3075");
  EXPECT_EQ(code_of([&] { change("2029-06-01", "2029-06-03", 307500); }, &text), AGENTE_E_CONFLICT);
  EXPECT_THAT(text, HasSubstr("sold out"));
  EXPECT_TRUE(sent("PUT", "/api/bookings").empty());
}

TEST_F(Change, AnotherPriceIsAConflict) {
  ari(5, "2500", "3075");
  EXPECT_EQ(code_of([&] { change("2029-06-01", "2029-06-03", 1); }, &text), AGENTE_E_CONFLICT);
  EXPECT_THAT(text, HasSubstr("price is 3075.00 EUR"));
}

TEST_F(Change, TheSameKeyAgainChangesNothing) {
  forget("GET", "/api/bookings/262");
  on("GET", "/api/bookings/262",
     with(recorded("95"), R"("remarks":[])", R"("remarks":["Changed for the guest, AH-1-2"])"));
  EXPECT_EQ(change("2029-06-01", "2029-06-03", 307500).booking_id, "262");
  EXPECT_TRUE(sent("PUT", "/api/bookings").empty());
}

TEST_F(Change, AnErrorAfterTheChangeIsResolvedByItsRemark) {
  forget("PUT", "/api/bookings/262");
  on("PUT", "/api/bookings/262", recorded("32"));
  on("GET", "/api/bookings/262",
     with(recorded("95"), R"("remarks":[])", R"("remarks":["Changed for the guest, AH-1-2"])"));
  ari(5, "2500", "3075");
  becomes({{.id = 340, .from = "2029-06-01", .to = "2029-06-03"}}, "3075.000000");
  EXPECT_EQ(change("2029-06-01", "2029-06-03", 307500).checkin, day("2029-06-01"));
}

TEST_F(Change, AnErrorWithoutItsRemarkLeavesTheOutcomeOpen) {
  forget("PUT", "/api/bookings/262");
  on("PUT", "/api/bookings/262", recorded("32"));
  ari(5, "2500", "3075");
  EXPECT_EQ(code_of([&] { change("2029-06-01", "2029-06-03", 307500); }), AGENTE_E_UNKNOWN_OUTCOME);
}

TEST_F(Change, WhoComesSecondGetsTheOldNightsBack) {
  ari(5, "2500", "3075");
  becomes({{.id = 340, .from = "2029-06-01", .to = "2029-06-03"}}, "3075.000000");
  forget("GET", "filter[id_room]");
  on("GET", "filter[id_room]", rows_answer({{.id = 339, .order = 261, .from = "2029-06-01", .to = "2029-06-03"}}));

  EXPECT_EQ(code_of([&] { change("2029-06-01", "2029-06-03", 307500); }, &text), AGENTE_E_CONFLICT);

  EXPECT_THAT(text, HasSubstr("sold out"));
  EXPECT_EQ(put(1)["associations"]["room_types"][0]["checkin_date"], "2029-05-10");
}

TEST_F(Change, OtherGuestsInTheSameNightsAreWrittenOnTheRow) {
  ari(5, "3750", "4612.5");
  on("GET", "/api/room_bookings/334", recorded("69"));
  on("PUT", "/api/room_bookings/334", recorded("70"));
  on("GET", "filter[id_order]=[262]", rows_answer({{.adults = 1}}));

  EXPECT_EQ(change("2029-05-10", "2029-05-13", 461250, 1).adults, 1U);

  EXPECT_THAT(sent("PUT", "/api/room_bookings/334").at(0), HasSubstr("<adults><![CDATA[1]]></adults>"));
  EXPECT_TRUE(sent("PUT", "/api/bookings").empty());
}

TEST_F(Change, WhatIsOverOrCancelledCannotBeChanged) {
  forget("GET", "filter[id_order]=[262]");
  on("GET", "filter[id_order]=[262]", rows_answer({{.gone = true}}));
  EXPECT_EQ(code_of([&] { change("2029-06-01", "2029-06-03", 307500); }, &text), AGENTE_E_CONFLICT);
  EXPECT_THAT(text, HasSubstr("is cancelled"));
  forget("GET", "filter[id_order]=[262]");
  on("GET", "filter[id_order]=[262]", rows_answer({{.status = 3}}));
  EXPECT_EQ(code_of([&] { change("2029-06-01", "2029-06-03", 307500); }, &text), AGENTE_E_CONFLICT);
  EXPECT_THAT(text, HasSubstr("is over"));
}

TEST_F(Change, MoreAdultsThanFitAreRefused) {
  EXPECT_EQ(code_of([&] { change("2029-06-01", "2029-06-03", 307500, 3); }, &text), AGENTE_E_INVALID);
  EXPECT_THAT(text, HasSubstr("2 adults"));
}

}  // namespace
}  // namespace qloapps::testing
