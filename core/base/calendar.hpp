#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace agente {

/// A local calendar day of a hotel. Stays are half open: the night of `checkout` is not slept.
using Day = std::chrono::local_days;

/// "2026-10-05". Empty optional for anything else, also for days that do not exist.
[[nodiscard]] std::optional<Day> parse_day(std::string_view text);
[[nodiscard]] std::string format_day(Day day);

/// "2026-09-15T12:00:00.000Z" (always UTC, always milliseconds); parse also takes no fraction and an offset.
[[nodiscard]] std::string format_time(Time time);
[[nodiscard]] std::optional<Time> parse_time(std::string_view text);

/// A local wall-clock moment "2026-09-15T12:00:00" (or only the day) in the zone, as UTC.
[[nodiscard]] std::optional<Time> parse_local(std::string_view text, std::string_view zone);

/// The calendar day in `zone` at `time`. Zones are IANA names, checked by `is_time_zone` when the config is read;
/// an unknown zone counts as UTC.
[[nodiscard]] Day day_in_zone(Time time, std::string_view zone);
/// What a clock on the wall of the hotel showed, "14:05".
[[nodiscard]] std::string wall_clock_in_zone(Time time, std::string_view zone);
[[nodiscard]] bool is_time_zone(std::string_view zone);

[[nodiscard]] constexpr int nights_between(Day checkin, Day checkout) {
  return static_cast<int>((checkout - checkin).count());
}

}  // namespace agente
