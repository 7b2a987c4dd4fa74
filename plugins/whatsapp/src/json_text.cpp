#include "json_text.hpp"

#include <array>
#include <charconv>

#include "utf8.hpp"

// Everything here walks over text that is_json has passed, so brackets match and strings end.

namespace agente::whatsapp {
namespace {

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
bool is_between(char c) { return is_space(c) || c == ',' || c == ':'; }

/// Where the next value, or the closing bracket, begins. By hand: find_first_not_of is many times slower.
std::size_t next_token(std::string_view text, std::size_t at) {
  while (at < text.size() && is_between(text[at])) ++at;
  return at;
}

/// An odd number of backslashes stands before the quote at `at`; the string begins at `begin`.
bool is_escaped(std::string_view text, std::size_t begin, std::size_t at) {
  std::size_t backslashes = 0;
  while (at - backslashes - 1 > begin && text[at - backslashes - 1] == '\\') ++backslashes;
  return backslashes % 2 == 1;
}

/// From quote to quote: nearly all of a webhook is strings, and each is passed several times.
std::size_t skip_string(std::string_view text, std::size_t at) {
  for (auto end = text.find('"', at + 1); end != std::string_view::npos; end = text.find('"', end + 1)) {
    if (!is_escaped(text, at, end)) return end + 1;
  }
  return text.size();
}

std::size_t skip_nested(std::string_view text, std::size_t at) {
  for (std::size_t open = 0; at < text.size();) {
    const char c = text[at];
    if (c == '"') {
      at = skip_string(text, at);
      continue;
    }
    if (c == '{' || c == '[') ++open;
    if (c == '}' || c == ']') --open;
    ++at;
    if (open == 0) break;
  }
  return at;
}

/// Where the value that begins at `at` ends.
std::size_t skip_value(std::string_view text, std::size_t at) {
  if (text[at] == '"') return skip_string(text, at);
  if (text[at] == '{' || text[at] == '[') return skip_nested(text, at);
  while (at < text.size() && !is_between(text[at]) && text[at] != ']' && text[at] != '}') ++at;
  return at;
}

std::uint32_t hex4(std::string_view text, std::size_t at) {
  std::uint32_t value = 0;
  if (at + 4 <= text.size()) std::from_chars(text.data() + at, text.data() + at + 4, value, 16);
  return value;
}

bool is_low_surrogate(std::uint32_t unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

/// Reads the escape whose backslash is at `at`; gives where it ends.
std::size_t unescape(std::string_view text, std::size_t at, std::string& to) {
  constexpr std::string_view kNames = "bfnrt";
  constexpr std::string_view kMeanings = "\b\f\n\r\t";
  const char c = text[at + 1];
  if (c != 'u') {
    const auto found = kNames.find(c);
    to.push_back(found == std::string_view::npos ? c : kMeanings[found]);
    return at + 2;
  }
  const auto unit = hex4(text, at + 2);
  const auto low = unit >= 0xD800 && unit <= 0xDBFF && text.substr(at + 6, 2) == "\\u" ? hex4(text, at + 8) : 0;
  if (is_low_surrogate(low)) {
    append_utf8(to, 0x10000 + ((unit - 0xD800) << 10U) + (low - 0xDC00));
    return at + 12;
  }
  append_utf8(to, unit);  // a single surrogate becomes U+FFFD
  return at + 6;
}

std::string decoded(std::string_view inside) {
  std::string to;
  to.reserve(inside.size());
  std::size_t at = 0;
  while (at < inside.size()) {
    const auto plain = inside.substr(at, inside.find('\\', at) - at);
    to.append(clean_utf8(plain));
    at += plain.size();
    if (at < inside.size()) at = unescape(inside, at, to);
  }
  return to;
}

}  // namespace

Json::Json(std::string_view text) {
  const auto begin = next_token(text, 0);
  if (begin == text.size()) return;
  raw_ = text.substr(begin, skip_value(text, begin) - begin);
  if (raw_ == "null") raw_ = {};
}

std::optional<Json> Json::next_value(std::size_t& at) const {
  at = next_token(raw_, at);
  if (at >= raw_.size() || raw_[at] == ']' || raw_[at] == '}') return std::nullopt;
  const auto begin = at;
  at = skip_value(raw_, at);
  Json value;
  value.raw_ = raw_.substr(begin, at - begin);
  if (value.raw_ == "null") value.raw_ = {};
  return value;
}

Json Json::operator[](std::string_view name) const {
  if (!opens_with('{')) return {};
  for (std::size_t at = 1; const auto key = next_value(at);) {
    const auto value = next_value(at);
    if (!value) break;
    const auto written = key->raw_.substr(1, key->raw_.size() - 2);
    if (written == name || (written.find('\\') != std::string_view::npos && key->text() == name)) return *value;
  }
  return {};
}

Json Json::first() const {
  std::size_t at = 1;
  return opens_with('[') ? next_value(at).value_or(Json{}) : Json{};
}

std::string Json::text() const {
  if (raw_.empty() || opens_with('{') || opens_with('[')) return {};
  return opens_with('"') ? decoded(raw_.substr(1, raw_.size() - 2)) : std::string{raw_};
}

std::optional<std::int64_t> Json::integer() const {
  const auto written = text();
  const auto* end = written.data() + written.size();
  std::int64_t value = 0;
  const auto result = std::from_chars(written.data(), end, value);
  if (written.empty() || result.ec != std::errc{} || result.ptr != end) return std::nullopt;
  return value;
}

std::string json_string(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : clean_utf8(text)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') out.push_back('\\');
    if (byte >= 0x20) {
      out.push_back(c);
    } else {
      out.append("\\u00").append({kHex[byte >> 4U], kHex[byte & 15U]});
    }
  }
  out.push_back('"');
  return out;
}

}  // namespace agente::whatsapp
