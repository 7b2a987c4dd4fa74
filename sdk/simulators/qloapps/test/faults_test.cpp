#include <filesystem>
#include <set>

#include <gtest/gtest.h>
#include <unistd.h>

#include "simulators/qloapps/arming.hpp"
#include "simulators/qloapps/test/bench.hpp"
#include "simulators/qloapps/world.hpp"

namespace agente::sim::qloapps::testing {
namespace {

const std::string kHealth = "api/hotels?output_format=JSON&display=[id]&limit=1";

struct AfterCase {
  std::string fault;
  int status;
};

TEST(QloAppsFault, AfterTheBookingHidesThatItWasMade) {
  const Bench bench;
  const std::vector<AfterCase> cases{{"error_500_after", 500}, {"fatal_error_after", 200}, {"php_warning_after", 200},
                                     {"reset_after", 0},       {"truncated_body", 200},    {"empty_body", 200}};
  for (const auto& [fault, status] : cases) {
    SCOPED_TRACE(fault);
    bench.control("fault", {{"name", fault}, {"next", 1}, {"on", "POST bookings"}});
    EXPECT_EQ(bench.get(kHealth).status, 200) << "it is armed for bookings only";

    const auto answer = bench.book(fault, {.room_type = 1, .from = "2027-03-01", .to = "2027-03-02"});
    EXPECT_EQ(answer.status, status);
    EXPECT_FALSE(json::parse(answer.body, nullptr, false).contains("booking"));
    const auto found = bench.get("api/orders?output_format=JSON&display=[id]&filter[source]=[" + fault + "]");
    EXPECT_EQ(found.parsed()["orders"].size(), 1U);
    ASSERT_EQ(bench.enter(found.parsed()["orders"][0]["id"], kCanceled).status, 201) << "makes room for the next case";
  }
}

TEST(QloAppsControl, CanHaveAPortOfItsOwnThatNoFaultAndNoDelayReaches) {
  Options options;
  options.ports.control = 0;
  options.latency = std::chrono::hours(1);
  const Bench bench(options);
  ASSERT_NE(bench.simulator.control_url(), bench.simulator.url());
  bench.control("fault", {{"name", "any"}, {"rate", 1}});
  bench.control("numbers", {{"order", 100}});
  EXPECT_TRUE(bench.look()["bookings"].empty());
  EXPECT_EQ(http("GET", bench.simulator.url() + "__sim/book").body, "The Hotel Prime") << "as of any page of the shop";
}

TEST(QloAppsFault, BeforeTheBookingMakesNone) {
  const Bench bench;
  const std::vector<AfterCase> cases{{"error_500", 500},      {"fatal_error", 200},  {"database_down", 500},
                                     {"webservice_off", 503}, {"key_inactive", 401}, {"not_permitted", 401},
                                     {"reset_before", 0}};
  for (const auto& [fault, status] : cases) {
    SCOPED_TRACE(fault);
    bench.control("fault", {{"name", fault}, {"next", 1}});
    EXPECT_EQ(bench.book(fault, {}).status, status);
  }
  EXPECT_TRUE(bench.look()["bookings"].empty());
}

TEST(QloAppsFault, AnyIsOneOfThemAllAtTheRateThatIsAskedForAndTheSameOnesWithTheSameSeed) {
  constexpr int kRequests = 10'000;
  constexpr double kRate = 0.2;
  std::vector<std::string> first;
  for (const bool again : {false, true}) {
    Faults faults(7, kFaults);
    ASSERT_FALSE(arm(faults, {.name = "any", .rate = kRate}));
    std::vector<std::string> struck;
    int races = 0;
    for (int i = 0; i < kRequests; ++i) {
      auto fault = faults.strike("before", "");
      if (!fault) fault = faults.strike("after", "");
      if (fault) struck.push_back(fault->name);
      if (faults.strike("room", "")) ++races;
    }
    EXPECT_NEAR(static_cast<double>(struck.size()) / kRequests, kRate, 0.02);
    EXPECT_NEAR(static_cast<double>(races) / kRequests, kRate, 0.02);
    EXPECT_EQ(std::set<std::string>(struck.begin(), struck.end()).size(), kFaults.size() - 2) << "each but the races";
    if (!again) first = struck;
    EXPECT_EQ(struck, first);
  }
}

TEST(QloAppsFault, AnyIsDisarmedAsAWholeAndCannotBeArmedForSoManyTimes) {
  Faults faults(7, kFaults);
  ASSERT_FALSE(arm(faults, {.name = "any", .rate = 1}));
  EXPECT_TRUE(faults.strike("before", ""));
  ASSERT_FALSE(arm(faults, {.name = "any"}));
  for (const auto* moment : {"before", "after", "room"}) EXPECT_FALSE(faults.strike(moment, "")) << moment;
  EXPECT_TRUE(arm(faults, {.name = "any", .next = 1}));
  EXPECT_TRUE(arm(faults, {.name = "any", .rate = 1.5}));
}

TEST(QloAppsShop, KnowsItsBookingsWhenItIsStartedAgainWithTheSameBook) {
  const auto file = std::filesystem::path(::testing::TempDir()) / ("agente-book-" + std::to_string(getpid()));
  const Options options{.book = file};
  json before;
  {
    const Bench bench(options);
    ASSERT_EQ(bench.book("one", {.room_type = 1}).status, 200);
    ASSERT_EQ(bench.book("two", {.room_type = 4}).status, 200);
    ASSERT_EQ(bench.enter(1, kCanceled).status, 201);
    before = bench.look();
  }
  const Bench again(options);
  EXPECT_EQ(again.look(), before);
  EXPECT_EQ(again.book("three", {.room_type = 1}).status, 200);
  EXPECT_EQ(again.look()["bookings"][2]["id"], 3);
  std::filesystem::remove(file);
}

TEST(QloAppsShop, SwitchedOffWebserviceSaysSoAndMaintenanceConcernsOnlyGuests) {
  const Bench bench;
  bench.control("shop", {{"maintenance", true}});
  EXPECT_EQ(bench.get(kHealth).status, 200);
  EXPECT_EQ(bench.get("").status, 503);

  bench.control("shop", {{"webservice", false}});
  const auto off = bench.get(kHealth);
  EXPECT_EQ(off.status, 503);
  EXPECT_EQ(off.parsed()["errors"][0]["code"], 22);
}

TEST(QloAppsShop, RightsThatAreTakenAreMissed) {
  const Bench bench;
  bench.control("rights", {{"resource", "bookings"}, {"methods", {"GET"}}});
  EXPECT_EQ(bench.book("x", {}).status, 405);

  bench.control("rights", {{"resource", "orders"}, {"methods", json::array()}});
  const auto orders = bench.get("api/orders?output_format=JSON");
  EXPECT_EQ(orders.status, 401);
  EXPECT_EQ(orders.parsed()["errors"][0]["code"], 26);
}

TEST(QloAppsShop, CheckOutFreesTheRoomForItsRemainingNights) {
  const Bench bench;
  const Stay all{.room_type = 1, .from = "2027-11-10", .to = "2027-11-14", .rooms = 5};
  ASSERT_EQ(bench.book("all", all).status, 200);
  ASSERT_EQ(bench.book("one more", {.room_type = 1}).status, 400);
  auto row = bench.get("api/room_bookings/1").body;
  row.replace(row.find("<id_status><![CDATA[1]"), 22, "<id_status><![CDATA[3]");

  EXPECT_EQ(bench.put("api/room_bookings/1?output_format=JSON", row).status, 200);

  EXPECT_EQ(bench.look()["bookings"][0]["rooms"][0]["status"], "checked_out");
  EXPECT_EQ(bench.book("one more", {.room_type = 1}).status, 200);
}

}  // namespace
}  // namespace agente::sim::qloapps::testing
