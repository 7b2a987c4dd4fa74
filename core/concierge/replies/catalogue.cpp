#include "concierge/replies/catalogue.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "concierge/replies/embedded.hpp"

namespace agente::concierge {
namespace {

const std::string* find_value(Values values, std::string_view name) {
  const auto found = std::find_if(values.begin(), values.end(), [&](const auto& value) { return value.first == name; });
  return found == values.end() ? nullptr : &found->second;
}

}  // namespace

Catalogue::Catalogue(std::string_view json) {
  const auto document = nlohmann::json::parse(json);
  for (const auto& item : document.items()) {
    if (item.value().is_array()) {
      lists_[item.key()] = item.value().get<std::vector<std::string>>();
    } else {
      texts_[item.key()] = item.value().get<std::string>();
    }
  }
}

const Catalogue& Catalogue::of(std::string_view language) {
  static const Catalogue es(kRepliesEs);
  static const Catalogue en(kRepliesEn);
  static const Catalogue pt(kRepliesPt);
  return language == "en" ? en : language == "pt" ? pt : es;
}

std::string Catalogue::text(std::string_view key, Values values) const {
  const auto found = texts_.find(key);
  if (found == texts_.end()) return {};
  const std::string_view pattern = found->second;
  std::string out;
  for (std::size_t at = 0; at < pattern.size();) {
    const auto open = std::min(pattern.find('{', at), pattern.size());
    out += pattern.substr(at, open - at);
    if (open == pattern.size()) break;
    const auto close = std::min(pattern.find('}', open), pattern.size() - 1);
    if (const auto* value = find_value(values, pattern.substr(open + 1, close - open - 1))) out += *value;
    at = close + 1;
  }
  return out;
}

const std::vector<std::string>& Catalogue::list(std::string_view key) const {
  static const std::vector<std::string> none;
  const auto found = lists_.find(key);
  return found == lists_.end() ? none : found->second;
}

}  // namespace agente::concierge
