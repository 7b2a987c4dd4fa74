#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "concierge/understanding/language.hpp"

namespace agente::concierge {

/// What a word or phrase does in the date grammar; the grammar itself knows no language.
enum class Tag : std::uint8_t {
  plain,         ///< any other word
  filler,        ///< words to step over: "the morning"
  number,        ///< value
  ordinal,       ///< value as a word: first, primero
  month,         ///< value 1..12
  weekday,       ///< value 0..6 from Sunday
  weak_weekday,  ///< also an everyday word: a weekday only where a date is expected
  day_offset,    ///< today + value
  tonight,
  weekend,
  weekend_after,  ///< the weekend after the next
  next,
  this_,
  last,
  week,
  month_word,
  day_word,  ///< "dia": before a number, or a length after one
  days,      ///< a length after a number
  night,     ///< a length after a number, else the night of a day
  length,    ///< value nights, in one phrase
  article,   ///< value 1: before a day of the month
  of,
  from,  ///< value 1: enough to make bare numbers days ("del 5 al 9")
  to,    ///< between two days only; value 1 as above
  until,
  between,
  and_,
  in,  ///< in N days
  arrive,
  leave,
  correction,
  holiday,  ///< value is a Holiday
  unit,     ///< the number before it counts something else
  not_day,  ///< the number after it is something else
  clock,    ///< the message talks about hours of the day: bare numbers are no days
  vague,    ///< a span without a stay
  dash,
  slash,
  dot,
  comma,
  colon,
  stop,  ///< end of a sentence
};

enum class Holiday : std::uint8_t {
  easter,
  good_friday,
  holy_thursday,
  palm_sunday,
  holy_week,
  easter_weekend,
  carnival,
  christmas_eve,
  christmas,
  new_years_eve,
  new_year,
  epiphany,
  valentine,
  labour_day,
};

/// One row: spellings (lower case, no accents) parted by '|', what they do, and the number they carry.
struct DatePhrase {
  std::string_view spellings;
  Tag tag;
  int value = 0;
};

[[nodiscard]] constexpr int holiday(Holiday day) { return static_cast<int>(day); }

[[nodiscard]] std::span<const DatePhrase> spanish_date_words();
[[nodiscard]] std::span<const DatePhrase> english_date_words();
[[nodiscard]] std::span<const DatePhrase> portuguese_date_words();

/// Everyday words one letter away from a month or weekday ("quarto" and "quarta"): never repaired.
[[nodiscard]] bool is_everyday_word(std::string_view word);

}  // namespace agente::concierge
