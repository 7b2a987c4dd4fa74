/// Finds the text at a JSON pointer, for the fake host's config service. The text must be valid JSON.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace agente::testing::detail {

/// Walks over JSON text without building anything.
class json_walk {
 public:
  explicit json_walk(std::string_view text) : text_(text) {}

  /// The text of the value at `pointer` (RFC 6901); empty when there is none.
  std::optional<std::string_view> at(std::string_view pointer) {
    skip_space();
    while (!pointer.empty()) {
      pointer.remove_prefix(1);
      const auto end = pointer.find('/');
      if (!enter(unescape(pointer.substr(0, end)))) return std::nullopt;
      pointer = end == std::string_view::npos ? std::string_view{} : pointer.substr(end);
    }
    const auto start = at_;
    skip_value();
    return text_.substr(start, at_ - start);
  }

 private:
  static std::string unescape(std::string_view token) {
    std::string out;
    for (std::size_t i = 0; i < token.size(); ++i) {
      const bool escaped = token[i] == '~' && i + 1 < token.size();
      out += escaped ? (token[++i] == '1' ? '/' : '~') : token[i];
    }
    return out;
  }

  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void skip_space() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }
  void skip_string() {
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_)
      if (text_[at_] == '\\') ++at_;
    ++at_;
  }
  void skip_value() {
    if (peek() == '"') return skip_string();
    if (peek() != '{' && peek() != '[') {
      at_ = std::min(text_.find_first_of(",]} \t\r\n", at_), text_.size());
      return;
    }
    for (int depth = 0; at_ < text_.size();) {
      const char c = text_[at_];
      if (c == '"') {
        skip_string();
        continue;
      }
      ++at_;
      if (c == '{' || c == '[') ++depth;
      if ((c == '}' || c == ']') && --depth == 0) return;
    }
  }

  /// Moves to the member `key` of the object here, or the element `key` of the list here.
  bool enter(const std::string& key) {
    const char open = peek();
    if (open != '{' && open != '[') return false;
    ++at_;
    for (std::size_t index = 0;; ++index) {
      skip_space();
      if (peek() == '}' || peek() == ']' || peek() == '\0') return false;
      std::string name = std::to_string(index);
      if (open == '{') name = member_name();
      if (name == key) return true;
      skip_value();
      skip_space();
      if (peek() == ',') ++at_;
    }
  }
  std::string member_name() {
    const auto start = at_ + 1;
    skip_string();
    std::string name{text_.substr(start, at_ - start - 1)};
    at_ = text_.find(':', at_) + 1;
    skip_space();
    return name;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

inline std::optional<std::string> json_at(std::string_view text, std::string_view pointer) {
  const auto found = json_walk{text}.at(pointer);
  return found ? std::optional<std::string>{*found} : std::nullopt;
}

}  // namespace agente::testing::detail
