#include "base/calendar.hpp"

#include <cstdio>
#include <sstream>
#include <stdexcept>

#include <date/date.h>
#include <date/tz.h>

namespace agente {
namespace {

const date::time_zone* find_zone(std::string_view zone) {
  try {
    // The library reads its zones once and guards that itself, where ThreadSanitizer cannot see it: hence a guard here.
    [[maybe_unused]] static const date::tzdb& zones = date::get_tzdb();
    return date::locate_zone(std::string(zone));
  } catch (const std::runtime_error&) {
    return nullptr;
  }
}

date::local_time<Millis> local_in(std::string_view zone, Time time) {
  const date::sys_time<Millis> utc{time.time_since_epoch()};
  const auto* place = find_zone(zone);
  return place != nullptr ? place->to_local(utc) : date::local_time<Millis>{utc.time_since_epoch()};
}

template <class Out>
std::optional<Out> parse_whole(std::string_view text, const char* format) {
  std::istringstream in{std::string(text)};
  Out out{};
  in >> date::parse(format, out);
  if (in.fail() || in.peek() != std::istringstream::traits_type::eof()) return std::nullopt;
  return out;
}

}  // namespace

std::optional<Day> parse_day(std::string_view text) {
  if (text.size() != 10) return std::nullopt;
  const auto day = parse_whole<date::local_days>(text, "%F");
  if (!day) return std::nullopt;
  return Day{std::chrono::days{day->time_since_epoch().count()}};
}

std::string format_day(Day day) {
  const std::chrono::year_month_day ymd{day};
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(ymd.year()), static_cast<unsigned>(ymd.month()),
                static_cast<unsigned>(ymd.day()));
  return text;
}

std::string format_time(Time time) { return date::format("%FT%TZ", date::sys_time<Millis>{time.time_since_epoch()}); }

std::optional<Time> parse_time(std::string_view text) {
  for (const char* format : {"%FT%TZ", "%FT%T%Ez", "%FT%TZ"}) {
    if (const auto time = parse_whole<date::sys_time<Millis>>(text, format)) return Time{time->time_since_epoch()};
  }
  return std::nullopt;
}

std::optional<Time> parse_local(std::string_view text, std::string_view zone) {
  auto local = parse_whole<date::local_time<Millis>>(text, "%FT%T");
  if (!local) local = parse_whole<date::local_time<Millis>>(text, "%F");
  const auto* place = find_zone(zone);
  if (!local || place == nullptr) return std::nullopt;
  return Time{place->to_sys(*local, date::choose::earliest).time_since_epoch()};
}

Day day_in_zone(Time time, std::string_view zone) {
  return Day{std::chrono::days{date::floor<date::days>(local_in(zone, time)).time_since_epoch().count()}};
}

std::string wall_clock_in_zone(Time time, std::string_view zone) {
  return date::format("%H:%M", date::floor<std::chrono::minutes>(local_in(zone, time)));
}

bool is_time_zone(std::string_view zone) { return find_zone(zone) != nullptr; }

}  // namespace agente
