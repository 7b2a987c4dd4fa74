#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace agente::messaging {

/// The most characters every channel carries in one message; WhatsApp's limit is the smallest.
inline constexpr std::size_t kLongestReply = 4096;

/// `text` in pieces of at most `longest` code points (valid UTF-8): cut behind a paragraph, else behind a sentence,
/// else between words, and only within a word, never within a character as it is seen, when it alone is too long. The
/// blanks at a cut are dropped; a text that fits comes back as it is.
[[nodiscard]] std::vector<std::string> in_parts(std::string_view text, std::size_t longest);

}  // namespace agente::messaging
