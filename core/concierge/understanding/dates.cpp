#include "concierge/understanding/dates.hpp"

namespace agente::concierge {
namespace {

bool has_ambiguous(const StayWords& words) {
  return (words.in && words.in->ambiguous) || (words.out && words.out->ambiguous);
}

/// "10th to 13th" replacing a range keeps its length when only a new start is said.
void keep_length(const StayWords& older, StayWords& newer, Day today) {
  if (newer.out || newer.nights || !(newer.in || newer.season)) return;
  const auto before = resolve(older, today, std::nullopt);
  if (before.checkin && before.checkout) newer.nights = nights_between(*before.checkin, *before.checkout);
}

/// One date that fits only one order settles the others: "12/10 - 15/10" is in October.
DateOrder settled(DateOrder order, const Lexemes& lexemes) {
  if (!order.uncertain) return order;
  for (std::size_t at = 0; at < lexemes.size(); ++at) {
    const auto figures = read_numeric(lexemes, at, order);
    if (!figures || figures->point.ambiguous || lexemes[at].width > 2) continue;
    const bool day_first = *figures->point.day == lexemes[at].value && *figures->point.day > 12;
    const bool month_first = *figures->point.month == lexemes[at].value && *figures->point.day > 12;
    if (day_first || month_first) return {.month_first = month_first, .uncertain = false};
  }
  return order;
}

}  // namespace

Dates find_dates(const Tokens& tokens, const std::vector<bool>& masked, Language language, const Context& context) {
  const bool english = language == Language::en;
  const DateOrder order{.month_first = english && !context.day_first_english, .uncertain = english};
  const auto lexemes = lex_dates(tokens, masked, language);
  const auto said = read_dates(lexemes, settled(order, lexemes), context.expecting == Expecting::dates);
  Dates dates;
  dates.nights = said.nights;
  dates.vague = said.vague;
  if (said.versions.empty()) return dates;
  auto words = said.versions.front();
  for (std::size_t i = 1; i < said.versions.size(); ++i) {
    auto newer = correct(words, said.versions[i]);
    if (said.versions[i].has_day()) keep_length(words, newer, context.today);
    words = newer;
  }
  dates.stay = resolve(words, context.today, context.checkin);
  dates.ambiguous = has_ambiguous(words);
  return dates;
}

}  // namespace agente::concierge
