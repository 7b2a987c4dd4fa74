#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace agente::sim::qloapps {

using Day = std::chrono::sys_days;

inline const std::string kNever = "0000-00-00 00:00:00";

/// "2026-11-22 14:48:25": the clock on the wall in Europe/Berlin, where the shop stands, without an offset.
std::string shop_time(std::chrono::system_clock::time_point moment);

/// Reads `Y-m-d` or `Y-m-d H:i:s`; nothing for any other form or a day that does not exist.
std::optional<Day> read_day(const std::string& text);

/// "2027-11-10" and "2027-11-10 00:00:00"
std::string date_of(Day day);
std::string midnight_of(Day day);

}  // namespace agente::sim::qloapps
