// Against the simulator of a whole shop: what its front desk, its web shop and a booking site do.
#include <algorithm>
#include <map>

#include "shop.hpp"
#include "simulators/qloapps/test/bench.hpp"

namespace qloapps::testing {
namespace {

using agente::sim::qloapps::testing::Bench;
using StayThere = agente::sim::qloapps::testing::Stay;

class FrontDesk : public Shop {
 protected:
  FrontDesk() {
    fake.set_secret("/api_key", "DEMOKEYDEMOKEYDEMOKEYDEMOKEYDEMO");
    fake.otherwise([this](const http_request& request) { return pass_on(request); });
  }

  /// All pages from the cursor on, by id, as a host reads them.
  std::map<std::string, agente::booking> read(std::uint32_t limit = 50) {
    std::map<std::string, agente::booking> seen;
    for (std::size_t count = limit; count == limit;) {
      auto changes = pms().changes_since(cursor, limit);
      cursor = std::move(changes.next_cursor);
      count = changes.bookings.size();
      for (auto& booking : changes.bookings) {
        const auto id = booking.booking_id;
        EXPECT_TRUE(seen.insert_or_assign(id, std::move(booking)).second) << id << " came twice";
      }
    }
    return seen;
  }
  void check_in(int row) {
    auto xml = bench.get("api/room_bookings/" + std::to_string(row)).body;
    xml = with({.body = xml}, "<id_status><![CDATA[1]]>", "<id_status><![CDATA[2]]>").body;
    ASSERT_EQ(bench.put("api/room_bookings/" + std::to_string(row), xml).status, 200);
  }

  Bench bench{{}, [this] { return std::chrono::system_clock::time_point{fake.now().time_since_epoch()}; }};
  std::string cursor;
  int answers_before_it_fails = -1;  ///< -1: it does not

 private:
  http_response pass_on(const http_request& request) {
    if (answers_before_it_fails == 0) return html_answer(500, "");
    if (answers_before_it_fails > 0) --answers_before_it_fails;
    const auto path = request.url.substr(std::string("http://shop/").size());
    const auto answer = bench.get(path);
    http_response response{.status = answer.status, .headers = {}, .body = answer.body};
    for (const auto& [name, value] : answer.headers) response.headers.push_back({name, value});
    return response;
  }
};

TEST_F(FrontDesk, ABookingMadeThereIsToldWithAllThatIsKnown) {
  ASSERT_EQ(bench.book("Booking.com", {.room_type = 1, .from = "2027-02-27", .to = "2027-03-01"}).status, 200);
  const auto seen = read();
  ASSERT_EQ(seen.size(), 1U);
  const auto& booking = seen.begin()->second;
  EXPECT_EQ(booking.reference, "");
  EXPECT_EQ(booking.status, stay_status::booked);
  EXPECT_EQ(booking.room_type, "double");
  EXPECT_EQ(booking.checkin, day("2027-02-27"));
  EXPECT_EQ(booking.checkout, day("2027-03-01"));
  EXPECT_EQ(booking.guest_name, "Zoë Lindqvist");
  EXPECT_EQ(booking.phone, "+4915112345678");
  EXPECT_EQ(booking.total, pms().get(booking.booking_id).total);
  EXPECT_GT(booking.total.minor, 0);
}

TEST_F(FrontDesk, BookingCheckingInAndCancellingAreEachToldOnce) {
  for (const auto* guest : {"a@example.org", "b@example.org", "c@example.org"})
    ASSERT_EQ(bench.book("Front Desk", {}, guest).status, 200);
  ASSERT_EQ(read().size(), 3U);
  EXPECT_TRUE(read().empty());

  fake.advance(std::chrono::minutes{5});
  check_in(2);
  bench.enter(3, 4);
  const auto seen = read();

  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen.at("2").status, stay_status::in_house);
  EXPECT_EQ(seen.at("3").status, stay_status::cancelled);
  EXPECT_TRUE(read().empty());
}

TEST_F(FrontDesk, ManyAreToldPageByPageEachOnce) {
  for (int i = 0; i < 5; ++i)
    for (const int type : {1, 4})
      ASSERT_EQ(bench.book("Front Desk", {.room_type = type}, "g" + std::to_string(i) + "@example.org").status, 200);
  EXPECT_EQ(read(3).size(), 10U);
}

TEST_F(FrontDesk, APageThatFailsOnItsWayIsReadAgainAndNothingIsMissed) {
  for (const auto* guest : {"a@example.org", "b@example.org", "c@example.org"})
    ASSERT_EQ(bench.book("Front Desk", {}, guest).status, 200);
  constexpr int kRequests =
      7;  // two lists, orders, rows, guests, two for the room types; the currency is known by then
  for (int answered = 0; answered < kRequests; ++answered) {
    answers_before_it_fails = answered;
    EXPECT_EQ(code_of([&] { pms().changes_since(cursor); }), AGENTE_E_RETRY) << answered;
  }
  answers_before_it_fails = -1;
  EXPECT_EQ(read().size(), 3U);
}

TEST_F(FrontDesk, TheHourThatComesTwiceHidesNothing) {
  fake.set_now(agente::time_point{day("2026-10-25").time_since_epoch() + std::chrono::minutes{50}});  // 02:50, summer
  ASSERT_EQ(bench.book("Front Desk", {}).status, 200);
  ASSERT_EQ(read().size(), 1U);

  fake.advance(std::chrono::minutes{15});  // 02:05, winter
  bench.enter(1, 4);
  const auto seen = read();

  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen.at("1").status, stay_status::cancelled);
}

TEST_F(FrontDesk, AShopWithAClockHoursAheadOfOursIsFollowedAsWell) {
  fake.set_zone("Pacific/Auckland", std::chrono::hours{13});
  ASSERT_EQ(bench.book("Front Desk", {}).status, 200);
  ASSERT_EQ(read().size(), 1U);
  fake.advance(std::chrono::seconds{1});
  bench.enter(1, 4);
  EXPECT_EQ(read().size(), 1U);
}

TEST_F(FrontDesk, ANameThatChangedWithoutAStampIsFoundByTheSlowPass) {
  ASSERT_EQ(bench.book("Front Desk", {}).status, 200);
  ASSERT_EQ(read().size(), 1U);
  fake.advance(std::chrono::hours{2});
  auto other =
      agente::sim::qloapps::testing::booking("Web", "zoe@example.com", {.from = "2027-12-30", .to = "2028-01-02"});
  other["booking"]["associations"]["customer_detail"]["firstname"] = "Chloé";  // QloApps renames both bookings' guest
  ASSERT_EQ(bench.post("api/bookings?output_format=JSON", other.dump()).status, 200);
  ASSERT_EQ(read().size(), 1U) << "only the new one has a new stamp";
  EXPECT_TRUE(read().empty());

  fake.advance(std::chrono::hours{6});
  const auto seen = read();
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen.at("1").guest_name, "Chloé Lindqvist");
  EXPECT_TRUE(read().empty()) << "and then it rests";
}

}  // namespace
}  // namespace qloapps::testing
