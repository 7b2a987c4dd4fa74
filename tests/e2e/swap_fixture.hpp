#pragma once

#include <cmath>
#include <map>
#include <string>

#include <gmock/gmock.h>

#include "stage.hpp"

namespace agente::e2e {

/// A hotel that books in QloApps and can be moved to house-pms and back.
class Swap : public ::testing::Test {
 protected:
  static constexpr const char* kKey = "DEMOKEYDEMOKEYDEMOKEYDEMOKEYDEMO";
  static constexpr const char* kHouse =
      "plugin: house-pms, config: {file: pms.json, rooms: {double: {count: 200, capacity: 2, rate_minor: 9900}}}";

  Swap() {
    shop.wait_for_line("ready:");
    stage.start_simulator();
    stage.start_host();
  }

  /// The YAML says so.
  void names(const std::string& to, const std::string& from) const {
    auto text = stage.config_text();
    const auto begin = text.find("     pms: ");
    text.replace(begin, text.find('\n', begin) - begin, "     pms: {" + to + ", former: [{" + from + "}]}}");
    stage.write_config_text(text);
  }
  /// And the host has taken it over.
  void moves(const std::string& to, const std::string& from, const std::string& plugin) const {
    names(to, from);
    ASSERT_TRUE(eventually([&] { return is_live("sol/pms", plugin); }, 60)) << stage.agentctl({"plugin", "list"});
  }
  [[nodiscard]] bool is_live(const std::string& instance, const std::string& plugin) const {
    const auto row = stage.instance(instance);
    return row.is_object() && row["id"] == plugin && row["state"] == "live";
  }

  /// A booking as a PMS has it.
  struct Booking {
    std::string phone;
    long cents = 0;
    std::string checkin;
    std::string checkout;
  };
  /// What is live in QloApps, by id.
  [[nodiscard]] std::map<std::string, Booking> in_shop() const {
    std::map<std::string, Booking> bookings;
    const auto book = http("GET", url + "/__sim/book").json();
    for (const auto& each : book["bookings"]) {
      if (each["live"] != true) continue;
      bookings[each["id"].dump()] = {.phone = each["guest"]["phone"],
                                     .cents = std::lround(each["total"].get<double>() * 100),
                                     .checkin = each["rooms"][0]["from"],
                                     .checkout = each["rooms"][0]["to"]};
    }
    return bookings;
  }
  /// What is live in house-pms, by id.
  [[nodiscard]] std::map<std::string, Booking> in_house() const {
    std::map<std::string, Booking> bookings;
    const auto house = nlohmann::json::parse(stage.pms_file(), nullptr, false);
    if (!house.is_object()) return bookings;
    for (const auto& each : house["bookings"]) {
      if (each["status"] != "booked") continue;
      bookings[each["id"].get<std::string>()] = {.phone = each["phone"],
                                                 .cents = each["total_minor"],
                                                 .checkin = each["checkin"],
                                                 .checkout = each["checkout"]};
    }
    return bookings;
  }

  const int port = free_port();
  const std::string url = "http://127.0.0.1:" + std::to_string(port);
  const std::string qloapps = "plugin: qloapps, deadline_ms: 10000, config: {base_url: \"" + url +
                              "\", api_key: " + kKey + ", hotel_id: 1, room_types: {double: 1}}";
  Stage stage{
      {.pms_deadline_ms = 10'000,
       .pms_plugin = "qloapps",
       .pms_config = "{base_url: \"" + url + "\", api_key: " + kKey + ", hotel_id: 1, room_types: {double: 1}}"}};
  Process shop{{.command = {AGENTE_SIM, "qloapps", "--port", std::to_string(port), "--key", kKey},
                .log = stage.folder() / "shop.log"}};
};

}  // namespace agente::e2e
