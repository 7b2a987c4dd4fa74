#pragma once

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "one_of_many.hpp"

namespace agente::e2e {

/// The last room, guests who all say yes to it at the same moment, three hosts, and QloApps, which sells it to each of
/// two who ask together.
class LastRoom : public ::testing::Test {
 protected:
  static constexpr const char* kKey = "DEMOKEYDEMOKEYDEMOKEYDEMOKEYDEMO";
  static constexpr const char* kBasic = "Basic REVNT0tFWURFTU9LRVlERU1PS0VZREVNT0tFWURFTU86";
  static constexpr int kRoomsOfAType = 5;

  /// Plugins are looked for in `first` before the usual place; `program` as OneOfMany has it.
  explicit LastRoom(const std::string& program = AGENTE_HOST, const std::string& first = "") {
    shop.wait_for_line("ready:");
    stage.start_simulator();
    if (!first.empty()) {
      auto config = stage.config_text();
      const std::string usual = std::string("[\"") + AGENTE_PLUGINS + "\"]";
      config.replace(config.find(usual), 1, "[\"" + first + "\", ");
      stage.write_config_text(config);
    }
    for (int i = 0; i < 3; ++i) hosts.push_back(std::make_unique<OneOfMany>(stage, i, program));
    for (auto& host : hosts) host->start();
  }

  static std::string guest(int round, int number) { return "34600" + std::to_string(100'000 * (round + 1) + number); }
  void says(const std::string& who, const std::string& text) {
    const auto id = who + "." + std::to_string(said++);
    EXPECT_TRUE(eventually([&] { return hosts[said++ % hosts.size()]->hears(who, text, id) == 200; }, 60));
  }
  [[nodiscard]] nlohmann::json talk(const std::string& who) const { return hosts[0]->conversation(who); }
  void comes_to_the_question(const std::string& who, const std::string& month) {
    says(who, "Hola, quiero reservar una doble del 12 al 15 de " + month + " para 2 personas");
    says(who, "Lucía Fernández");
    ASSERT_TRUE(eventually([&] { return talk(who)["state"] == "awaiting_confirmation"; }, 60)) << talk(who);
  }
  /// So many guests say yes at the same moment to the last room in the middle of `month`; who did not get it.
  std::vector<std::string> refused_of(int round, int count, const std::string& month) {
    std::vector<std::string> guests;
    for (int i = 0; i < count; ++i) guests.push_back(guest(round, i));
    for (const auto& each : guests) comes_to_the_question(each, month);
    const auto stay = talk(guests[0]);
    the_desk_leaves_one(stay["checkin"], stay["checkout"]);
    {
      std::vector<std::jthread> yes;
      yes.reserve(guests.size());
      for (const auto& each : guests) yes.emplace_back([this, &each] { says(each, "sí"); });
    }
    std::vector<std::string> refused;
    for (const auto& each : guests) {
      EXPECT_TRUE(eventually([&] { return talk(each)["state"] != "awaiting_confirmation"; }, 90)) << talk(each);
      if (talk(each)["state"] != "confirmed") refused.push_back(each);
    }
    return refused;
  }
  /// All rooms of the type for these days but one.
  void the_desk_leaves_one(const std::string& from, const std::string& to) const {
    const nlohmann::json room{
        {"id_room_type", 1}, {"checkin_date", from}, {"checkout_date", to}, {"number_of_rooms", 1}};
    const nlohmann::json zoe{
        {"firstname", "Zoe"}, {"lastname", "Lind"}, {"email", "zoe@example.com"}, {"phone", "+4915112345678"}};
    const nlohmann::json order{
        {"id_property", 1},
        {"currency", "EUR"},
        {"booking_status", 1},
        {"payment_status", 3},
        {"source", "Front Desk"},
        {"associations", {{"customer_detail", zoe}, {"room_types", nlohmann::json::array({room})}}}};
    for (int i = 1; i < kRoomsOfAType; ++i) {
      ASSERT_EQ(http("POST", url + "/api/bookings?output_format=JSON", nlohmann::json{{"booking", order}}.dump(),
                     {{"Authorization", kBasic}, {"Content-Type", "application/json"}})
                    .status,
                200);
    }
  }
  [[nodiscard]] nlohmann::json book() const { return http("GET", url + "/__sim/book").json(); }
  [[nodiscard]] int live() const {
    int count = 0;
    const auto all = book();
    for (const auto& booking : all["bookings"]) count += booking["live"] == true ? 1 : 0;
    return count;
  }

  const int port = free_port();
  const std::string url = "http://127.0.0.1:" + std::to_string(port);
  Stage stage{{.servers = true,
               .pms_deadline_ms = 10'000,
               .pms_plugin = "qloapps",
               .pms_config = "{base_url: \"" + url + "\", api_key: " + kKey +
                             ", hotel_id: 1, room_types: {double: 1, suite: 4}}"}};
  Process shop{{.command = {AGENTE_SIM, "qloapps", "--port", std::to_string(port), "--key", kKey, "--latency", "30"},
                .log = stage.folder() / "shop.log"}};
  std::vector<std::unique_ptr<OneOfMany>> hosts;
  std::atomic<std::size_t> said = 0;
};

}  // namespace agente::e2e
