#include "concierge/understanding/phrases.hpp"

namespace agente::concierge {

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const auto end = std::min(text.find(separator), text.size());
    if (end > 0) parts.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

std::size_t match_words(const Tokens& tokens, std::size_t at, const std::vector<std::string_view>& words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0 && at < tokens.size() && tokens[at].is("-")) ++at;
    if (at >= tokens.size() || tokens[at].folded != words[i]) return 0;
    ++at;
  }
  return at;
}

}  // namespace agente::concierge
