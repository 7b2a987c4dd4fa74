#include "config/pattern.hpp"

#include <algorithm>
#include <charconv>
#include <regex>
#include <string_view>

namespace agente::config {
namespace {

constexpr std::size_t kMaxPattern = 256;
constexpr std::size_t kMaxText = 4096;
/// Counted repeats such as {1,63} are unrolled by std::regex, nested ones multiply.
constexpr std::size_t kMaxRepeats = 128;

/// libstdc++'s polynomial matcher: `(a+)+$` cannot make it search for ever, nor a long text overflow the stack.
constexpr auto kFlags = std::regex::ECMAScript | std::regex_constants::__polynomial;

/// The count at `text`, or one too many: std::regex would overflow on a long number.
std::size_t count_at(std::string_view text) {
  std::size_t count = 1;
  const auto error = std::from_chars(text.data(), text.data() + text.size(), count).ec;
  if (error == std::errc::result_out_of_range) return kMaxRepeats + 1;
  return std::clamp<std::size_t>(count, 1, kMaxRepeats + 1);
}

/// The product of the larger count of every {n,m}.
std::size_t repeats(const std::string& pattern) {
  std::size_t product = 1;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    if (pattern[at] == '\\') ++at;
    if (at >= pattern.size() || pattern[at] != '{') continue;
    const auto counts = std::string_view(pattern).substr(at + 1, pattern.find('}', at) - at - 1);
    const auto comma = std::min(counts.find(','), counts.size());
    product *= std::max(count_at(counts), comma < counts.size() ? count_at(counts.substr(comma + 1)) : 1);
    if (product > kMaxRepeats) return product;
  }
  return product;
}

bool has_back_reference(const std::string& pattern) {
  for (std::size_t at = 0; at + 1 < pattern.size(); ++at) {
    if (pattern[at] != '\\') continue;
    ++at;
    if (pattern[at] >= '1' && pattern[at] <= '9') return true;
  }
  return false;
}

}  // namespace

std::optional<std::string> pattern_problem(const std::string& pattern) {
  if (pattern.size() > kMaxPattern) return "a pattern is longer than 256 bytes";
  if (has_back_reference(pattern)) return "a pattern uses a back-reference";
  if (repeats(pattern) > kMaxRepeats) return "a pattern repeats more than 128 times";
  try {
    const std::regex compiled(pattern, kFlags);
    return std::nullopt;
  } catch (const std::regex_error&) {
    return "a pattern is no regular expression";
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
