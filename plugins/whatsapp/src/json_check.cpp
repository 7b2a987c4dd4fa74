#include "json_text.hpp"

namespace agente::whatsapp {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

/// A recursive descent whose depth is bounded, so that no text can exhaust the stack.
class Checker {
 public:
  explicit Checker(std::string_view text) : text_(text) {}

  bool document() {
    if (!value(0)) return false;
    space();
    return at_ == text_.size();
  }

 private:
  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char c) {
    if (peek() != c || at_ == text_.size()) return false;
    ++at_;
    return true;
  }
  void space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t'))
      ++at_;
  }
  bool word(std::string_view expected) {
    if (text_.substr(at_, expected.size()) != expected) return false;
    at_ += expected.size();
    return true;
  }

  bool value(int depth) {
    if (depth > kDeepest) return false;
    space();
    switch (peek()) {
      case '{':
        return list('}', [&] { return member(depth + 1); });
      case '[':
        return list(']', [&] { return value(depth + 1); });
      case '"':
        return string();
      case 't':
        return word("true");
      case 'f':
        return word("false");
      case 'n':
        return word("null");
      default:
        return number();
    }
  }

  template <class Item>
  bool list(char end, Item item) {
    ++at_;
    space();
    if (take(end)) return true;
    do {
      if (!item()) return false;
      space();
    } while (take(','));
    return take(end);
  }

  bool member(int depth) {
    space();
    if (!string()) return false;
    space();
    return take(':') && value(depth);
  }

  bool string() {
    if (!take('"')) return false;
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '"') return true;
      if (static_cast<unsigned char>(c) < 0x20) return false;
      if (c == '\\' && !escape()) return false;
    }
    return false;
  }

  bool escape() {
    constexpr std::string_view kSimple = "\"\\/bfnrt";
    if (at_ == text_.size()) return false;
    const char c = text_[at_++];
    if (c != 'u') return kSimple.find(c) != std::string_view::npos;
    for (int i = 0; i < 4; ++i)
      if (at_ == text_.size() || !is_hex(text_[at_++])) return false;
    return true;
  }

  bool digits() {
    if (!is_digit(peek())) return false;
    while (is_digit(peek())) ++at_;
    return true;
  }

  bool number() {
    take('-');
    if (!take('0') && !digits()) return false;
    if (take('.') && !digits()) return false;
    if (!take('e') && !take('E')) return true;
    if (!take('+')) take('-');
    return digits();
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

bool is_json(std::string_view text) noexcept { return Checker(text).document(); }

}  // namespace agente::whatsapp
