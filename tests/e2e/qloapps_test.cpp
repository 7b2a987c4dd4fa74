// A guest on WhatsApp and a hotel whose PMS is QloApps, with what QloApps does to bookings.
#include <gmock/gmock.h>

#include "stage.hpp"

namespace agente::e2e {
namespace {

using ::testing::HasSubstr;

constexpr const char* kKey = "DEMOKEYDEMOKEYDEMOKEYDEMOKEYDEMO";

struct QloApps : ::testing::Test {
  const int port = free_port();
  const std::string url = "http://127.0.0.1:" + std::to_string(port);
  Stage stage{
      {.pms_deadline_ms = 10'000,
       .pms_plugin = "qloapps",
       .pms_config = "{base_url: \"" + url + "\", api_key: " + kKey + ", hotel_id: 1, room_types: {double: 1}}"}};
  Process shop{{.command = {AGENTE_SIM, "qloapps", "--port", std::to_string(port), "--key", kKey},
                .log = stage.folder() / "shop.log"}};

  QloApps() {
    shop.wait_for_line("ready:");
    stage.start_simulator();
    stage.start_host();
  }

  void comes_to_the_question(const std::string& guest) {
    stage.guest_writes(guest, "Hola, quiero reservar una doble del 12 al 15 de marzo para 2 personas", guest + ".1");
    stage.guest_writes(guest, "Lucía Fernández", guest + ".2");
    ASSERT_TRUE(eventually([&] { return state(guest) == "awaiting_confirmation"; })) << state(guest);
  }
  void says_yes(const std::string& guest) { stage.guest_writes(guest, "sí", guest + ".3"); }
  [[nodiscard]] std::string state(const std::string& guest) const {
    return stage.conversation("whatsapp", guest).value("state", "");
  }
  void fault(const std::string& json) const { ASSERT_EQ(http("POST", url + "/__sim/fault", json).status, 200); }
  [[nodiscard]] nlohmann::json book() const { return http("GET", url + "/__sim/book").json(); }
  /// What QloApps answered to those who booked, in order.
  [[nodiscard]] std::vector<int> statuses_of_booking() const {
    std::vector<int> statuses;
    const auto log = http("GET", url + "/__sim/log").json();
    for (const auto& request : log["requests"]) {
      const bool books = request["method"] == "POST" && request["path"] == "/api/bookings";
      if (books) statuses.push_back(request["status"].get<int>());
    }
    return statuses;
  }
  [[nodiscard]] std::vector<nlohmann::json> live() const {
    std::vector<nlohmann::json> bookings;
    const auto all = book();
    for (const auto& booking : all["bookings"]) {
      if (booking["live"] == true) bookings.push_back(booking);
    }
    return bookings;
  }
};

TEST_F(QloApps, AConfirmedGuestHasALiveRoomAtThePriceThatWasQuoted) {
  comes_to_the_question("34600111222");
  EXPECT_TRUE(live().empty());  // nothing is booked before the yes
  says_yes("34600111222");
  ASSERT_TRUE(eventually([&] { return state("34600111222") == "confirmed"; })) << state("34600111222");
  const auto booked = live();
  ASSERT_EQ(booked.size(), 1U);
  const auto listed = stage.host("GET", "/api/v1/reservations?status=CONFIRMED").json();
  ASSERT_EQ(listed["count"], 1);
  EXPECT_DOUBLE_EQ(listed["reservations"][0]["total"].get<double>(), booked[0]["total"].get<double>());
}

TEST_F(QloApps, ABookingThatEndsIn500AfterSuccessIsFoundByItsReferenceAndNotMadeTwice) {
  comes_to_the_question("34600111222");
  fault(R"({"name":"error_500_after","next":1,"on":"POST bookings"})");
  says_yes("34600111222");
  ASSERT_TRUE(eventually([&] { return state("34600111222") == "confirmed"; })) << state("34600111222");
  EXPECT_EQ(statuses_of_booking(), std::vector{500});
  EXPECT_EQ(live().size(), 1U);
}

TEST_F(QloApps, ARoomThatQloAppsSellsTwiceIsConfirmedToOneGuestOnly) {
  comes_to_the_question("34600111222");
  comes_to_the_question("34600111333");
  says_yes("34600111222");
  ASSERT_TRUE(eventually([&] { return state("34600111222") == "confirmed"; })) << state("34600111222");
  fault(R"({"name":"race_double","next":1})");
  says_yes("34600111333");
  ASSERT_TRUE(eventually([&] { return stage.texts_to("34600111333").size() == 3; }));
  EXPECT_THAT(stage.texts_to("34600111333").back(), HasSubstr("no he reservado nada"));
  EXPECT_EQ(live().size(), 1U);
  EXPECT_EQ(book()["double_booked"], nlohmann::json::array());

  stage.guest_writes("34600111333", "sí", "34600111333.4");  // there are other rooms
  ASSERT_TRUE(eventually([&] { return state("34600111333") == "confirmed"; })) << state("34600111333");
  EXPECT_EQ(live().size(), 2U);
  EXPECT_EQ(book()["double_booked"], nlohmann::json::array());
}

}  // namespace
}  // namespace agente::e2e
