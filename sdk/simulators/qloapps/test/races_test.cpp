#include <atomic>

#include <gtest/gtest.h>

#include "simulators/qloapps/test/bench.hpp"

namespace agente::sim::qloapps::testing {
namespace {

const Stay kLastRoom{.room_type = 2, .from = "2027-11-25", .to = "2027-11-27"};

void leave_one_room(const Bench& bench) {
  auto others = kLastRoom;
  others.rooms = 4;
  ASSERT_EQ(bench.book("fill", others).status, 200);
}

json booking_from(const json& book, const std::string& source) {
  for (const auto& booking : book.at("bookings")) {
    if (booking.at("source") == source) return booking;
  }
  return nullptr;
}

TEST(QloAppsRace, OneBookingAfterAnotherIsSafe) {
  const Bench bench;
  leave_one_room(bench);

  EXPECT_EQ(bench.book("first", kLastRoom).status, 200);
  const auto second = bench.book("second", kLastRoom);

  EXPECT_EQ(second.status, 400);
  EXPECT_EQ(second.parsed()["errors"][0]["code"], 404);
  EXPECT_TRUE(bench.look()["double_booked"].empty());
}

TEST(QloAppsRace, TwoWhoLookAtTheSameTimeBothGetTheLastRoom) {
  Bench* shared = nullptr;
  std::atomic<bool> armed = false;
  HttpAnswer second;
  Options options;
  options.seed = 1;  // a race that QloApps does not notice
  options.while_booking = [&] {
    if (armed.exchange(false)) second = shared->book("second", kLastRoom, "second@example.com");
  };
  Bench bench(options);
  shared = &bench;
  leave_one_room(bench);
  armed = true;

  const auto first = bench.book("first", kLastRoom);

  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(second.status, 200);
  const auto book = bench.look();
  const auto first_rooms = booking_from(book, "first").at("rooms");
  EXPECT_EQ(first_rooms[0]["room"], booking_from(book, "second").at("rooms")[0]["room"]);
  EXPECT_EQ(book["double_booked"].size(), 1U);
}

TEST(QloAppsRace, DoubleBookingOnDemandLeavesBothLive) {
  const Bench bench;
  leave_one_room(bench);
  ASSERT_EQ(bench.book("rival", kLastRoom).status, 200);
  bench.control("fault", {{"name", "race_double"}, {"next", 1}});

  EXPECT_EQ(bench.book("ours", kLastRoom).status, 200);

  const auto book = bench.look();
  ASSERT_EQ(book["double_booked"].size(), 1U);
  EXPECT_EQ(book["double_booked"][0]["number"], "DR-105");
  EXPECT_EQ(booking_from(book, "rival")["live"], true);
  EXPECT_EQ(booking_from(book, "ours")["live"], true);
}

TEST(QloAppsRace, LostOneLooksAliveInAllButItsRow) {
  const Bench bench;
  leave_one_room(bench);
  ASSERT_EQ(bench.book("rival", kLastRoom).status, 200);
  bench.control("fault", {{"name", "race_lost"}, {"next", 1}});

  const auto ours = bench.book("ours", kLastRoom);

  ASSERT_EQ(ours.status, 200);
  const auto id = ours.parsed()["booking"]["id"].dump();
  const auto order = bench.get("api/orders/" + id + "?output_format=JSON").parsed()["order"];
  EXPECT_EQ(order["current_state"], kAwaitingPayment);
  const auto rows = bench.get("api/room_bookings?output_format=JSON&display=full&filter[id_order]=[" + id + "]");
  EXPECT_EQ(rows.parsed()["bookings"][0]["is_back_order"], 1);
  EXPECT_EQ(booking_from(bench.look(), "ours")["live"], false);
  EXPECT_TRUE(bench.look()["double_booked"].empty());
}

}  // namespace
}  // namespace agente::sim::qloapps::testing
