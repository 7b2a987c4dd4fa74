#include "shop.hpp"

namespace qloapps::testing {
namespace {

class Quote : public Shop {
 protected:
  static agente::stay_query stay(std::uint32_t adults = 2, std::uint32_t children = 0, std::uint32_t rooms = 1) {
    return {.checkin = day("2027-11-10"),
            .checkout = day("2027-11-12"),
            .adults = adults,
            .children = children,
            .rooms = rooms,
            .room_type = "double"};
  }
  void ari(http_response answer) { on("POST", "/api/hotel_ari", std::move(answer)); }
};

TEST_F(Quote, OffersEveryTypeThatHasAWordOfOurs) {
  ari(recorded("20"));
  auto query = stay();
  query.room_type = {};

  const auto offers = pms().availability(query);

  ASSERT_EQ(offers.size(), 2U);
  EXPECT_EQ(offers[0].room_type, "double");
  EXPECT_EQ(offers[0].units_left, 5U);
  EXPECT_EQ(offers[0].capacity, 4U);
  EXPECT_EQ(offers[0].total, (agente::money{307500, "EUR"}));
  EXPECT_EQ(offers[1].room_type, "suite");
  EXPECT_EQ(offers[1].total, (agente::money{676500, "EUR"}));
}

TEST_F(Quote, AsksInXmlWithOneOccupancyForEachRoom) {
  ari(recorded("22"));

  static_cast<void>(pms().availability(stay(3, 1, 2)));

  const auto xml = sent("POST", "hotel_ari").at(0);
  EXPECT_THAT(xml, HasSubstr("<id_hotel>1</id_hotel><id_room_type>1</id_room_type><date_from>2027-11-10</date_from>"
                             "<date_to>2027-11-12</date_to>"));
  const auto request = fake.requests().back();
  EXPECT_THAT(request.url, ::testing::EndsWith("/api/hotel_ari?output_format=JSON"));
  EXPECT_THAT(request.headers.back().value, HasSubstr("text/xml")) << "QloApps answers JSON with 400";
  EXPECT_THAT(xml, HasSubstr("<room_occupancy><adults>2</adults><children>0</children></room_occupancy>"
                             "<room_occupancy><adults>1</adults><children>1</children></room_occupancy>"));
}

TEST_F(Quote, SoldOutTypesAreOfferedWithNoneLeft) {
  ari(recorded("43"));
  const auto offers = pms().availability(stay());
  ASSERT_EQ(offers.size(), 1U);
  EXPECT_EQ(offers[0].units_left, 0U);
  EXPECT_EQ(offers[0].capacity, 4U);
}

TEST_F(Quote, AThirdAdultDoesNotFitWhereTwoAdultsAndTwoChildrenDo) {
  ari(recorded("20"));
  EXPECT_EQ(pms().availability(stay(3, 0)).at(0).capacity, 2U);
  EXPECT_EQ(pms().availability(stay(2, 2)).at(0).capacity, 4U);
  EXPECT_EQ(pms().availability(stay(1, 3)).at(0).capacity, 3U);
}

TEST_F(Quote, RefusesWhatQloAppsWouldTake) {
  const auto code = [&](agente::stay_query query) { return code_of([&] { pms().availability(query); }); };
  auto past = stay();
  past.checkin = day("2026-09-14");
  past.checkout = day("2026-09-16");
  auto backwards = stay();
  backwards.checkout = day("2027-11-10");
  auto endless = stay();
  endless.checkout = day("2027-12-31");

  EXPECT_EQ(code(past), AGENTE_E_INVALID);
  EXPECT_EQ(code(backwards), AGENTE_E_INVALID);
  EXPECT_EQ(code(endless), AGENTE_E_INVALID);
  EXPECT_EQ(code(stay(0)), AGENTE_E_INVALID);
  EXPECT_EQ(code(stay(1, 0, 2)), AGENTE_E_INVALID);
  EXPECT_EQ(code(stay(1, 0, 0)), AGENTE_E_INVALID);
  EXPECT_TRUE(sent("POST", "hotel_ari").empty());
}

TEST_F(Quote, UnknownTypesAreNotFoundAndNameThoseThereAre) {
  std::string text;
  auto query = stay();
  query.room_type = "palace";
  EXPECT_EQ(code_of([&] { pms().availability(query); }, &text), AGENTE_E_NOT_FOUND);
  EXPECT_THAT(text, HasSubstr("double, suite"));
}

TEST_F(Quote, AnUnknownHotelIsAMatterOfTheConfig) {
  ari(recorded("26"));
  EXPECT_EQ(code_of([&] { pms().availability(stay()); }), AGENTE_E_CONFIG);
}

TEST_F(Quote, TheTypesAreKeptForAWhile) {
  ari(recorded("20"));
  static_cast<void>(pms().availability(stay()));
  static_cast<void>(pms().availability(stay()));
  EXPECT_EQ(sent("GET", "/api/hotel_room_types").size(), 1U);
  fake.advance(std::chrono::minutes{11});
  static_cast<void>(pms().availability(stay()));
  EXPECT_EQ(sent("GET", "/api/hotel_room_types").size(), 2U);
}

TEST_F(Quote, RoomsTellsWhatThereIs) {
  const auto rooms = pms().rooms();
  ASSERT_EQ(rooms.size(), 2U);
  EXPECT_EQ(rooms[0].id, "double");
  EXPECT_EQ(rooms[0].count, 5U);
  EXPECT_EQ(rooms[0].capacity, 4U);
  EXPECT_EQ(rooms[0].name_en, "");
}

TEST_F(Quote, TypesAreKnownByTheirNamesWhenNoneAreGiven) {
  config = R"({"base_url":"http://shop","hotel_id":1})";
  forget("GET", "/api/room_types?");
  on("GET", "/api/room_types?",
     with(with(recorded("11"), "General Rooms", "Habitación Doble"), "Luxury Rooms", "Garden Suite"));
  const auto rooms = pms().rooms();
  ASSERT_EQ(rooms.size(), 2U);
  EXPECT_EQ(rooms[0].id, "double");
  EXPECT_EQ(rooms[1].id, "suite");
}

TEST_F(Quote, NamesThatSayNothingAreAMatterOfTheConfig) {
  config = R"({"base_url":"http://shop","hotel_id":1})";
  std::string text;
  EXPECT_EQ(code_of([&] { pms().rooms(); }, &text), AGENTE_E_CONFIG);
  EXPECT_THAT(text, HasSubstr("set room_types"));
}

TEST_F(Quote, AWordThatFitsTwoTypesIsNobodys) {
  EXPECT_EQ(word_in("Double or Twin"), "");
  EXPECT_EQ(word_in("Suíte Casal"), "");
  EXPECT_EQ(word_in("Double room with double bed"), "double");
  EXPECT_EQ(word_in("Quarto individual"), "single");
}

}  // namespace
}  // namespace qloapps::testing
