#include <set>

#include "shop.hpp"

namespace qloapps::testing {
namespace {

/// The lists of orders and booked rooms that were recorded: orders 56 to 61, and rows of 57 to 62.
class Watched : public Shop {
 protected:
  Watched() {
    on("GET", kOrderList, recorded("82"));
    on("GET", kRowList, recorded("84"));
    on("GET", kOrders, orders({56, 57, 59, 60, 61, 62}));
    on("GET", kRows,
       rows_answer({{.id = 79, .order = 56, .gone = true},
                    {.id = 80, .order = 57, .gone = true},
                    {.id = 82, .order = 59},
                    {.id = 83, .order = 60, .status = 2},
                    {.id = 84, .order = 61, .status = 3},
                    {.id = 85, .order = 62}}));
    on("GET", "/api/bookings/56", recorded("49"));
    forget("GET", "/api/customers?");
    on("GET", "/api/customers?",
       json_answer(R"({"customers":[{"id":7,"firstname":"Ana","lastname":"Bello","email":"a@example.org",)"
                   R"("phone":"+34600111222"}]})"));
  }

  static http_response orders(const std::vector<int>& ids) {
    std::string all;
    for (const auto id : ids)
      all += (all.empty() ? "" : ",") + (R"({"id":)" + std::to_string(id)) +
             R"(,"id_customer":7,"id_currency":1,"current_state":2,"source":"Front Desk",)"
             R"("total_paid_tax_incl":"300.000000","date_add":"2026-11-22 14:45:56","date_upd":"2026-11-22 14:48:25"})";
    return json_answer(R"({"orders":[)" + all + "]}");
  }
  static std::vector<std::string> ids_of(const agente::changes& changes) {
    std::vector<std::string> ids;
    for (const auto& booking : changes.bookings) ids.push_back(booking.booking_id);
    return ids;
  }
  [[nodiscard]] std::string last_url(const std::string& part) const {
    std::string last;
    for (const auto& request : fake.requests())
      if (const auto url = decoded(request.url); url.find(part) != std::string::npos) last = url;
    return last;
  }

