#include "shop.hpp"

namespace qloapps::testing {
namespace {

using nlohmann::json;

/// A double for three nights at 4612.50, the fee of 250 a night that the shop adds by itself included.
class Book : public Shop {
 protected:
  Book() {
    on("GET", kBySource, recorded("34"));
    on("POST", "/api/hotel_ari", recorded("94"));
    on("POST", "/api/bookings", recorded("95"));
    on("GET", kOrder, order_answer(262, "4612.500000"));
    on("GET", kRows, rows_answer({{}}));
    on("GET", "/api/bookings/262", recorded("95"));
    on("GET", kRivals, rows_answer({{}}));
    on("POST", "/api/order_histories", recorded("67"));
  }

  agente::booking book(std::int64_t price = 461250, std::string_view email = {}) {
    return pms().book({.reference = "AH-1",
                       .room_type = "double",
                       .checkin = day("2029-05-10"),
                       .checkout = day("2029-05-13"),
                       .adults = 2,
                       .guest_name = "Zoë Lindqvist 😀",
                       .phone = "4915112345678",
                       .email = email,
                       .expected_total = {price, "EUR"}});
  }
  json posted(std::size_t index = 0) { return json::parse(sent("POST", "/api/bookings").at(index)).at("booking"); }

  static constexpr const char* kBySource = "/api/orders?output_format=JSON&display=[id,source]";
  static constexpr const char* kOrder = "filter[id]=[262]";
  static constexpr const char* kRows = "filter[id_order]=[262]";
  static constexpr const char* kRivals = "filter[id_room]=[1]";
  std::string text;
};

TEST_F(Book, GivesTheOrderWithThePriceThatWasQuoted) {
  const auto booked = book();

  EXPECT_EQ(booked.booking_id, "262");
  EXPECT_EQ(booked.reference, "AH-1");
  EXPECT_EQ(booked.status, stay_status::booked);
  EXPECT_EQ(booked.room_type, "double");
  EXPECT_EQ(booked.checkin, day("2029-05-10"));
  EXPECT_EQ(booked.checkout, day("2029-05-13"));
  EXPECT_EQ(booked.adults, 2U);
  EXPECT_EQ(booked.rooms, 1U);
  EXPECT_EQ(booked.guest_name, "Zoë Lindqvist");
  EXPECT_EQ(booked.total, (agente::money{461250, "EUR"}));
  EXPECT_EQ(booked.created, fake.now());
}

TEST_F(Book, NamesReferenceFeesAndTaxSoThatQloAppsComesToTheSameTotal) {
  book();

  const auto body = posted();
  EXPECT_EQ(body["source"], "agente:AH-1");
  EXPECT_EQ(body["remark"], "Name as written: Zoë Lindqvist U+1F600");
  EXPECT_EQ(body["associations"]["price_details"]["total_price_with_tax"], 4612.5);
  EXPECT_EQ(body["associations"]["customer_detail"]["email"], "ah-1@guest.invalid");
  const auto& room = body["associations"]["room_types"][0]["rooms"][0];
  EXPECT_EQ(room["adults"], 2);
  EXPECT_EQ(room["total_tax"], 690.0);
  EXPECT_EQ(room["services"], json::parse(R"([{"id_service":5,"quantity":1}])"));
}

TEST_F(Book, ConfirmsWhatStoodTheChecks) {
  book();
  ASSERT_EQ(sent("POST", "order_histories").size(), 1U);
  EXPECT_THAT(sent("POST", "order_histories")[0],
              HasSubstr("<id_order>262</id_order><id_order_state>3</id_order_state>"));
}

TEST_F(Book, AStateThatCannotBeSetDoesNotUndoTheBooking) {
  forget("POST", "/api/order_histories");
  on("POST", "/api/order_histories", recorded("100"));
  EXPECT_EQ(book().booking_id, "262");
  EXPECT_TRUE(fake.logged("stays unconfirmed"));
}

TEST_F(Book, TheSameReferenceAgainIsTheSameBooking) {
  forget("GET", kBySource);
  on("GET", kBySource, json_answer(R"({"orders":[{"id":262,"source":"agente:AH-1"}]})"));
  forget("GET", kOrder);
  on("GET", kOrder, order_answer(262, "4612.500000", 3));

  EXPECT_EQ(book().booking_id, "262");
  EXPECT_TRUE(sent("POST", "/api/bookings").empty());
  EXPECT_TRUE(sent("POST", "order_histories").empty());
}

TEST_F(Book, WhatWasCutShortBeforeTheChecksIsFinished) {
  forget("GET", kBySource);
  on("GET", kBySource, json_answer(R"({"orders":[{"id":262,"source":"agente:AH-1"}]})"));

  EXPECT_EQ(pms().find_by_reference("AH-1").at(0).status, stay_status::booked);
  EXPECT_EQ(sent("POST", "order_histories").size(), 1U);
}

TEST_F(Book, AnotherPriceIsAConflictThatSaysSo) {
  EXPECT_EQ(code_of([&] { book(461249); }, &text), AGENTE_E_CONFLICT);
  EXPECT_EQ(text, "the price is 4612.50 EUR, not 4612.49 EUR");
  EXPECT_TRUE(sent("POST", "/api/bookings").empty());
}

TEST_F(Book, WhatIsSoldOutIsAConflictThatSaysSo) {
  forget("POST", "/api/hotel_ari");
  on("POST", "/api/hotel_ari", recorded("43"));
  EXPECT_EQ(code_of([&] { book(307500); }, &text), AGENTE_E_CONFLICT);
  EXPECT_THAT(text, HasSubstr("sold out"));
}

TEST_F(Book, WhatIsSoldBetweenQuoteAndBookingIsSoldOut) {
  forget("POST", "/api/bookings");
  on("POST", "/api/bookings", recorded("45"));
  on("POST", "/api/hotel_ari", recorded("43"));
  EXPECT_EQ(code_of([&] { book(); }, &text), AGENTE_E_CONFLICT);
  EXPECT_THAT(text, HasSubstr("sold out"));
}

TEST_F(Book, ARefusalIsToldInTheWordsOfQloApps) {
  forget("POST", "/api/bookings");
  on("POST", "/api/bookings",
     json_answer(R"({"errors":[{"code":404,"message":"Please provide valid currency."}]})", 400));
  EXPECT_EQ(code_of([&] { book(); }, &text), AGENTE_E_INVALID);
  EXPECT_THAT(text, HasSubstr("Please provide valid currency."));
}

TEST_F(Book, AnErrorAfterTheBookingWasMadeIsFoundByItsReference) {
  forget("POST", "/api/bookings");
  on("POST", "/api/bookings", recorded("32"));
  on("GET", kBySource, json_answer(R"({"orders":[{"id":262,"source":"agente:AH-1"}]})"));
  EXPECT_EQ(book().booking_id, "262");
}

TEST_F(Book, AnErrorWithoutABookingLeavesTheOutcomeOpen) {
  for (const auto* number : {"32", "40", "99"}) {
    forget("POST", "/api/bookings");
    on("POST", "/api/bookings", recorded(number));
    EXPECT_EQ(code_of([&] { book(); }, &text), AGENTE_E_UNKNOWN_OUTCOME) << number;
    EXPECT_THAT(text, HasSubstr("it may have happened")) << number;
    EXPECT_THAT(text, Not(HasSubstr("/var/www"))) << number;
  }
}

TEST_F(Book, ABookingThatCannotBeReadBackLeavesTheOutcomeOpen) {
  forget("GET", kRows);
  on("GET", kRows, recorded("99"));
  EXPECT_EQ(code_of([&] { book(); }), AGENTE_E_UNKNOWN_OUTCOME);
  EXPECT_EQ(cancellations(), 0U);
}

TEST_F(Book, ARoomThatQloAppsSilentlyTookAwayIsSoldOut) {
  forget("GET", kRows);
  on("GET", kRows, rows_answer({{.gone = true}}));
  EXPECT_EQ(code_of([&] { book(); }, &text), AGENTE_E_CONFLICT);
  EXPECT_THAT(text, HasSubstr("sold out"));
  EXPECT_EQ(cancellations(), 1U);
}

TEST_F(Book, WhoComesSecondToARoomThatWasSoldTwiceGivesItBack) {
  forget("GET", kRivals);
  on("GET", kRivals, rows_answer({{}, {.id = 333, .order = 261}}));
  EXPECT_EQ(code_of([&] { book(); }, &text), AGENTE_E_CONFLICT);
  EXPECT_THAT(text, HasSubstr("booking 261 came first"));
  EXPECT_EQ(cancellations(), 1U);
  const auto asked = decoded(fake.requests().back().url);
  EXPECT_THAT(asked, HasSubstr("order_histories"));
}

TEST_F(Book, WhoComesFirstKeepsTheRoom) {
  forget("GET", kRivals);
  on("GET", kRivals, rows_answer({{}, {.id = 335, .order = 263}}));
  EXPECT_EQ(book().booking_id, "262");
  EXPECT_EQ(cancellations(), 0U);
  EXPECT_TRUE(fake.logged("two bookings for one place"));
}

TEST_F(Book, WhoHadTheRoomAndIsCancelledIsNoRival) {
  forget("GET", kRivals);
  on("GET", kRivals, rows_answer({{}, {.id = 333, .order = 261, .gone = true}}));
  EXPECT_EQ(book().booking_id, "262");
  EXPECT_EQ(cancellations(), 0U);
}

TEST_F(Book, AllWithTheReferenceAreFoundOldestFirstAndNoneWithOneThatIsOnlyLikeIt) {
  forget("GET", kBySource);
  on("GET", kBySource,
     json_answer(R"({"orders":[{"id":263,"source":"agente:AH-1"},{"id":261,"source":"agente:ah-1"},)"
                 R"({"id":262,"source":"agente:AH-1"}]})"));
  forget("GET", kOrder);
  on("GET", kOrder, order_answer(262, "4612.500000", 3));
  on("GET", "filter[id]=[263]", order_answer(263, "4612.500000", 3));
  on("GET", "filter[id_order]=[263]", rows_answer({{.id = 335, .order = 263}}));
  on("GET", "/api/bookings/263", recorded("95"));
  const auto found = pms().find_by_reference("AH-1");
  ASSERT_EQ(found.size(), 2U) << "QloApps compares without regard to case";
  EXPECT_EQ(found[0].booking_id, "262");
  EXPECT_EQ(found[1].booking_id, "263");
}

TEST_F(Book, TheOverlapIsAskedForAsItWasRecorded) {
  book();
  EXPECT_EQ(sent("GET",
                 "filter[id_room]=[1]&filter[is_refunded]=[0]&filter[date_from]=<[2029-05-13]&"
                 "filter[date_to]=>[2029-05-10]")
                .size(),
            1U);
}

TEST_F(Book, WhatCouldNotBeUndoneLeavesTheOutcomeOpen) {
  forget("GET", kRivals);
  on("GET", kRivals, rows_answer({{.id = 333, .order = 261}}));
  forget("POST", "/api/order_histories");
  on("POST", "/api/order_histories", recorded("99"));
  EXPECT_EQ(code_of([&] { book(); }), AGENTE_E_UNKNOWN_OUTCOME);
}

TEST_F(Book, ATotalThatIsNotTheQuotedOneIsUndone) {
  forget("GET", kOrder);
  on("GET", kOrder, order_answer(262, "3690.000000"));
  EXPECT_EQ(code_of([&] { book(); }, &text), AGENTE_E_CONFLICT);
  EXPECT_THAT(text, HasSubstr("3690.00 EUR, not 4612.50 EUR"));
  EXPECT_EQ(cancellations(), 1U);
}

TEST_F(Book, TheAddressOfAStrangerIsNotUsed) {
  forget("GET", "/api/customers?");
  on("GET", "/api/customers?",
     json_answer(R"({"customers":[{"id":31,"email":"zoe@example.com","phone":"+34600111222"}]})"));
  book(461250, "zoe@example.com");
  EXPECT_EQ(posted()["associations"]["customer_detail"]["email"], "ah-1@guest.invalid");
  EXPECT_THAT(posted()["remark"].get<std::string>(), HasSubstr("E-mail as written: zoe@example.com"));
}

TEST_F(Book, TheSamePhoneWithTheSameAddressIsTheSamePerson) {
  forget("GET", "/api/customers?");
  on("GET", "/api/customers?",
     json_answer(R"({"customers":[{"id":31,"email":"zoe@example.com","phone":"+49 151 12345678"}]})"));
  book(461250, "zoe@example.com");
  EXPECT_EQ(posted()["associations"]["customer_detail"]["email"], "zoe@example.com");
}

TEST_F(Book, RefusesReferencesThatAreNotOurs) {
  for (const auto* reference : {"", "ah-1", "A]|[B"})
    EXPECT_EQ(code_of([&] { pms().book({.reference = reference}); }), AGENTE_E_INVALID) << reference;
}

TEST_F(Book, ItsLogLinesNeverNameTheGuest) {
  book();
  for (const auto& line : fake.log()) EXPECT_THAT(line.text, Not(HasSubstr("Zoë")));
}

}  // namespace
}  // namespace qloapps::testing
