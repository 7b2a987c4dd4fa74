#include "concierge/understanding/slots.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "concierge/understanding/phrases.hpp"

namespace agente::concierge {
namespace {

constexpr std::array<std::string_view, 3> kCounts{
    "un=1 una=1 uno=1 dos=2 tres=3 cuatro=4 cinco=5 seis=6 siete=7 ocho=8 nueve=9 diez=10 once=11 doce=12",
    "a=1 an=1 one=1 two=2 three=3 four=4 five=5 six=6 seven=7 eight=8 nine=9 ten=10 eleven=11 twelve=12",
    "um=1 uma=1 dois=2 duas=2 tres=3 quatro=4 cinco=5 seis=6 sete=7 oito=8 nove=9 dez=10 onze=11 doze=12"};

int count_of(std::string_view word, Language language) {
  const auto table = kCounts[static_cast<std::size_t>(language)];
  for (std::size_t at = table.find(word); at != std::string_view::npos; at = table.find(word, at + 1)) {
    const auto end = at + word.size();
    if ((at > 0 && table[at - 1] != ' ') || end >= table.size() || table[end] != '=') continue;
    int value = 0;
    for (auto digit = end + 1; digit < table.size() && table[digit] != ' '; ++digit) {
      value = value * 10 + (table[digit] - '0');
    }
    return value;
  }
  return -1;
}

}  // namespace

std::string Reading::said(std::size_t first, std::size_t last) const {
  const auto begin = tokens[first].begin;
  return clean_utf8(text.substr(begin, tokens[last - 1].end - begin));
}

int count_at(const Reading& reading, std::size_t at) {
  if (at >= reading.tokens.size() || reading.masked[at]) return -1;
  const auto& token = reading.tokens[at];
  if (token.is_number()) return token.folded.size() <= 3 ? token.value : -1;
  return token.is_word() && !token.folded.empty() ? count_of(token.folded, reading.language) : -1;
}

bool Slots::empty() const {
  return !adults && !children && !guests && !rooms && !nights && !score && ages.empty() && !room_type && !name &&
         !email && !phone && !booking_ref;
}

}  // namespace agente::concierge
