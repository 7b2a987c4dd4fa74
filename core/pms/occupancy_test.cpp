#include "pms/occupancy.hpp"

#include "pms/follow.hpp"
#include "pms/gateway_fixture.hpp"
#include "pms/known.hpp"

namespace agente::pms {
namespace {

using store::sql::Connection;
using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::ScriptedPms;

/// "scripted" has five doubles. It is followed step by step, as tests want it.
struct OccupancyTest : testing::GatewayTest {
  ScriptedPms old{"old"};
  Gateway old_gateway{"sol", old, *store, clock, {}, {.call = [](auto, auto, auto) {}}};
  House house{.hotel = "sol", .backend = "scripted", .former = {}, .timezone = "Europe/Madrid"};

  static plugins::Booking stay(const std::string& id, const char* checkin, const char* checkout, int rooms = 1) {
    return {.booking_id = id,
            .room_type = "double",
            .checkin = *parse_day(checkin),
            .checkout = *parse_day(checkout),
            .adults = 2,
            .rooms = rooms,
            .guest_name = "Ana",
            .total = {10'000, "EUR"}};
  }
  void follow(Gateway& source) {
    Follow reader({source}, *store, clock);
    while (!reader.next_changes("t")->is_at_end) {
    }
    ASSERT_TRUE(reader.count_rooms("t"));
  }
  void follow() { follow(*gateway); }
  Occupancy now(std::optional<Day> day = std::nullopt) { return *occupancy(*store, clock, house, day); }
};

TEST_F(OccupancyTest, IsThePartOfTheRoomsInWhichSomebodySleepsTonight) {
  pms.bookings = {stay("1", "2026-09-14", "2026-09-16"), stay("2", "2026-09-15", "2026-09-16", 2),
                  stay("leaves today", "2026-09-10", "2026-09-15"), stay("later", "2026-09-20", "2026-09-21")};
  follow();
  const auto found = now();
  EXPECT_EQ(found.day, *parse_day("2026-09-15"));
  EXPECT_EQ(found.occupied, 3);
  EXPECT_EQ(found.rooms, 5);
  EXPECT_DOUBLE_EQ(found.rate.value(), 60);
  EXPECT_EQ(found.as_of, clock.now());
  EXPECT_EQ(found.source, "scripted");
  EXPECT_EQ(found.reason, "");
  EXPECT_EQ(now(*parse_day("2026-09-20")).occupied, 1);
}

TEST_F(OccupancyTest, BelongsToTheDayThatItIsInTheHotel) {
  pms.bookings = {stay("1", "2026-09-16", "2026-09-17")};
  clock.advance(std::chrono::hours{11});  // half past midnight in Madrid comes before midnight in UTC
  follow();
  EXPECT_EQ(now().day, *parse_day("2026-09-16"));
  EXPECT_EQ(now().occupied, 1);
}

TEST_F(OccupancyTest, IsNotKnownBeforeThePmsHasBeenRead) {
  const auto found = now();
  EXPECT_FALSE(found.rate || found.occupied || found.rooms || found.as_of);
  EXPECT_THAT(found.reason, AllOf(HasSubstr("scripted"), HasSubstr("read to its end")));
}

TEST_F(OccupancyTest, IsNotGuessedFromTheFirstPageOfMany) {
  for (int i = 0; i < Follow::kPage + 1; ++i)
    pms.bookings.push_back(stay(std::to_string(i), "2027-01-01", "2027-01-02"));
  pms.bookings.push_back(stay("last", "2026-09-15", "2026-09-16"));
  Follow reader({*gateway}, *store, clock);
  ASSERT_TRUE(reader.count_rooms("t"));
  while (reader.next_changes("t")->bookings > 0) EXPECT_FALSE(now().rate);
  EXPECT_EQ(now().occupied, 1);
}

TEST_F(OccupancyTest, TellsOfWhenItIsWhileThePmsIsAway) {
  pms.bookings = {stay("1", "2026-09-15", "2026-09-16")};
  follow();
  const auto heard = clock.now();
  clock.advance(std::chrono::hours{1});
  pms.down = true;
  EXPECT_FALSE(Follow({*gateway}, *store, clock).next_changes("t"));
  EXPECT_EQ(now().as_of, heard);
  EXPECT_DOUBLE_EQ(now().rate.value(), 20);
}

TEST_F(OccupancyTest, IsAsOldAsTheQuestionNotAsTheAnswer) {
  const auto asked = clock.now();
  pms.before_changes = [&] { clock.advance(Millis{8'000}); };
  follow();
  EXPECT_EQ(now().as_of, asked);
}

TEST_F(OccupancyTest, DoesNotGetOlderByAHostThatWasSlow) {
  follow();
  const auto heard = clock.now();
  ASSERT_TRUE(store->write([&](Connection& c) { known::put_up_to(c, "sol", "scripted", heard - Millis{5'000}); }));
  EXPECT_EQ(now().as_of, heard);
}

TEST_F(OccupancyTest, CountsWhoSleepsInTheHouseThoughHisBookingIsInTheFormerPms) {
  pms.bookings = {stay("1", "2026-09-15", "2026-09-16")};
  old.bookings = {stay("1", "2026-09-14", "2026-09-17", 2)};
  follow(old_gateway);
  const auto heard = clock.now();
  clock.advance(std::chrono::minutes{5});
  follow();
  EXPECT_EQ(now().occupied, 1) << "what is not configured any more is not followed any more";

  house.former = {"old"};
  EXPECT_EQ(now().occupied, 3);
  EXPECT_EQ(now().rooms, 5) << "they are the same rooms";
  EXPECT_EQ(now().as_of, heard) << "the older of the two";
  EXPECT_EQ(now().source, "scripted, old");
}

TEST_F(OccupancyTest, IsNotKnownWhileAFormerPmsWasNeverRead) {
  follow();
  house.former = {"old"};
  EXPECT_FALSE(now().rate || now().occupied || now().as_of);
  EXPECT_EQ(now().rooms, 5);
  EXPECT_THAT(now().reason, HasSubstr("the PMS old has not been read"));
}

TEST_F(OccupancyTest, LeavesOutOnBothSidesWhatThePmsDoesNotTellAmongItsRooms) {
  auto tent = stay("2", "2026-09-15", "2026-09-16", 9);
  tent.room_type = "";
  pms.bookings = {stay("1", "2026-09-15", "2026-09-16"), tent};
  follow();
  EXPECT_EQ(now().occupied, 1);
  EXPECT_DOUBLE_EQ(now().rate.value(), 20);
}

TEST_F(OccupancyTest, OfAnOverbookedHouseIsNoPercentage) {
  pms.bookings = {stay("1", "2026-09-15", "2026-09-16", 6)};
  follow();
  EXPECT_FALSE(now().rate);
  EXPECT_EQ(now().occupied, 6);
  EXPECT_THAT(now().reason, AllOf(HasSubstr("6 rooms are taken"), HasSubstr("has 5")));
}

TEST_F(OccupancyTest, OfAHouseWhoseRoomsAreNotKnownIsNotKnown) {
  ASSERT_TRUE(Follow({*gateway}, *store, clock).next_changes("t"));
  EXPECT_FALSE(now().rate);
  EXPECT_THAT(now().reason, HasSubstr("has not told its rooms"));
  ASSERT_TRUE(store->write([](Connection& c) { known::put_rooms(c, "sol", "scripted", {{"double", 0}}); }));
  EXPECT_FALSE(now().rate) << "none of none is no percentage";
  house.backend = "";
  EXPECT_EQ(now().reason, "the hotel has no PMS");
}

TEST(HouseOf, HasThePmsWhereItsHotelBooksAndThoseThatItHadBefore) {
  using config::PluginKind;
  config::Config config;
  config.hotels = {{.id = "sol", .name = "Sol", .timezone = "Europe/Madrid", .currency = "EUR"}};
  config.instances = {{.id = "sol/pms/old", .kind = PluginKind::kPms, .former = true, .plugin = "old", .hotel = "sol"},
                      {.id = "sol/pms", .kind = PluginKind::kPms, .plugin = "qloapps", .hotel = "sol"},
                      {.id = "luna/pms", .kind = PluginKind::kPms, .plugin = "house-pms", .hotel = "luna"},
                      {.id = "chat", .kind = PluginKind::kChannel, .plugin = "webchat", .hotel = "sol"}};
  const auto house = house_of(config, config.hotels[0]);
  EXPECT_EQ(house.hotel + " " + house.backend + " " + house.timezone, "sol qloapps Europe/Madrid");
  EXPECT_THAT(house.former, ::testing::ElementsAre("old"));
}

}  // namespace
}  // namespace agente::pms