  static constexpr const char* kOrderList = "display=[id,current_state,source,total_paid_tax_incl,date_upd]";
  static constexpr const char* kRowList = "is_back_order,date_upd]";
  static constexpr const char* kOrders = "display=[id,id_customer,id_currency";
  static constexpr const char* kRows = "filter[id_order]=[";
};

TEST_F(Watched, WhatEitherListNamesIsToldTheLongestUnchangedFirst) {
  const auto changes = pms().changes_since("");
  EXPECT_EQ(ids_of(changes), (std::vector<std::string>{"56", "57", "59", "60", "61", "62"}));
  EXPECT_EQ(changes.bookings[0].status, stay_status::cancelled);
  EXPECT_EQ(changes.bookings[2].status, stay_status::booked);
  EXPECT_EQ(changes.bookings[3].status, stay_status::in_house);
  EXPECT_EQ(changes.bookings[4].status, stay_status::left);
}

TEST_F(Watched, EachIsToldWithGuestStayAndAmount) {
  const auto booking = pms().changes_since("").bookings.at(2);
  EXPECT_EQ(booking.guest_name, "Ana Bello");
  EXPECT_EQ(booking.phone, "+34600111222");
  EXPECT_EQ(booking.reference, "");
  EXPECT_EQ(booking.room_type, "double");
  EXPECT_EQ(booking.checkin, day("2029-05-10"));
  EXPECT_EQ(booking.checkout, day("2029-05-13"));
  EXPECT_EQ(booking.total, (agente::money{30000, "EUR"}));
}

TEST_F(Watched, ListsAreAskedForAsTheShopCanAnswerThem) {
  pms().changes_since("");
  EXPECT_THAT(last_url(kOrderList), HasSubstr("&date=1&filter[date_upd]=>[1970-01-01 00:00:00]"
                                              "&sort=[date_upd_ASC,id_ASC]&limit=0,200"));
  EXPECT_THAT(last_url(kRowList), HasSubstr("&date=1&filter[date_upd]=>[1970-01-01 00:00:00]"));
  EXPECT_THAT(last_url(kOrders), HasSubstr("filter[id]=[56|57|59|60|61|62]"));
}

TEST_F(Watched, WhatWasToldIsNotReadAgainThoughMoreThanAnHourIsLookedThrough) {
  const auto first = pms().changes_since("");
  const auto reads = sent("GET", kOrders).size();
  const auto second = pms().changes_since(first.next_cursor);
  EXPECT_TRUE(second.bookings.empty());
  EXPECT_EQ(sent("GET", kOrders).size(), reads);
  EXPECT_THAT(last_url(kOrderList), HasSubstr("filter[date_upd]=>[2026-11-22 13:43:24]"));
}

TEST_F(Watched, AnotherContentUnderTheSameStampIsToldAgain) {
  const auto first = pms().changes_since("");
  forget("GET", kOrderList);
  on("GET", kOrderList,
     with(recorded("82"), R"("id":60,"id_customer":33,"current_state":1)",
          R"("id":60,"id_customer":33,"current_state":2)"));
  forget("GET", kOrders);
  on("GET", kOrders, orders({60}));
  EXPECT_EQ(ids_of(pms().changes_since(first.next_cursor)), std::vector<std::string>{"60"});
}

TEST_F(Watched, AnOrderInACancelledStateIsCancelledThoughItsRoomLooksAlive) {
  forget("GET", kOrders);
  on("GET", kOrders, with(orders({59, 60}), R"("current_state":2)", R"("current_state":6)"));
  on("GET", "/api/bookings/59", recorded("49"));
  const auto changes = pms().changes_since("");
  ASSERT_EQ(changes.bookings.size(), 2U);
  EXPECT_EQ(changes.bookings[0].status, stay_status::cancelled);
  EXPECT_EQ(changes.bookings[1].status, stay_status::in_house) << "who is here is not cancelled";
}

TEST_F(Watched, OrdersWithoutRoomsAndOfOtherHotelsAreLeftOut) {
  config = R"({"base_url":"http://shop","hotel_id":2,"room_types":{"double":1}})";
  EXPECT_TRUE(pms().changes_since("").bookings.empty());
}

TEST_F(Watched, ACursorOfAnotherVersionReadsAllAnew) {
  EXPECT_EQ(pms().changes_since(R"({"v":99})").bookings.size(), 6U);
}

std::vector<Entry> import_of(int count) {
  std::vector<Entry> entries;
  for (int i = 1; i <= count; ++i)
    entries.push_back({"2026-11-22 14:48:25", i, i, static_cast<std::uint32_t>(i * 7919)});
  return entries;
}

TEST(Trail, AnImportOfThousandsWithinOneSecondIsToldOnceAndKeepsTheCursorSmall) {
  constexpr int kCount = 5000;
  const auto entries = import_of(kCount);
  Bookmark bookmark;
  std::set<std::int64_t> all;
  for (int page = 0; page < kCount / 50; ++page) {
    std::vector<std::int64_t> told;
    for (const auto& entry : entries)
      if (told.size() < 50 && !bookmark.orders.has_told(entry)) told.push_back(entry.order);
    for (const auto id : told) EXPECT_TRUE(all.insert(id).second) << id << " came twice";
    bookmark.orders.advance(entries, told);
    bookmark = read_bookmark(to_text(bookmark)).value();
    EXPECT_LT(to_text(bookmark).size(), 30'000U);
  }
  EXPECT_EQ(all.size(), static_cast<std::size_t>(kCount));
}

TEST(Trail, DoesNotMoveOnPastWhatIsNotTold) {
  const std::vector<Entry> entries{{"2026-11-22 10:00:00", 1, 1, 11}, {"2026-11-22 18:00:00", 2, 2, 22}};
  Trail trail;
  trail.advance(entries, {2});
  EXPECT_FALSE(trail.has_told(entries[0]));
  EXPECT_TRUE(trail.has_told(entries[1]));
  EXPECT_LT(trail.read_after(), "2026-11-22 10:00:00");
}

}  // namespace
}  // namespace qloapps::testing
