#include "concierge/understanding/date_calendar.hpp"

namespace agente::concierge {

using std::chrono::days;

namespace {

std::chrono::year_month_day fields(Day day) { return std::chrono::year_month_day{day}; }

Day fixed_day(int year, unsigned month, unsigned day) {
  return Day{std::chrono::local_days{std::chrono::year{year} / std::chrono::month{month} / std::chrono::day{day}}};
}

DaySpan single(Day day) { return {day, day}; }

}  // namespace

std::optional<Day> make_day(int year, int month, int day) {
  if (year < 1900 || year > 2999 || month < 1 || month > 12 || day < 1 || day > 31) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) return std::nullopt;
  return Day{date};
}

int weekday_of(Day day) { return static_cast<int>(std::chrono::weekday{day}.c_encoding()); }
int month_of(Day day) { return static_cast<int>(static_cast<unsigned>(fields(day).month())); }
int year_of(Day day) { return static_cast<int>(fields(day).year()); }
Day monday_of(Day day) { return day - days{(weekday_of(day) + 6) % 7}; }

std::optional<Day> next_month_day(int month, int day, Day from) {
  for (int year = year_of(from); year <= year_of(from) + 8; ++year) {
    if (const auto found = make_day(year, month, day); found && *found >= from) return found;
  }
  return std::nullopt;
}

std::optional<Day> next_day_number(int day, Day from) {
  for (int ahead = 0; ahead < 4; ++ahead) {
    const int index = month_of(from) - 1 + ahead;
    if (const auto found = make_day(year_of(from) + index / 12, index % 12 + 1, day); found && *found >= from) {
      return found;
    }
  }
  return std::nullopt;
}

Day next_weekday(int weekday, Day from) { return from + days{(weekday - weekday_of(from) + 7) % 7}; }

std::optional<Day> next_weekday_number(int weekday, int day, Day from) {
  auto found = next_day_number(day, from);
  for (int tries = 0; found && tries < 24; ++tries) {
    if (weekday_of(*found) == weekday) return found;
    found = next_day_number(day, *found + days{1});
  }
  return std::nullopt;
}

std::optional<Day> nth_weekday(int nth, int weekday, int year, int month) {
  const auto first = make_day(year, month, 1);
  if (!first) return std::nullopt;
  const auto next_month = make_day(month == 12 ? year + 1 : year, month % 12 + 1, 1);
  if (!next_month) return std::nullopt;
  const auto day = nth > 0 ? next_weekday(weekday, *first) + days{7 * (nth - 1)}
                           : next_weekday(weekday, *next_month) + days{7 * nth};
  if (day < *first || day >= *next_month) return std::nullopt;
  return day;
}

Day easter_of(int year) {
  const int golden = year % 19;
  const int century = year / 100;
  const int skipped = (century - century / 4 - (8 * century + 13) / 25 + 19 * golden + 15) % 30;
  const int moon = skipped - (skipped / 28) * (1 - (29 / (skipped + 1)) * ((21 - golden) / 11));
  const int weekday = (year + year / 4 + moon + 2 - century + century / 4) % 7;
  const int offset = moon - weekday;  // days from 28 March
  return fixed_day(year, 3, 28) + days{offset};
}

DaySpan holiday_in(Holiday holiday, int year) {
  const auto easter = easter_of(year);
  switch (holiday) {
    case Holiday::easter:
      return single(easter);
    case Holiday::good_friday:
      return single(easter - days{2});
    case Holiday::holy_thursday:
      return single(easter - days{3});
    case Holiday::palm_sunday:
      return single(easter - days{7});
    case Holiday::holy_week:
      return {easter - days{3}, easter};
    case Holiday::easter_weekend:
      return {easter - days{2}, easter + days{1}};
    case Holiday::carnival:
      return {easter - days{50}, easter - days{46}};
    case Holiday::christmas_eve:
      return single(fixed_day(year, 12, 24));
    case Holiday::christmas:
      return single(fixed_day(year, 12, 25));
    case Holiday::new_years_eve:
      return single(fixed_day(year, 12, 31));
    case Holiday::new_year:
      return single(fixed_day(year, 1, 1));
    case Holiday::epiphany:
      return single(fixed_day(year, 1, 6));
    case Holiday::valentine:
      return single(fixed_day(year, 2, 14));
    case Holiday::labour_day:
      return single(fixed_day(year, 5, 1));
  }
  return single(easter);
}

}  // namespace agente::concierge
