#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace agente::concierge {

/// A word, a number, a mark or a symbol of a message, with its place in the bytes of the original.
struct Token {
  enum class Kind : std::uint8_t { word, number, mark, symbol };

  Kind kind = Kind::word;
  std::string folded{};   ///< lower case, no accents or apostrophes, "siii" as "si"; marks and symbols as written
  std::size_t begin = 0;  ///< first byte in the text
  std::size_t end = 0;    ///< one past its last byte
  int value = -1;         ///< of a number of at most 9 digits
  bool capital = false;   ///< starts with an upper case letter
  bool glued = false;     ///< nothing stands between it and the token before

  [[nodiscard]] bool is(std::string_view text) const { return folded == text; }
  [[nodiscard]] bool is_word() const { return kind == Kind::word; }
  [[nodiscard]] bool is_number() const { return kind == Kind::number; }
};

using Tokens = std::vector<Token>;

/// At most this much of a message is read; a guest's sentence is far shorter.
inline constexpr std::size_t kMaxBytes = 8192;
inline constexpr std::size_t kMaxTokens = 1024;

/// Splits any bytes into tokens. Letters and digits are separate tokens ("5th" is "5" and a glued "th"); bytes that are
/// no UTF-8 separate words and are otherwise ignored.
[[nodiscard]] Tokens tokenise(std::string_view text);

/// Lower case without accents, as tokens are; for tests and tables.
[[nodiscard]] std::string fold(std::string_view text);

}  // namespace agente::concierge
