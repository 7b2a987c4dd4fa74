#include <algorithm>
#include <array>
#include <string>

#include "concierge/understanding/slots.hpp"

namespace agente::concierge {
namespace {

template <std::size_t N>
bool one_of(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::ranges::find(words, word) != words.end();
}

void mask(Reading& reading, std::size_t first, std::size_t last) {
  std::fill(reading.masked.begin() + static_cast<std::ptrdiff_t>(first),
            reading.masked.begin() + static_cast<std::ptrdiff_t>(last), true);
}

/// Tokens [first, last) that no space parts, around `at`.
std::pair<std::size_t, std::size_t> run_around(const Tokens& tokens, std::size_t at) {
  auto first = at, last = at + 1;
  while (first > 0 && tokens[first].glued) --first;
  while (last < tokens.size() && tokens[last].glued) ++last;
  return {first, last};
}

void read_email(Reading& reading) {
  const auto& tokens = reading.tokens;
  for (std::size_t at = 1; at + 1 < tokens.size(); ++at) {
    if (!tokens[at].is("@") || !tokens[at].glued || !tokens[at + 1].glued) continue;
    auto [first, last] = run_around(tokens, at);
    while (last > at + 1 && !tokens[last - 1].is_word()) --last;  // the sentence's own full stop
    while (first < at && !tokens[first].is_word() && !tokens[first].is_number()) ++first;
    const auto address = reading.said(first, last);
    const auto host = address.substr(address.find('@') + 1);
    if (first == at || host.find('.') == std::string::npos || host.find('@') != std::string::npos) continue;
    reading.slots.email = address;
    mask(reading, first, last);
    return;
  }
}

/// Nine digits or more with spaces, dashes or brackets; seven after "+" or a word for telephone.
void read_phone(Reading& reading) {
  static constexpr std::array<std::string_view, 10> kMarks{"tel",      "cel",      "telefono", "celular", "phone",
                                                           "whatsapp", "telefone", "numero",   "number",  "mobile"};
  const auto& tokens = reading.tokens;
  for (std::size_t at = 0; at < tokens.size(); ++at) {
    if (!tokens[at].is_number() || reading.masked[at]) continue;
    std::size_t last = at, digits = 0;
    while (last < tokens.size() &&
           (tokens[last].is_number() || tokens[last].is("-") || tokens[last].is("(") || tokens[last].is(")"))) {
      if (tokens[last].is_number()) digits += tokens[last].folded.size();
      ++last;
    }
    while (!tokens[last - 1].is_number()) --last;
    const bool plus = at > 0 && tokens[at - 1].is("+");
    bool marked = plus;
    for (std::size_t back = 1; back <= 3 && back <= at; ++back)
      marked = marked || one_of(tokens[at - back].folded, kMarks);
    const bool looks_dated = tokens[at].folded.size() == 4 && last - at == 5 && digits == 8;
    if (digits <= 15 && digits >= (marked ? 7U : 9U) && !looks_dated && last - at <= 9) {
      reading.slots.phone = reading.said(plus ? at - 1 : at, last);
      mask(reading, at, last);
      return;
    }
    at = last - 1;
  }
}

constexpr std::array<std::string_view, 17> kBookingWords{
    "reserva",     "reservacion",  "reservation",  "booking", "ref", "referencia", "reference",  "codigo", "code",
    "localizador", "confirmacion", "confirmation", "folio",   "id",  "pedido",     "referencia", "locator"};
constexpr std::array<std::string_view, 20> kBetween{"numero", "number", "nro",  "no",        "n",   "num", "is",
                                                    "es",     "e",      ":",    "#",         "ref", "de",  "id",
                                                    "codigo", "code",   "with", "reference", "la",  "-"};
/// After a bare number these make it a date, a length or a head count, not a reference.
constexpr std::array<std::string_view, 40> kCounted{
    "de",      "of",     "al",           "a",     "ao",      "to",    "/",       "-",        ".",      ":",
    "noches",  "noche",  "nights",       "night", "noites",  "noite", "diarias", "personas", "people", "pessoas",
    "adultos", "adults", "habitaciones", "rooms", "quartos", "dias",  "days",    "th",       "st",     "nd",
    "rd",      "hasta",  "until",        "ate",   "semanas", "weeks", "adulto",  "persona",  "dobles", "doubles"};

/// Letters and digits without a space ("R-300", "AH7K2M9Q", "28"), starting at `at`; 0 when it is none.
std::size_t reference_end(const Reading& reading, std::size_t at) {
  const auto& tokens = reading.tokens;
  std::size_t last = at;
  bool digit = false;
  while (last < tokens.size() && (last == at || tokens[last].glued) && !reading.masked[last]) {
    const auto& token = tokens[last];
    const bool dash =
        (token.is("-") || token.is("_")) && last > at && last + 1 < tokens.size() && tokens[last + 1].glued;
    if (!token.is_word() && !token.is_number() && !dash) break;
    digit = digit || token.is_number();
    ++last;
  }
  return digit && tokens[last - 1].end - tokens[at].begin <= 32 ? last : 0;
}

/// "R-300", "AH7K2M9Q": capitals and digits mixed say by themselves that this is an id.
bool is_telling(const Reading& reading, std::size_t at, std::size_t last) {
  if (last - at < 2 || !reading.tokens[at].capital) return false;
  const auto said = reading.said(at, last);
  const bool lower = std::ranges::any_of(said, [](char c) { return c >= 'a' && c <= 'z'; });
  const auto digits = std::ranges::count_if(said, [](char c) { return c >= '0' && c <= '9'; });
  return !lower && said.size() >= 4 && digits >= 1 && (digits >= 3 || said.size() >= 6);
}

bool take_reference(Reading& reading, std::size_t at, bool marked) {
  const auto last = reference_end(reading, at);
  if (last == 0) return false;
  const bool bare_number = last == at + 1;
  if (bare_number && (!marked || one_of(reading.word(last), kCounted))) return false;
  if (!marked && !is_telling(reading, at, last)) return false;
  // "3n", "5th", "12-15": a length, an ordinal, a range.
  if (!bare_number && reading.tokens[at].is_number() && !is_telling(reading, at, last)) {
    const auto said = reading.said(at, last);
    if (said.size() < 6 || reading.tokens[last - 1].is_number()) return false;
  }
  reading.slots.booking_ref = reading.said(at, last);
  mask(reading, at, last);
  return true;
}

void read_booking(Reading& reading) {
  const auto& tokens = reading.tokens;
  for (std::size_t at = 0; at < tokens.size(); ++at) {
    const bool hash = tokens[at].is("#");
    if (!hash && !one_of(tokens[at].folded, kBookingWords)) continue;
    auto next = at + 1;
    bool linked = hash;
    while (next < tokens.size() && next <= at + 4 && one_of(tokens[next].folded, kBetween)) {
      linked = linked || !(tokens[next].is("de") || tokens[next].is("la"));
      ++next;
    }
    if (next > at + 1 && !linked) next = at + 1;
    if (next < tokens.size() && take_reference(reading, next, true)) return;
  }
  for (std::size_t at = 0; at < tokens.size(); ++at) {
    if (!tokens[at].glued && tokens[at].is_word() && take_reference(reading, at, false)) return;
  }
}

}  // namespace

void read_references(Reading& reading) {
  read_email(reading);
  read_booking(reading);
  read_phone(reading);
}

}  // namespace agente::concierge
