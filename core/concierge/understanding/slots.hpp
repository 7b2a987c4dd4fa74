#pragma once

#include <vector>

#include "concierge/understanding/language.hpp"
#include "concierge/understanding/tokens.hpp"
#include "concierge/understanding/understanding.hpp"

namespace agente::concierge {

/// A message on its way to being understood.
struct Reading {
  std::string_view text;
  const Tokens& tokens;
  Language language;
  Expecting expecting;
  std::vector<bool> masked;  ///< tokens that are part of an e-mail address, a phone number or a booking's id
  Slots slots;

  [[nodiscard]] std::string_view word(std::size_t at) const {
    return at < tokens.size() ? std::string_view(tokens[at].folded) : std::string_view{};
  }
  /// The guest's own spelling of tokens [first, last), as valid UTF-8.
  [[nodiscard]] std::string said(std::size_t first, std::size_t last) const;
};

/// E-mail address, phone number and booking reference; masks what it takes.
void read_references(Reading& reading);
/// Adults, children, ages, bare head counts, rooms.
void read_heads(Reading& reading);
/// Room type and survey score.
void read_words(Reading& reading);
/// The guest's name where words announce it ("a nombre de"), or the whole message when the host just asked for it and
/// it says nothing else (`wordless`: no phrase of any intent was found). Masks what it takes.
void read_name(Reading& reading, bool wordless);
/// A name in a list of values: "double, Oct 5 to 7, 2 adults, Eve Ross".
void read_listed_name(Reading& reading);

/// A count at a token: figures up to 3 digits, or a number word of the language; -1 when there is none.
[[nodiscard]] int count_at(const Reading& reading, std::size_t at);

}  // namespace agente::concierge
