/// UTF-8 by the character.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace agente::whatsapp {

inline constexpr std::uint32_t kReplacement = 0xFFFD;

/// Appends one code point; surrogates and what lies beyond Unicode become U+FFFD.
void append_utf8(std::string& to, std::uint32_t code_point);

/// Length in bytes of the well-formed character at the start of `text`; 0 if there is none.
[[nodiscard]] std::size_t utf8_length(std::string_view text) noexcept;

/// `text` with each byte that belongs to no character replaced by U+FFFD.
[[nodiscard]] std::string clean_utf8(std::string_view text);

/// How many characters (code points) `text` has; a byte that belongs to none counts as one.
[[nodiscard]] std::size_t count_characters(std::string_view text) noexcept;

}  // namespace agente::whatsapp
