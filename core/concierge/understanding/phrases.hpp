#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "concierge/understanding/tokens.hpp"

namespace agente::concierge {

/// The parts of `text` between separators, empty ones left out.
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);

/// Where `words` end in the tokens when they start at `at`; 0 when they do not. A dash between two words of the message
/// is passed over ("check-in" is "check in").
[[nodiscard]] std::size_t match_words(const Tokens& tokens, std::size_t at, const std::vector<std::string_view>& words);

/// Finds the longest of many phrases at a place in a message. Built once from a table whose texts outlive it.
template <class Value>
class PhraseBook {
 public:
  struct Found {
    const Value* value = nullptr;  ///< null: no phrase starts here
    std::size_t end = 0;           ///< one past its last token
  };

  /// `phrases` may name several spellings: "fin de semana|finde|fds".
  void add(std::string_view phrases, const Value& value) {
    for (const auto phrase : split(phrases, '|')) {
      auto words = split(phrase, ' ');
      if (words.empty()) continue;
      auto& entries = entries_[words.front()];
      entries.push_back({std::move(words), value});
      std::ranges::stable_sort(entries, [](const auto& a, const auto& b) { return a.words.size() > b.words.size(); });
    }
  }

  [[nodiscard]] Found longest_at(const Tokens& tokens, std::size_t at) const {
    const auto entries = entries_.find(tokens[at].folded);
    if (entries == entries_.end()) return {};
    for (const auto& entry : entries->second) {
      if (const auto end = match_words(tokens, at, entry.words); end != 0) return {&entry.value, end};
    }
    return {};
  }

 private:
  struct Entry {
    std::vector<std::string_view> words;
    Value value;
  };
  std::unordered_map<std::string_view, std::vector<Entry>> entries_;
};

}  // namespace agente::concierge
