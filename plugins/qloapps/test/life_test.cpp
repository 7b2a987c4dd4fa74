#include "row_edit.hpp"
#include "shop.hpp"

namespace qloapps::testing {
namespace {

/// Order 58 as it was recorded; its row is 81, or 97 after a change of dates.
class Life : public Shop {
 protected:
  Life() {
    on("GET", kOrder, order_answer(58, "2460.000000", 3));
    on("GET", "/api/bookings/58", recorded("49"));
  }
  void rows(const std::vector<RowText>& rows) { on("GET", "filter[id_order]=[58]", rows_answer(rows)); }

  static constexpr const char* kOrder = "filter[id]=[58]";
  const RowText kBooked{.id = 97, .order = 58, .room = 2, .from = "2027-11-11", .to = "2027-11-14"};
  RowText here() const {
    auto row = kBooked;
    row.status = 2;
    return row;
  }
  RowText gone() const {
    auto row = kBooked;
    row.gone = true;
    return row;
  }
  std::string text;
};

TEST_F(Life, GetReadsTheRecordedBooking) {
  on("GET", "filter[id_order]=[58]", recorded("54"));
  const auto booking = pms().get("58");
  EXPECT_EQ(booking.booking_id, "58");
  EXPECT_EQ(booking.guest_name, "Zoë O'Brien-Łukasz");
  EXPECT_EQ(booking.phone, "+4915112345678");
  EXPECT_EQ(booking.email, "zoe@example.com");
  EXPECT_EQ(booking.checkin, day("2027-11-10"));
  EXPECT_EQ(booking.checkout, day("2027-11-12"));
  EXPECT_EQ(booking.children, 1U);
  EXPECT_EQ(booking.total, (agente::money{246000, "EUR"}));
}

TEST_F(Life, BookingsMadeElsewhereHaveNoReferenceOfOurs) {
  forget("GET", kOrder);
  on("GET", kOrder, with(order_answer(58, "2460.000000"), "agente:AH-1", "Front Desk"));
  rows({kBooked});
  EXPECT_EQ(pms().get("58").reference, "");
}

TEST_F(Life, UnknownIdsAreNotFound) {
  on("GET", "filter[id]=[999999]", recorded("59"));
  EXPECT_EQ(code_of([&] { pms().get("999999"); }), AGENTE_E_NOT_FOUND);
  const auto asked = fake.requests().size();
  for (const auto* id : {"", "B-1", "58]|[59", "058", "99999999999"})
    EXPECT_EQ(code_of([&] { pms().get(id); }), AGENTE_E_NOT_FOUND) << id;
  EXPECT_EQ(fake.requests().size(), asked);
}

TEST_F(Life, ABookingOfAnotherHotelOfTheShopIsNotFound) {
  config = R"({"base_url":"http://shop","hotel_id":2,"room_types":{"double":1}})";
  rows({kBooked});
  EXPECT_EQ(code_of([&] { pms().get("58"); }), AGENTE_E_NOT_FOUND);
}

TEST_F(Life, ACancelledBookingIsReadBackAsOne) {
  rows({kBooked});
  rows({gone()});
  on("POST", "/api/order_histories", recorded("79"));
  EXPECT_EQ(pms().cancel("58", "changed plans").status, stay_status::cancelled);
  EXPECT_EQ(cancellations(), 1U);
}

TEST_F(Life, CancellingTwiceIsOnce) {
  rows({gone()});
  EXPECT_EQ(pms().cancel("58").status, stay_status::cancelled);
  EXPECT_EQ(cancellations(), 0U);
}

TEST_F(Life, WhoHasArrivedCannotCancel) {
  rows({here()});
  EXPECT_EQ(code_of([&] { pms().cancel("58"); }, &text), AGENTE_E_CONFLICT);
  EXPECT_THAT(text, HasSubstr("has arrived"));
}

TEST_F(Life, ACancellationWithoutEffectIsNotTakenForOne) {
  rows({kBooked});
  on("POST", "/api/order_histories", recorded("100"));
  EXPECT_EQ(code_of([&] { pms().cancel("58"); }, &text), AGENTE_E_UNKNOWN_OUTCOME);
  EXPECT_THAT(text, HasSubstr("cancelled_state"));
}

TEST_F(Life, AnErrorAfterTheCancellationIsResolvedByReading) {
  rows({kBooked});
  rows({gone()});
  on("POST", "/api/order_histories", recorded("99"));
  EXPECT_EQ(pms().cancel("58").status, stay_status::cancelled);
}

TEST_F(Life, CheckInSendsTheWholeDocumentBack) {
  rows({kBooked});
  rows({here()});
  on("GET", "/api/room_bookings/97", recorded("69"));
  on("PUT", "/api/room_bookings/97", recorded("70"));

  EXPECT_EQ(pms().set_stay_status("58", stay_status::in_house).status, stay_status::in_house);

  auto expected = with(recorded("69"), R"(<id_status><![CDATA[1]]>)", R"(<id_status><![CDATA[2]]>)");
  expected = with(expected, "<check_in><![CDATA[0000-00-00 00:00:00]]>", "<check_in><![CDATA[2026-09-15 14:00:00]]>");
  EXPECT_EQ(sent("PUT", "/api/room_bookings/97").at(0), expected.body);
}

TEST_F(Life, CheckOutFollowsCheckIn) {
  rows({here()});
  auto left = kBooked;
  left.status = 3;
  rows({left});
  on("GET", "/api/room_bookings/97", recorded("69"));
  on("PUT", "/api/room_bookings/97", recorded("70"));
  EXPECT_EQ(pms().set_stay_status("58", stay_status::left).status, stay_status::left);
  EXPECT_THAT(sent("PUT", "/api/room_bookings/97").at(0), HasSubstr("<check_out><![CDATA[2026-09-15 14:00:00]]>"));
}

TEST_F(Life, ImpossibleStepsAreConflicts) {
  rows({kBooked});
  rows({gone()});
  EXPECT_EQ(code_of([&] { pms().set_stay_status("58", stay_status::left); }), AGENTE_E_CONFLICT);
  EXPECT_EQ(code_of([&] { pms().set_stay_status("58", stay_status::in_house); }), AGENTE_E_CONFLICT);
  EXPECT_EQ(code_of([&] { pms().set_stay_status("58", stay_status::booked); }), AGENTE_E_INVALID);
}

TEST_F(Life, AStepThatIsDoneIsNotDoneAgain) {
  rows({here()});
  EXPECT_EQ(pms().set_stay_status("58", stay_status::in_house).status, stay_status::in_house);
  EXPECT_TRUE(sent("PUT", "/api/room_bookings").empty());
}

TEST(OrderStatus, IsReadFromWhatLivesThenFromWhoHasComeThenFromTheState) {
  using enum stay_status;
  struct Case {
    std::vector<std::pair<bool, int>> rows;  // whether it lives, and its id_status
    int state;
    stay_status status;
  };
  for (const auto& [rows, state, status] : std::vector<Case>{{{{false, 1}}, 3, cancelled},
                                                             {{{true, 1}, {false, 1}}, 3, booked},
                                                             {{{true, 1}}, 7, booked},
                                                             {{{true, 1}}, 4, cancelled},
                                                             {{{true, 1}}, 6, cancelled},
                                                             {{{true, 2}}, 4, in_house},
                                                             {{{true, 2}, {true, 1}}, 3, in_house},
                                                             {{{true, 3}, {true, 1}}, 3, in_house},
                                                             {{{true, 3}, {true, 2}}, 3, in_house},
                                                             {{{true, 3}}, 4, left},
                                                             {{{true, 3}, {false, 1}}, 3, left}}) {
    Order order{.id = 262, .state = state};
    for (const auto& [lives, step] : rows) order.rows.push_back({.status = step, .live = lives});
    EXPECT_EQ(order.status(), status) << rows.size() << " rows, state " << state;
  }
}

TEST(RowDocument, ChangesOneElementAndNoOther) {
  EXPECT_EQ(with_content("<check_in_time>12</check_in_time><check_in a=\"b\">x</check_in>", "check_in", "y"),
            "<check_in_time>12</check_in_time><check_in a=\"b\"><![CDATA[y]]></check_in>");
  EXPECT_EQ(code_of([] { static_cast<void>(with_content("<a>1</a>", "b", "2")); }), AGENTE_E_RETRY);
}

}  // namespace
}  // namespace qloapps::testing
