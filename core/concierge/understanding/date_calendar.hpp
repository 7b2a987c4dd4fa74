#pragma once

#include <optional>

#include "base/calendar.hpp"
#include "concierge/understanding/date_words.hpp"

/// Calendar arithmetic of the date grammar. Weekdays count 0..6 from Sunday, months 1..12, weeks start on Monday.
namespace agente::concierge {

struct DaySpan {
  Day first;
  Day last;  ///< the day of leaving, where the span is a stay; equal to `first` for single days
};

[[nodiscard]] std::optional<Day> make_day(int year, int month, int day);
[[nodiscard]] int weekday_of(Day day);
[[nodiscard]] int month_of(Day day);
[[nodiscard]] int year_of(Day day);
[[nodiscard]] Day monday_of(Day day);

/// The first such day on or after `from`; none when there is no such day (31 February).
[[nodiscard]] std::optional<Day> next_month_day(int month, int day, Day from);
[[nodiscard]] std::optional<Day> next_day_number(int day, Day from);
[[nodiscard]] Day next_weekday(int weekday, Day from);
[[nodiscard]] std::optional<Day> next_weekday_number(int weekday, int day, Day from);

/// The n-th such weekday of a month, counted from its end when `nth` is negative.
[[nodiscard]] std::optional<Day> nth_weekday(int nth, int weekday, int year, int month);

/// Easter Sunday by the Gregorian computus.
[[nodiscard]] Day easter_of(int year);
[[nodiscard]] DaySpan holiday_in(Holiday holiday, int year);

}  // namespace agente::concierge
