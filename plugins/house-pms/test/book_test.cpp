#include "hotel.hpp"

namespace house::testing {
namespace {

using ::testing::HasSubstr;

class Book : public ::testing::Test {
 protected:
  agente::testing::fake_host fake;
  Pms pms{fake, config()};
};

TEST_F(Book, GivesTheBookingWithAnIdOfOurs) {
  const auto booked = book(pms, "AH-1");

  EXPECT_EQ(booked.booking_id, "H-000001");
  EXPECT_EQ(booked.reference, "AH-1");
  EXPECT_EQ(booked.status, stay_status::booked);
  EXPECT_EQ(booked.guest_name, "Ana Bello");
  EXPECT_EQ(booked.total, (agente::money{20000, "EUR"}));
  EXPECT_EQ(booked.created, fake.now());
  EXPECT_EQ(pms.get("h-000001"), booked);
  EXPECT_EQ(book(pms, "AH-2").booking_id, "H-000002");
}

TEST_F(Book, TheSameReferenceAgainIsTheSameBooking) {
  const auto first = book(pms, "AH-1");

  EXPECT_EQ(book(pms, "AH-1"), first);
  EXPECT_EQ(book(pms, "AH-1", {.type = "palace", .price_minor = 1}), first);
  EXPECT_EQ(left(pms), 3U);
  EXPECT_EQ(pms.find_by_reference("AH-1"), std::vector{first});
}

TEST_F(Book, ACancelledBookingIsStillFoundByItsReference) {
  book(pms, "AH-1");
  pms.cancel("H-000001", "changed plans");

  ASSERT_EQ(pms.find_by_reference("AH-1").size(), 1U);
  EXPECT_EQ(pms.find_by_reference("AH-1")[0].status, stay_status::cancelled);
  EXPECT_EQ(book(pms, "AH-1").status, stay_status::cancelled);
}

TEST_F(Book, AnUnknownOrEmptyReferenceFindsNothing) {
  EXPECT_TRUE(pms.find_by_reference("AH-404").empty());
  EXPECT_TRUE(pms.find_by_reference("").empty());
}

TEST_F(Book, WhatIsSoldOutIsAConflictThatSaysSo) {
  for (const auto* reference : {"A", "B", "C", "D"}) book(pms, reference);

  std::string why;
  EXPECT_EQ(code_of([&] { book(pms, "E"); }, &why), AGENTE_E_CONFLICT);
  EXPECT_THAT(why, HasSubstr("sold out"));
  EXPECT_EQ(book(pms, "F", {.from = "2026-11-07", .to = "2026-11-08"}).booking_id, "H-000005");
}

TEST_F(Book, AnotherPriceIsAConflictThatSaysSo) {
  std::string why;
  EXPECT_EQ(code_of([&] { book(pms, "A", {.price_minor = 19999}); }, &why), AGENTE_E_CONFLICT);
  EXPECT_THAT(why, HasSubstr("price is 20000 EUR, not 19999 EUR"));
  const agente::booking_request in_dollars{.reference = "A",
                                           .room_type = "double",
                                           .checkin = day("2026-11-05"),
                                           .checkout = day("2026-11-07"),
                                           .expected_total = {20000, "USD"}};
  EXPECT_EQ(code_of([&] { pms.book(in_dollars); }), AGENTE_E_CONFLICT);
}

TEST_F(Book, RefusesWhatCannotBe) {
  EXPECT_EQ(code_of([&] { book(pms, "A", {.type = "palace"}); }), AGENTE_E_NOT_FOUND);
  EXPECT_EQ(code_of([&] { book(pms, "A", {.type = ""}); }), AGENTE_E_NOT_FOUND);
  EXPECT_EQ(code_of([&] { book(pms, "A", {.to = "2026-11-05"}); }), AGENTE_E_INVALID);
  EXPECT_EQ(code_of([&] { book(pms, "A", {.to = "2026-11-01"}); }), AGENTE_E_INVALID);
  EXPECT_EQ(code_of([&] { book(pms, "A", {.to = "2027-11-06"}); }), AGENTE_E_INVALID);
  EXPECT_EQ(code_of([&] { book(pms, "A", {.adults = 2, .children = 1}); }), AGENTE_E_INVALID);
  EXPECT_EQ(code_of([&] { book(pms, "A", {.adults = 0, .children = 1}); }), AGENTE_E_INVALID);
  EXPECT_EQ(code_of([&] { book(pms, "A", {.adults = 4294967295U, .children = 4294967295U}); }), AGENTE_E_INVALID);
  EXPECT_EQ(code_of([&] { book(pms, "A", {.rooms = 0}); }), AGENTE_E_INVALID);
  EXPECT_EQ(code_of([&] { book(pms, "A", {.rooms = 4294967295U}); }), AGENTE_E_INVALID);
  EXPECT_EQ(book(pms, "A").booking_id, "H-000001");
}

TEST_F(Book, RefusesReferencesThatAreNotOurs) {
  EXPECT_EQ(code_of([&] { book(pms, ""); }), AGENTE_E_INVALID);
  EXPECT_EQ(code_of([&] { book(pms, "ah-1"); }), AGENTE_E_INVALID);
  EXPECT_EQ(code_of([&] { book(pms, "A;DROP"); }), AGENTE_E_INVALID);
  EXPECT_EQ(code_of([&] { book(pms, std::string(33, 'A')); }), AGENTE_E_INVALID);
}

TEST_F(Book, AYearIsTheLongestStay) {
  EXPECT_EQ(book(pms, "A", {.from = "2026-11-05", .to = "2027-11-05"}).total.minor, 3650000);
}

TEST_F(Book, SeveralUnitsAreOneBooking) {
  const auto booked = book(pms, "A", {.adults = 5, .children = 1, .rooms = 3});

  EXPECT_EQ(booked.total.minor, 60000);
  EXPECT_EQ(left(pms), 1U);
}

TEST_F(Book, BrokenWordsOfAGuestAreKeptAsReadableText) {
  const auto booked = pms.book({.reference = "A",
                                .room_type = "double",
                                .checkin = day("2026-11-05"),
                                .checkout = day("2026-11-07"),
                                .guest_name = "<script>\xff\xfe \"Ana\"",
                                .expected_total = {20000, "EUR"}});

  EXPECT_EQ(booked.guest_name, "<script>\xef\xbf\xbd\xef\xbf\xbd \"Ana\"");
  EXPECT_EQ(pms.get("H-000001"), booked);
}

TEST_F(Book, AnEndlessNameIsRefused) {
  const std::string name(100'000, 'a');
  EXPECT_EQ(code_of([&] {
              pms.book({.reference = "A",
                        .room_type = "double",
                        .checkin = day("2026-11-05"),
                        .checkout = day("2026-11-07"),
                        .guest_name = name,
                        .expected_total = {20000, "EUR"}});
            }),
            AGENTE_E_INVALID);
}

TEST_F(Book, AStoreThatIsDownBooksNothing) {
  EXPECT_NO_THROW(pms.health());
  fake.set_kv_down(true);
  EXPECT_EQ(code_of([&] { book(pms, "A"); }), AGENTE_E_RETRY);
  EXPECT_EQ(code_of([&] { pms.health(); }), AGENTE_E_RETRY);
  fake.set_kv_down(false);

  EXPECT_TRUE(pms.find_by_reference("A").empty());
  EXPECT_EQ(book(pms, "A").booking_id, "H-000001");
}

TEST_F(Book, ItsLogLinesNeverSayRoom) {
  book(pms, "A");
  for (const auto& line : fake.log()) EXPECT_THAT(line.text, Not(HasSubstr("room")));
}

}  // namespace
}  // namespace house::testing
