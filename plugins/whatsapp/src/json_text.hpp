/// Reads JSON where it lies: nothing is copied or built until a text is asked for.
///
/// Why not a DOM: a webhook must hand on each message's own bytes, skip what it does not know without paying for it,
/// and survive what strict parsers refuse with the whole batch, such as half of an emoji in a guest's name.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace agente::whatsapp {

/// Deeper nesting than this is refused; what Meta sends is about ten deep.
inline constexpr int kDeepest = 256;

/// True if `text` is one JSON value (RFC 8259), nested at most kDeepest deep. Linear in its length.
/// Laxer than the standard in two points: invalid UTF-8 and single surrogates pass, and are replaced when read.
[[nodiscard]] bool is_json(std::string_view text) noexcept;

/// `text` as a JSON string with its quotes; invalid UTF-8 becomes U+FFFD.
[[nodiscard]] std::string json_string(std::string_view text);

/// A value within a text that is_json. A view: it lives as long as the text. Absent and null are the same.
class Json {
 public:
  Json() = default;
  explicit Json(std::string_view text);

  /// True unless absent or null.
  explicit operator bool() const noexcept { return !raw_.empty(); }
  /// The bytes as they were written; empty when absent.
  [[nodiscard]] std::string_view raw() const noexcept { return raw_; }

  /// The member of that name, the first if there are several; absent if there is none or this is no object.
  [[nodiscard]] Json operator[](std::string_view name) const;
  /// The first element; absent if there is none or this is no array.
  [[nodiscard]] Json first() const;
  /// Calls visit(element) for each element; none if this is no array.
  template <class Visit>
  void elements(Visit visit) const {
    if (!opens_with('[')) return;
    for (std::size_t at = 1; const auto value = next_value(at);) visit(*value);
  }
  /// Calls visit(name, value) for each member; none if this is no object.
  template <class Visit>
  void members(Visit visit) const {
    if (!opens_with('{')) return;
    for (std::size_t at = 1; const auto name = next_value(at);)
      if (const auto value = next_value(at)) visit(name->text(), *value);
  }

  /// A string's text in UTF-8; a number's or boolean's digits or word; empty for anything else.
  [[nodiscard]] std::string text() const;
  /// A number, or a string that holds one. Empty for anything else, fractions included.
  [[nodiscard]] std::optional<std::int64_t> integer() const;

 private:
  [[nodiscard]] bool opens_with(char c) const noexcept { return !raw_.empty() && raw_.front() == c; }
  /// The next value inside this one from `at`, which moves behind it; empty at the closing bracket.
  [[nodiscard]] std::optional<Json> next_value(std::size_t& at) const;

  std::string_view raw_;
};

}  // namespace agente::whatsapp
