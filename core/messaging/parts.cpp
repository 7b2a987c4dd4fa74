#include "messaging/parts.hpp"

#include <algorithm>

#include <utf8proc.h>

#include "base/text.hpp"

namespace agente::messaging {
namespace {

constexpr std::string_view kBlank = " \t\r\n";

/// Where the next code point begins.
std::size_t next(std::string_view text, std::size_t at) {
  do ++at;
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U);
  return at;
}

/// The beginning of `text` that has `count` code points.
std::string_view first(std::string_view text, std::size_t count) {
  std::size_t end = 0;
  for (; count > 0 && end < text.size(); --count) end = next(text, end);
  return text.substr(0, end);
}

/// Behind the last sentence that a blank follows; 0 when there is none.
std::size_t behind_sentence(std::string_view window) {
  std::size_t best = 0;
  for (const std::string end : {".", "!", "?", "…"}) {
    for (const char blank : {' ', '\n'}) {
      const auto at = window.rfind(end + blank);
      if (at != std::string_view::npos) best = std::max(best, at + end.size());
    }
  }
  return best;
}

utf8proc_int32_t code_point(std::string_view text, std::size_t at) {
  utf8proc_int32_t point = 0xFFFD;
  const auto rest = text.substr(at);
  utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(rest.data()), static_cast<utf8proc_ssize_t>(rest.size()),
                   &point);
  return point;
}

/// The last place in `window` where what is seen as one character does not go on behind it.
std::size_t between_characters(std::string_view text, std::string_view window) {
  std::size_t best = 0;
  utf8proc_int32_t state = 0;
  for (std::size_t at = 0, after = next(text, 0); after <= window.size() && after < text.size();
       at = after, after = next(text, after)) {
    if (utf8proc_grapheme_break_stateful(code_point(text, at), code_point(text, after), &state) != 0) best = after;
  }
  return best == 0 ? window.size() : best;
}

/// A cut in the first half would leave a stub: then the next kind of place is looked for.
std::size_t place_to_cut(std::string_view text, std::size_t longest) {
  const auto window = first(text, longest + 1);  // one more: the blank behind a sentence that fits exactly
  const auto half = window.size() / 2;
  const auto paragraph = window.rfind("\n\n");
  if (paragraph != std::string_view::npos && paragraph > half) return paragraph;
  if (const auto sentence = behind_sentence(window); sentence > half) return sentence;
  const auto word = window.find_last_of(kBlank);
  return word != std::string_view::npos && word > 0 ? word : between_characters(text, first(text, longest));
}

}  // namespace

std::vector<std::string> in_parts(std::string_view text, std::size_t longest) {
  std::vector<std::string> parts;
  while (count_code_points(text) > longest) {
    const auto cut = place_to_cut(text, longest);
    const auto end = text.find_last_not_of(kBlank, cut - 1);
    if (end != std::string_view::npos) parts.emplace_back(text.substr(0, end + 1));
    const auto rest = text.find_first_not_of(kBlank, cut);
    if (rest == std::string_view::npos) return parts;
    text.remove_prefix(rest);
  }
  parts.emplace_back(text);
  return parts;
}

}  // namespace agente::messaging
