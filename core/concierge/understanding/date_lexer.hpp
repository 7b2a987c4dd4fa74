#pragma once

#include <cstddef>
#include <vector>

#include "concierge/understanding/date_words.hpp"
#include "concierge/understanding/language.hpp"
#include "concierge/understanding/tokens.hpp"

namespace agente::concierge {

/// One element of the date grammar: a phrase of the word tables, a number or a mark.
struct Lexeme {
  Tag tag = Tag::plain;
  int value = 0;
  std::size_t first = 0;  ///< tokens [first, last)
  std::size_t last = 0;
  bool digits = false;  ///< written as a number, of `width` digits
  std::size_t width = 0;
  bool ordinal = false;  ///< "5th", "1ro", "first"
  bool glued = false;    ///< nothing stands before it but the lexeme before
  bool capital = false;
};

using Lexemes = std::vector<Lexeme>;

/// Tokens of `masked` (one flag a token) are already understood as something else and become plain words. Numbers that
/// count people, hours or rooms become plain words too; a misspelt month or weekday is repaired.
[[nodiscard]] Lexemes lex_dates(const Tokens& tokens, const std::vector<bool>& masked, Language language);

}  // namespace agente::concierge
