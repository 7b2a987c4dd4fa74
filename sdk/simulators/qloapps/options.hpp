#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "simulators/common/doors.hpp"

namespace agente::sim::qloapps {

/// One QloApps shop with its hotel, and how the simulator behaves. All times are real time.
struct Options {
  Ports ports{};
  std::string key = "DEMOKEYDEMOKEYDEMOKEYDEMOKEYDEMO";
  std::string readonly_key;      ///< may read everything but customers; empty: there is none
  int languages = 1;             ///< 2: names come translated as well
  std::filesystem::path book{};  ///< where the bookings are kept; empty: in memory only

  std::chrono::milliseconds latency{0};         ///< before each answer
  std::chrono::milliseconds booking_time{100};  ///< between looking for a free room and writing it down
  std::chrono::milliseconds hold{60'000};       ///< how long a time-out fault keeps silent
  std::uint64_t seed = 1;                       ///< of the faults with a rate, and of who loses a race

  /// What to do in place of waiting `booking_time`, for a test that needs a race on the spot.
  std::function<void()> while_booking{};
};

}  // namespace agente::sim::qloapps
