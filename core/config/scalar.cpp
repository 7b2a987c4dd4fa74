#include "config/scalar.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>

#include <nlohmann/json.hpp>

namespace agente::config {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view skip_digits(std::string_view text) {
  const auto* end = std::find_if_not(text.begin(), text.end(), is_digit);
  return text.substr(static_cast<std::size_t>(end - text.begin()));
}

std::optional<std::int64_t> whole_number(std::string_view text, int base) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// [0-9]+ (\.[0-9]*)? or \.[0-9]+, then ([eE][-+]?[0-9]+)?
bool looks_like_number(std::string_view text) {
  auto rest = skip_digits(text);
  bool digits = rest.size() < text.size();
  if (!rest.empty() && rest.front() == '.') {
    const auto fraction = rest.substr(1);
    rest = skip_digits(fraction);
    digits = digits || rest.size() < fraction.size();
  }
  if (!digits) return false;
  if (rest.empty()) return true;
  if (rest.front() != 'e' && rest.front() != 'E') return false;
  rest.remove_prefix(1);
  if (!rest.empty() && (rest.front() == '-' || rest.front() == '+')) rest.remove_prefix(1);
  return !rest.empty() && skip_digits(rest).empty();
}

std::optional<nlohmann::json> number(std::string_view text) {
  if (text.starts_with("0x") || text.starts_with("0o")) {
    if (text.size() == 2 || text[2] == '-') return std::nullopt;
    return whole_number(text.substr(2), text[1] == 'x' ? 16 : 8);
  }
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto unsigned_text = text.starts_with('-') ? text.substr(1) : text;
  if (!looks_like_number(unsigned_text)) return std::nullopt;
  if (skip_digits(unsigned_text).empty()) return whole_number(text, 10);
  double value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc{} || !std::isfinite(value)) return std::nullopt;
  return value;
}

}  // namespace

nlohmann::json plain_scalar(const std::string& text) {
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") return nullptr;
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  if (auto value = number(text)) return *std::move(value);
  return text;
}

}  // namespace agente::config
