#include "simulators/qloapps/shop_time.hpp"

#include <array>
#include <cstdio>

namespace agente::sim::qloapps {
namespace {

using namespace std::chrono_literals;
using std::chrono::system_clock;

/// The European Union changes its clocks at 1:00 UTC on the last Sundays of March and October.
system_clock::time_point clock_change(std::chrono::year year, std::chrono::month month) {
  return Day(year / month / std::chrono::Sunday[std::chrono::last]) + 1h;
}

std::chrono::hours offset_at(system_clock::time_point moment) {
  const auto year = std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(moment)).year();
  const bool summer =
      moment >= clock_change(year, std::chrono::March) && moment < clock_change(year, std::chrono::October);
  return summer ? 2h : 1h;
}

}  // namespace

std::string shop_time(system_clock::time_point moment) {
  const auto local = std::chrono::floor<std::chrono::seconds>(moment + offset_at(moment));
  const auto day = std::chrono::floor<std::chrono::days>(local);
  const std::chrono::hh_mm_ss time(local - day);
  std::array<char, 16> clock{};
  std::snprintf(clock.data(), clock.size(), " %02d:%02d:%02d", static_cast<int>(time.hours().count()),
                static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()));
  return date_of(day) + clock.data();
}

std::optional<Day> read_day(const std::string& text) {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  int end = 0;
  if (std::sscanf(text.c_str(), "%4d-%2u-%2u%n", &year, &month, &day, &end) != 3 || end != 10) return std::nullopt;
  if (text.size() != 10 && (text.size() != 19 || text[10] != ' ')) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
  if (!date.ok()) return std::nullopt;
  return Day(date);
}

std::string date_of(Day day) {
  const std::chrono::year_month_day date(day);
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return text.data();
}

std::string midnight_of(Day day) { return date_of(day) + " 00:00:00"; }

}  // namespace agente::sim::qloapps
