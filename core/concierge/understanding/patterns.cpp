#include "concierge/understanding/patterns.hpp"

#include <algorithm>

#include "concierge/understanding/phrases.hpp"

namespace agente::concierge {
namespace {

constexpr std::size_t kLongestGap = 4;

bool only_marks_from(const Tokens& tokens, std::size_t at) {
  for (; at < tokens.size(); ++at) {
    if (tokens[at].is_word() || tokens[at].is_number()) return false;
  }
  return true;
}

/// "check-in" is "check in" and "no, gracias" is "no gracias".
bool is_light_mark(const Token& token) { return token.is("-") || token.is(","); }

bool only_marks_before(const Tokens& tokens, std::size_t at) {
  return std::none_of(tokens.begin(), tokens.begin() + static_cast<std::ptrdiff_t>(at),
                      [](const Token& token) { return token.is_word() || token.is_number(); });
}

}  // namespace

IntentMatcher::IntentMatcher(std::span<const IntentRow> rows) {
  for (const auto& row : rows) {
    rows_.push_back({row.intent, row.weight});
    for (const auto pattern : split(row.patterns, '|')) compile(pattern, rows_.size() - 1);
  }
}

void IntentMatcher::compile(std::string_view text, std::size_t row) {
  Pattern pattern{.words = {}, .row = row};
  bool gap = false;
  for (const auto part : split(text, ' ')) {
    if (part == "^") {
      pattern.at_start = true;
    } else if (part == "$") {
      pattern.at_end = true;
    } else if (part == "...") {
      gap = true;
    } else {
      pattern.words.push_back({part == "/" ? std::vector{part} : split(part, '/'), gap});
      gap = false;
    }
  }
  if (pattern.words.empty()) return;
  for (const auto spelling : pattern.words.front().spellings) {
    auto& bucket = by_first_letter_[spelling.front()];
    if (bucket.empty() || bucket.back() != patterns_.size()) bucket.push_back(patterns_.size());
  }
  patterns_.push_back(std::move(pattern));
}

bool IntentMatcher::Word::matches(std::string_view word) const {
  return std::ranges::any_of(spellings, [&](std::string_view spelling) {
    if (spelling.back() != '*') return spelling == word;
    return word.starts_with(spelling.substr(0, spelling.size() - 1));
  });
}

bool IntentMatcher::fits(const Tokens& tokens, std::size_t at, const Pattern& pattern, std::size_t word) {
  if (word == pattern.words.size()) return !pattern.at_end || only_marks_from(tokens, at);
  const auto& wanted = pattern.words[word];
  const auto furthest = at + (wanted.after_gap ? kLongestGap : 0);
  for (; at < tokens.size() && at <= furthest; ++at) {
    if (wanted.matches(tokens[at].folded)) {
      if (fits(tokens, at + 1, pattern, word + 1)) return true;
    } else if (!wanted.after_gap && word > 0 && is_light_mark(tokens[at]) && at + 1 < tokens.size() &&
               wanted.matches(tokens[at + 1].folded)) {
      return fits(tokens, at + 2, pattern, word + 1);
    }
  }
  return false;
}

void IntentMatcher::score(const Tokens& tokens, std::vector<double>& scores) const {
  std::vector<bool> counted(rows_.size(), false);
  for (std::size_t at = 0; at < tokens.size(); ++at) {
    const auto bucket = by_first_letter_.find(tokens[at].folded.empty() ? ' ' : tokens[at].folded.front());
    if (bucket == by_first_letter_.end()) continue;
    for (const auto index : bucket->second) {
      const auto& pattern = patterns_[index];
      if (counted[pattern.row] || (pattern.at_start && !only_marks_before(tokens, at))) continue;
      if (!fits(tokens, at, pattern, 0)) continue;
      counted[pattern.row] = true;
      scores[static_cast<std::size_t>(rows_[pattern.row].intent)] += rows_[pattern.row].weight;
    }
  }
}

}  // namespace agente::concierge
