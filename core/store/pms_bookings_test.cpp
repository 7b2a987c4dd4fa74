#include "store/pms_bookings.hpp"

#include "store/both_stores.hpp"

namespace agente::store {
namespace {

using sql::Connection;

class Mirror : public BothStores {};

PmsBooking booking(const std::string& id, const char* checkin, const char* checkout) {
  return {.hotel = "sol",
          .backend = "qloapps",
          .id = id,
          .reference = "SOL-1",
          .room_type = "double",
          .checkin = *parse_day(checkin),
          .checkout = *parse_day(checkout),
          .adults = 2,
          .rooms = 1,
          .total = Money{30'000, "EUR"},
          .seen_at = Time{Millis{1000}}};
}

INSTANTIATE_TEST_SUITE_P(Stores, Mirror, on_both(), ::testing::PrintToStringParamName());

TEST_P(Mirror, ABookingComesBackAsItWasLastSeen) {
  auto seen = booking("58", "2026-10-01", "2026-10-04");
  write([&](Connection& c) { pms_bookings::put(c, seen); });
  seen.state = StayState::kInHouse;
  seen.total.reset();
  write([&](Connection& c) { pms_bookings::put(c, seen); });

  const auto found = ask([](Connection& c) { return pms_bookings::find(c, "sol", "qloapps", "58"); });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->state, StayState::kInHouse);
  EXPECT_EQ(found->reference, "SOL-1");
  EXPECT_EQ(found->checkout, seen.checkout);
  EXPECT_EQ(found->total, std::nullopt);
  EXPECT_FALSE(ask([](Connection& c) { return pms_bookings::find(c, "luna", "qloapps", "58"); }));
  EXPECT_FALSE(ask([](Connection& c) { return pms_bookings::find(c, "sol", "house-pms", "58"); }));
}

TEST_P(Mirror, StaysThatHaveNotEndedAreListedPageByPage) {
  write([](Connection& c) {
    pms_bookings::put(c, booking("1", "2026-09-01", "2026-09-14"));
    pms_bookings::put(c, booking("2", "2026-09-14", "2026-09-15"));
    pms_bookings::put(c, booking("3", "2027-02-27", "2027-03-01"));
  });
  const auto page = [&](const std::string& after) {
    return ask([&](Connection& c) {
      return pms_bookings::list(
          c, {.hotel = "sol", .backend = "qloapps", .day = *parse_day("2026-09-15"), .after = after, .limit = 1});
    });
  };
  ASSERT_EQ(page("").size(), 1U);
  EXPECT_EQ(page("")[0].id, "2");
  EXPECT_EQ(page("2")[0].id, "3");
  EXPECT_TRUE(page("3").empty());
}

TEST_P(Mirror, ANightIsTakenByWhoSleepsInItAndNotByWhoLeavesThatDay) {
  const auto put = [&](PmsBooking each, StayState state, int rooms) {
    each.state = state;
    each.rooms = rooms;
    write([&](Connection& c) { pms_bookings::put(c, each); });
  };
  put(booking("leaves", "2026-09-10", "2026-09-15"), StayState::kInHouse, 1);
  put(booking("comes", "2026-09-15", "2026-09-16"), StayState::kBooked, 2);
  put(booking("stays", "2026-09-10", "2026-09-20"), StayState::kInHouse, 4);
  put(booking("comes later", "2026-09-16", "2026-09-17"), StayState::kBooked, 8);
  put(booking("comes no more", "2026-09-15", "2026-09-16"), StayState::kCancelled, 16);
  put(booking("left early", "2026-09-10", "2026-09-20"), StayState::kLeft, 32);
  auto elsewhere = booking("of another house", "2026-09-15", "2026-09-16");
  elsewhere.hotel = "luna";
  put(elsewhere, StayState::kBooked, 64);
  const auto rooms = [&](bool is_past) {
    int sum = 0;
    for (const auto& each :
         ask([&](Connection& c) { return pms_bookings::taken(c, "sol", *parse_day("2026-09-15"), is_past); })) {
      EXPECT_EQ(each.backend + "/" + each.room_type, "qloapps/double");
      sum += each.rooms;
    }
    return sum;
  };
  EXPECT_EQ(rooms(false), 6);
  EXPECT_EQ(rooms(true), 38) << "who has left slept there on a night that is over";
}

}  // namespace
}  // namespace agente::store
