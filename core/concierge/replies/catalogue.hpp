#pragma once

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace agente::concierge {

/// Values for the {placeholders} of a text.
using Values = std::initializer_list<std::pair<std::string_view, std::string>>;

/// The texts of one language, read once from replies/<language>.json, which is built into the program.
/// Immutable, so thread-safe; lives as long as the process.
class Catalogue {
 public:
  /// Spanish for a language we do not speak.
  [[nodiscard]] static const Catalogue& of(std::string_view language);

  /// The text `key` with its placeholders filled in. A value is never looked at again, so braces that a guest wrote
  /// stay what they are. An unknown key is a defect; it gives an empty text.
  [[nodiscard]] std::string text(std::string_view key, Values values = {}) const;
  /// A list such as "months", empty if there is none.
  [[nodiscard]] const std::vector<std::string>& list(std::string_view key) const;

  [[nodiscard]] const std::map<std::string, std::string, std::less<>>& texts() const { return texts_; }
  [[nodiscard]] const std::map<std::string, std::vector<std::string>, std::less<>>& lists() const { return lists_; }

 private:
  explicit Catalogue(std::string_view json);

  std::map<std::string, std::string, std::less<>> texts_;
  std::map<std::string, std::vector<std::string>, std::less<>> lists_;
};

}  // namespace agente::concierge
