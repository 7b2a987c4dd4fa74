#include <utility>

#include "concierge/understanding/date_calendar.hpp"
#include "concierge/understanding/date_points.hpp"

namespace agente::concierge {
namespace {

constexpr int kLeapYear = 2024;

Tag tag_at(const Lexemes& lexemes, std::size_t at) { return at < lexemes.size() ? lexemes[at].tag : Tag::stop; }

bool figure_at(const Lexemes& lexemes, std::size_t at) {
  return tag_at(lexemes, at) == Tag::number && lexemes[at].digits && !lexemes[at].ordinal;
}

bool is_separator(Tag tag) { return tag == Tag::slash || tag == Tag::dash || tag == Tag::dot; }

std::optional<int> full_year(const Lexeme& lexeme) {
  if (lexeme.width == 4 && lexeme.value >= 1900 && lexeme.value < 2200) return lexeme.value;
  if (lexeme.width == 2) return 2000 + lexeme.value;
  return std::nullopt;
}

/// Day and month in the order asked for, or in the other when that is the only one that exists.
std::optional<DatePoint> day_and_month(int first, int second, DateOrder order) {
  if (first > 31 || second > 31) return std::nullopt;
  int day = order.month_first ? second : first;
  int month = order.month_first ? first : second;
  const bool as_asked = make_day(kLeapYear, month, day).has_value();
  const bool swapped = make_day(kLeapYear, day, month).has_value();
  if (!as_asked && !swapped) return std::nullopt;
  if (!as_asked) std::swap(day, month);
  DatePoint point;
  point.day = day;
  point.month = month;
  point.ambiguous = order.uncertain && as_asked && swapped && day != month;
  return point;
}

std::optional<ReadPoint> read_triple(const Lexemes& lexemes, std::size_t at, DateOrder order) {
  const auto separator = tag_at(lexemes, at + 1);
  if (!is_separator(separator) || tag_at(lexemes, at + 3) != separator) return std::nullopt;
  if (!figure_at(lexemes, at + 2) || !figure_at(lexemes, at + 4)) return std::nullopt;
  const auto &a = lexemes[at], &b = lexemes[at + 2], &c = lexemes[at + 4];
  if (a.width == 4) {
    if (!make_day(a.value, b.value, c.value)) return std::nullopt;
    DatePoint point;
    point.year = a.value;
    point.month = b.value;
    point.day = c.value;
    return ReadPoint{point, at + 5};
  }
  auto point = day_and_month(a.value, b.value, order);
  const auto year = full_year(c);
  if (!point || !year) return std::nullopt;
  point->year = year;
  return ReadPoint{*point, at + 5};
}

/// "19-20 de noviembre", "4-23 in next month": two days, not a day and a month.
bool month_follows(const Lexemes& lexemes, std::size_t at) {
  for (const auto end = at + 4; at < end; ++at) {
    const auto tag = tag_at(lexemes, at);
    if (tag == Tag::month || tag == Tag::month_word) return true;
    if (tag != Tag::of && tag != Tag::in && tag != Tag::article && tag != Tag::next && tag != Tag::this_) return false;
  }
  return false;
}

/// A dash or a dot between two numbers says less than a slash: ranges and prices look the same.
bool pair_is_date(const Lexemes& lexemes, std::size_t at, DateOrder order) {
  const auto &first = lexemes[at], &second = lexemes[at + 2];
  const auto separator = lexemes[at + 1].tag;
  if (separator == Tag::slash) return !(first.value == 24 && second.value == 7);
  if (!lexemes[at + 1].glued || !second.glued) return false;
  const bool padded = first.width == 2 && second.width == 2 && (first.value < 10 || second.value < 10);
  if (separator == Tag::dot) {
    const auto before = at > 0 ? lexemes[at - 1].tag : Tag::plain;
    return padded || before == Tag::from || before == Tag::to || before == Tag::until || before == Tag::article ||
           before == Tag::arrive || before == Tag::leave || (before == Tag::of && lexemes[at - 1].value == 1);
  }
  const auto& day = order.month_first ? second : first;
  const auto& month = order.month_first ? first : second;
  return padded || (day.value > 12 && month.value <= 12);
}

}  // namespace

std::optional<ReadPoint> read_numeric(const Lexemes& lexemes, std::size_t at, DateOrder order) {
  if (!figure_at(lexemes, at)) return std::nullopt;
  if (auto triple = read_triple(lexemes, at, order)) return triple;
  if (!is_separator(tag_at(lexemes, at + 1)) || !figure_at(lexemes, at + 2)) return std::nullopt;
  if (lexemes[at].width > 2 || lexemes[at + 2].width > 2) return std::nullopt;
  if (!pair_is_date(lexemes, at, order)) return std::nullopt;
  if (at > 0 && lexemes[at - 1].tag == Tag::month) return std::nullopt;
  if (month_follows(lexemes, at + 3)) return std::nullopt;
  // "5-9/10" is from the 5th to 9/10: the pair starts at the second number.
  const auto after = tag_at(lexemes, at + 3);
  if (after == Tag::slash && figure_at(lexemes, at + 4) && lexemes[at + 1].tag == Tag::dash) return std::nullopt;
  const auto point = day_and_month(lexemes[at].value, lexemes[at + 2].value, order);
  if (!point) return std::nullopt;
  return ReadPoint{*point, at + 3};
}

}  // namespace agente::concierge
