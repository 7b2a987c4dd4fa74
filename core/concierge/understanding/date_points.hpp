#pragma once

#include <cstddef>
#include <optional>

#include "concierge/understanding/date_lexer.hpp"

namespace agente::concierge {

/// One day (or weekend, or holiday) as the guest named it, not yet laid on the calendar. Any field may be missing.
struct DatePoint {
  std::optional<int> day, month, year;
  std::optional<int> weekday;  ///< 0..6 from Sunday
  std::optional<int> nth;      ///< of that weekday or weekend in the month; -1 is the last
  std::optional<int> weeks;    ///< 0 this week, 1 the next
  std::optional<int> months;   ///< 0 this month, 1 the next
  std::optional<int> offset;   ///< days from today
  std::optional<int> nights;   ///< length the words carry: "tonight" is 1
  std::optional<Holiday> holiday;
  bool weekend = false;
  bool weak = false;       ///< a bare number: a day only beside better evidence
  bool in_words = false;   ///< a bare number in words ("una"): never a day by itself
  bool ambiguous = false;  ///< day and month could be swapped

  [[nodiscard]] bool only_day() const {
    return day && !month && !year && !weekday && !months && !offset && !weekend && !holiday;
  }
  [[nodiscard]] bool only_weekday() const { return weekday && !day && !month && !weeks && !nth; }
};

/// How dates in numbers are written.
struct DateOrder {
  bool month_first = false;
  bool uncertain = false;  ///< both orders are in use: say so when both fit
};

struct ReadPoint {
  DatePoint point;
  std::size_t end;  ///< one past the last lexeme it used
};

/// Reads the day named at lexeme `at`, if one is named there.
[[nodiscard]] std::optional<ReadPoint> read_point(const Lexemes& lexemes, std::size_t at, DateOrder order);

/// Dates in figures: 5/10, 05-10-2026, 2026-10-05, 5.10.26.
[[nodiscard]] std::optional<ReadPoint> read_numeric(const Lexemes& lexemes, std::size_t at, DateOrder order);

}  // namespace agente::concierge
