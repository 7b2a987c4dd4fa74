#include "concierge/understanding/tokens.hpp"

#include <algorithm>
#include <array>

#include <utf8proc.h>

namespace agente::concierge {
namespace {

struct Point {
  utf8proc_int32_t code = -1;  ///< -1: not UTF-8
  std::size_t length = 1;
};

Point point_at(std::string_view text, std::size_t at) {
  Point point;
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data()) + at;
  const auto length = utf8proc_iterate(bytes, static_cast<utf8proc_ssize_t>(text.size() - at), &point.code);
  if (length <= 0) return {};
  point.length = static_cast<std::size_t>(length);
  return point;
}

enum class Class : std::uint8_t { space, letter, digit, mark, symbol, joiner };

bool is_apostrophe(utf8proc_int32_t code) { return code == '\'' || code == 0x2019 || code == 0x00B4 || code == '`'; }

Class class_of_wide(utf8proc_int32_t code) {
  if (code < 0 || code == 0xFFFD) return Class::space;
  if (is_apostrophe(code)) return Class::joiner;
  if (code == 0xFE0F || code == 0x200D) return Class::joiner;
  switch (utf8proc_category(code)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
      return Class::letter;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
      return Class::joiner;
    case UTF8PROC_CATEGORY_PC:
    case UTF8PROC_CATEGORY_PD:
    case UTF8PROC_CATEGORY_PS:
    case UTF8PROC_CATEGORY_PE:
    case UTF8PROC_CATEGORY_PI:
    case UTF8PROC_CATEGORY_PF:
    case UTF8PROC_CATEGORY_PO:
      return Class::mark;
    case UTF8PROC_CATEGORY_SM:
    case UTF8PROC_CATEGORY_SC:
    case UTF8PROC_CATEGORY_SK:
    case UTF8PROC_CATEGORY_SO:
      return Class::symbol;
    default:
      return Class::space;
  }
}

Class class_of(utf8proc_int32_t code) {
  if (code >= 0x80 || code < 0) return class_of_wide(code);
  if ((code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z')) return Class::letter;
  if (code >= '0' && code <= '9') return Class::digit;
  if (is_apostrophe(code)) return Class::joiner;
  return code > ' ' && code < 0x7F ? Class::mark : Class::space;
}

bool is_upper(utf8proc_int32_t code) {
  if (code < 0x80) return code >= 'A' && code <= 'Z';
  return utf8proc_category(code) == UTF8PROC_CATEGORY_LU;
}

void append_utf8(std::string& out, utf8proc_int32_t code) {
  std::array<utf8proc_uint8_t, 4> bytes{};
  const auto length = utf8proc_encode_char(code, bytes.data());
  out.append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(std::max<long>(0, length)));
}

void append_folded(std::string& out, utf8proc_int32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code >= 'A' && code <= 'Z' ? code + ('a' - 'A') : code);
    return;
  }
  constexpr int kOptions =
      UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK | UTF8PROC_IGNORE;
  std::array<utf8proc_int32_t, 32> parts{};
  int boundary = 0;
  const auto count = utf8proc_decompose_char(code, parts.data(), static_cast<utf8proc_ssize_t>(parts.size()),
                                             static_cast<utf8proc_option_t>(kOptions), &boundary);
  for (utf8proc_ssize_t i = 0; i < count && i < static_cast<utf8proc_ssize_t>(parts.size()); ++i) {
    append_utf8(out, parts[static_cast<std::size_t>(i)]);
  }
}

/// "siiii" and "holaaa" mean "si" and "hola"; no word of our languages has a letter three times in a row.
void squeeze(std::string& word) {
  std::string out;
  for (std::size_t i = 0; i < word.size();) {
    std::size_t run = i;
    while (run < word.size() && word[run] == word[i]) ++run;
    const bool letter = word[i] >= 'a' && word[i] <= 'z';
    out.append(letter && run - i >= 3 ? 1 : run - i, word[i]);
    i = run;
  }
  word = std::move(out);
}

class Tokeniser {
 public:
  explicit Tokeniser(std::string_view text) : text_(text.substr(0, kMaxBytes)) {}

  Tokens run() {
    bool apart = true;
    while (at_ < text_.size() && tokens_.size() < kMaxTokens) {
      const auto point = point_at(text_, at_);
      const auto kind = class_of(point.code);
      if (kind == Class::space || kind == Class::joiner) {
        if (point.code == '\n') end_line();
        apart = apart || kind == Class::space;
        at_ += point.length;
        continue;
      }
      take(kind, point, !apart);
      apart = false;
    }
    return std::move(tokens_);
  }

 private:
  /// A new line parts like a comma; several count as one.
  void end_line() {
    if (tokens_.empty() || tokens_.back().is("\n")) return;
    tokens_.push_back({.kind = Token::Kind::mark, .folded = "\n", .begin = at_, .end = at_ + 1});
  }

  void take(Class kind, Point point, bool glued) {
    Token token;
    token.begin = at_;
    token.glued = glued;
    token.capital = is_upper(point.code);
    if (kind == Class::letter) {
      take_word(token);
    } else if (kind == Class::digit) {
      take_number(token);
    } else {
      token.kind = kind == Class::mark ? Token::Kind::mark : Token::Kind::symbol;
      at_ += point.length;
      token.folded = kind == Class::mark && utf8proc_category(point.code) == UTF8PROC_CATEGORY_PD
                         ? "-"
                         : std::string(text_.substr(token.begin, point.length));
    }
    token.end = at_;
    tokens_.push_back(std::move(token));
  }

  void take_word(Token& token) {
    while (at_ < text_.size()) {
      const auto point = point_at(text_, at_);
      const auto kind = class_of(point.code);
      if (kind == Class::letter) {
        append_folded(token.folded, point.code);
      } else if (kind != Class::joiner || !goes_on(at_ + point.length, point.code)) {
        break;
      }
      at_ += point.length;
    }
    squeeze(token.folded);
  }

  /// A combining mark belongs to its letter; an apostrophe only when a letter follows ("O'Brien", "don't").
  [[nodiscard]] bool goes_on(std::size_t next, utf8proc_int32_t code) const {
    if (!is_apostrophe(code)) return true;
    return next < text_.size() && class_of(point_at(text_, next).code) == Class::letter;
  }

  void take_number(Token& token) {
    token.kind = Token::Kind::number;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') token.folded += text_[at_++];
    if (token.folded.size() > 9) return;
    token.value = 0;
    for (const char digit : token.folded) token.value = token.value * 10 + (digit - '0');
  }

  std::string_view text_;
  std::size_t at_ = 0;
  Tokens tokens_;
};

}  // namespace

Tokens tokenise(std::string_view text) { return Tokeniser(text).run(); }

std::string fold(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto point = point_at(text, at);
    if (point.code >= 0) append_folded(out, point.code);
    at += point.length;
  }
  return out;
}

}  // namespace agente::concierge
