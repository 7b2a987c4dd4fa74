#pragma once

#include <filesystem>
#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.hpp"
#include "cache/cache.hpp"
#include "pms/gateway.hpp"
#include "pms/scripted_pms.hpp"
#include "store/repositories.hpp"
#include "telemetry/metrics.hpp"

/// For the tests of the gateway: a real store and cache, a PMS that does as it is told, and a clock set by hand.
namespace agente::pms::testing {

inline const Time kNoon = parse_time("2026-09-15T12:00:00Z").value();
inline constexpr Millis kDeadline{10'000};
inline constexpr Millis kSettle{30'000};

struct GatewayTest : ::testing::Test {
  std::filesystem::path folder = std::filesystem::temp_directory_path() / ("agente-pms-" + random_hex(8));
  ManualClock clock{kNoon};
  std::unique_ptr<store::Store> store = std::move(*store::open("sqlite:" + (folder / "pms.db").string(), clock));
  ScriptedPms pms;
  Metrics metrics;
  std::unique_ptr<cache::Cache> cache = std::move(*cache::open(std::nullopt, clock, metrics));
  std::unique_ptr<Gateway> gateway = make();

  ~GatewayTest() override {
    gateway.reset();
    store.reset();
    std::filesystem::remove_all(folder);
  }
  std::unique_ptr<Gateway> make() {
    return std::make_unique<Gateway>(
        "sol", pms, *store, clock,
        GatewaySettings{.call_deadline = kDeadline, .booking_settle = kSettle, .cache = cache.get()},
        GatewayMetrics{.call = [](auto, auto, auto) {}});
  }
  static AcceptedBooking accepted(const std::string& quote = "q1") {
    return {.quote = quote,
            .guest = {"sol", "whatsapp", "34600111222"},
            .request = {.room_type = "double",
                        .checkin = *parse_day("2026-10-05"),
                        .checkout = *parse_day("2026-10-09"),
                        .adults = 2,
                        .guest_name = "Ana",
                        .expected_total = {40'000, "EUR"}}};
  }
};

}  // namespace agente::pms::testing
