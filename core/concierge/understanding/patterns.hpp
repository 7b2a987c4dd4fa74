#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "concierge/understanding/tokens.hpp"
#include "concierge/understanding/understanding.hpp"

namespace agente::concierge {

/// Evidence for an intent. `patterns` are parted by '|'; a pattern is words parted by spaces, where "a/b" is either,
/// "cancel*" any word that starts so, "..." up to four words in between, "^" the start and "$" the end of the message.
/// Words are lower case without accents; "check-in" is "check in". A row counts once however often it matches.
struct IntentRow {
  Intent intent;
  double weight;
  std::string_view patterns;
};

[[nodiscard]] std::span<const IntentRow> spanish_intents();
[[nodiscard]] std::span<const IntentRow> english_intents();
[[nodiscard]] std::span<const IntentRow> portuguese_intents();

/// Rows of a table, compiled for quick matching. The table's texts outlive it.
class IntentMatcher {
 public:
  explicit IntentMatcher(std::span<const IntentRow> rows);

  /// Adds the weight of every matching row to `scores`, one a row of Intent.
  void score(const Tokens& tokens, std::vector<double>& scores) const;

 private:
  struct Word {
    std::vector<std::string_view> spellings;  ///< with a trailing '*' for a prefix
    bool after_gap = false;
    [[nodiscard]] bool matches(std::string_view word) const;
  };
  struct Pattern {
    std::vector<Word> words;
    std::size_t row = 0;
    bool at_start = false;
    bool at_end = false;
  };
  struct Row {
    Intent intent;
    double weight;
  };

  void compile(std::string_view text, std::size_t row);
  [[nodiscard]] static bool fits(const Tokens& tokens, std::size_t at, const Pattern& pattern, std::size_t word);

  std::vector<Row> rows_;
  std::vector<Pattern> patterns_;
  std::unordered_map<char, std::vector<std::size_t>> by_first_letter_;
};

}  // namespace agente::concierge
