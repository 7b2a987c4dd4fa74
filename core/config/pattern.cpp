#include "config/pattern.hpp"

#include <algorithm>
#include <charconv>
#include <regex>

namespace agente::config {
namespace {

constexpr std::size_t kMaxPattern = 256;
constexpr std::size_t kMaxText = 4096;
/// Counted repeats such as {1,63} are unrolled by std::regex, nested ones multiply.
constexpr std::size_t kMaxRepeats = 128;

/// libstdc++'s polynomial matcher: `(a+)+$` cannot make it search for ever, nor a long text overflow the stack.
constexpr auto kFlags = std::regex::ECMAScript | std::regex_constants::__polynomial;

/// The product of the largest count of every {n,m}.
std::size_t repeats(const std::string& pattern) {
  std::size_t product = 1;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    if (pattern[at] == '\\') ++at;
    if (at >= pattern.size() || pattern[at] != '{') continue;
    const auto close = std::min(pattern.find('}', at), pattern.size());
    const auto comma = pattern.find(',', at);
    const auto last = comma < close && comma + 1 < close ? comma + 1 : at + 1;
    std::size_t count = 1;
    std::from_chars(pattern.data() + last, pattern.data() + close, count);
    product *= std::clamp<std::size_t>(count, 1, kMaxRepeats + 1);
    if (product > kMaxRepeats) return product;
  }
  return product;
}

}  // namespace

std::optional<std::string> pattern_problem(const std::string& pattern) {
  if (pattern.size() > kMaxPattern) return "a pattern is longer than 256 bytes";
  if (repeats(pattern) > kMaxRepeats) return "a pattern repeats more than 128 times";
  try {
    const std::regex compiled(pattern, kFlags);
    return std::nullopt;
  } catch (const std::regex_error&) {
    return "a pattern is no regular expression, or uses back-references";
  }
}

bool matches(const std::string& pattern, const std::string& text) {
  if (text.size() > kMaxText) return false;
  try {
    return std::regex_search(text, std::regex(pattern, kFlags));
  } catch (const std::regex_error&) {
    return false;
  }
}

}  // namespace agente::config
