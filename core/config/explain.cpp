#include "config/explain.hpp"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "config/nearest.hpp"
#include "config/pattern.hpp"

namespace agente::config {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxShown = 40;

bool plain_key(const std::string& key) {
  return !key.empty() && std::ranges::all_of(key, [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

std::string member_name(const std::string& parent, const std::string& key) {
  const auto name = plain_key(key) ? key : "\"" + key + "\"";
  return parent.empty() ? name : parent + "." + name;
}

std::string shown(const json& value) {
  switch (value.type()) {
    case json::value_t::null:
      return "empty";
    case json::value_t::object:
      return "a mapping";
    case json::value_t::array:
      return "a list";
    case json::value_t::string:
      break;
    default:
      return value.dump();
  }
  const auto& text = value.get_ref<const std::string&>();
  return text.size() <= kMaxShown ? "\"" + text + "\"" : "too long to show here";
}

std::string type_words(const std::string& type) {
  static const std::vector<std::pair<std::string, std::string>> kWords = {
      {"string", "text"},      {"integer", "a whole number"}, {"number", "a number"}, {"boolean", "true or false"},
      {"object", "a mapping"}, {"array", "a list"},           {"null", "empty"}};
  const auto found = std::ranges::find(kWords, type, &std::pair<std::string, std::string>::first);
  return found == kWords.end() ? type : found->second;
}

bool has_type(const json& value, const std::string& type) {
  if (type == "string") return value.is_string();
  if (type == "integer") return value.is_number_integer();
  if (type == "number") return value.is_number();
  if (type == "boolean") return value.is_boolean();
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  return type == "null" && value.is_null();
}

std::vector<std::string> types_of(const json& schema) {
  const auto type = schema.find("type");
  if (type == schema.end()) return {};
  if (type->is_string()) return {type->get<std::string>()};
  std::vector<std::string> types;
  for (const auto& one : *type) {
    if (one.is_string()) types.push_back(one.get<std::string>());
  }
  return types;
}

/// A sample a person can copy: the schema's own example or default, or the first allowed value.
std::string sample(const json& schema) {
  if (!schema.is_object()) return {};
  for (const char* key : {"examples", "enum"}) {
    const auto list = schema.find(key);
    if (list != schema.end() && list->is_array() && !list->empty()) return list->front().dump();
  }
  const auto fallback = schema.find("default");
  return fallback == schema.end() ? "" : fallback->dump();
}

const json* keyword(const json& schema, const char* key) {
  const auto found = schema.find(key);
  return found == schema.end() ? nullptr : &*found;
}

class Explainer {
 public:
  explicit Explainer(const CheckOptions& options) : options_(options) {}

  void value(const json& schema, const json& value, const std::string& name) {
    if (schema.is_boolean()) {
      if (!schema.get<bool>()) add(name, "is not allowed here; delete it");
      return;
    }
    const bool secret_around = secret_;
    secret_ = secret_ || options_.never_shown.contains(path_) || schema.value("writeOnly", json(false)) == json(true);
    if (right_type(schema, value, name)) {
      allowed_values(schema, value, name);
      if (value.is_number()) number(schema, value, name);
      if (value.is_string()) text(schema, value.get_ref<const std::string&>(), name);
      if (value.is_array()) list(schema, value, name);
      if (value.is_object()) mapping(schema, value, name);
      combined(schema, value, name);
    }
    secret_ = secret_around;
  }

  std::vector<Misfit> take() { return std::move(misfits_); }

 private:
  void add(const std::string& name, const std::string& text, bool at_key = false) {
    misfits_.push_back({path_, (name.empty() ? "the file" : name) + " " + text, at_key});
  }

  /// ", is \"abc\"": left out for secrets.
  [[nodiscard]] std::string is(const json& value) const { return secret_ ? "" : ", is " + shown(value); }

  bool right_type(const json& schema, const json& value, const std::string& name) {
    auto types = types_of(schema);
    if (types.empty() || std::ranges::any_of(types, [&](const auto& t) { return has_type(value, t); })) return true;
    std::string advice;
    if (std::ranges::find(types, "string") != types.end() && (value.is_number() || value.is_boolean())) {
      advice = "; put it in quotes";
    } else if (const auto example = sample(schema); !example.empty()) {
      advice = "; write e.g. " + example;
    }
    const bool part_wanted = std::ranges::all_of(types, [](const auto& t) { return t == "object" || t == "array"; });
    const auto found = part_wanted && value.is_string() ? ", is text" : is(value);  // maybe a secret one level too high
    std::ranges::transform(types, types.begin(), type_words);
    add(name, "must be " + one_of(types) + found + advice);
    return false;
  }

  void allowed_values(const json& schema, const json& value, const std::string& name) {
    if (const auto* only = keyword(schema, "const"); only != nullptr && *only != value) {
      add(name, "must be " + only->dump() + is(value));
    }
    const auto* all = keyword(schema, "enum");
    if (all == nullptr || !all->is_array() || std::ranges::find(*all, value) != all->end()) return;
    std::vector<std::string> words;
    for (const auto& one : *all) words.push_back(one.is_string() ? one.get<std::string>() : one.dump());
    const auto guess = value.is_string() && !secret_ ? nearest(value.get<std::string>(), words) : "";
    add(name, "must be " + one_of(words) + is(value) + (guess.empty() ? "" : "; did you mean " + guess + "?"));
  }

  void number(const json& schema, const json& value, const std::string& name) {
    const double number = value.get<double>();
    const auto bound = [&](const char* key, auto fails, const char* words) {
      const auto* limit = keyword(schema, key);
      if (limit == nullptr || !limit->is_number() || !fails(number, limit->get<double>())) return;
      add(name, std::string("must be ") + words + " " + limit->dump() + is(value));
    };
    bound("minimum", std::less<>(), "at least");
    bound("maximum", std::greater<>(), "at most");
    bound("exclusiveMinimum", std::less_equal<>(), "more than");
    bound("exclusiveMaximum", std::greater_equal<>(), "less than");
  }

  void size(const json& schema, std::size_t size, const std::string& name, const char* least, const char* most,
            const char* unit) {
    const auto* low = keyword(schema, least);
    if (low != nullptr && low->is_number_unsigned() && size < low->get<std::size_t>()) {
      add(name, size == 0 ? "must not be empty" : "must have at least " + low->dump() + " " + unit);
    }
    const auto* high = keyword(schema, most);
    if (high != nullptr && high->is_number_unsigned() && size > high->get<std::size_t>()) {
      add(name, "must have at most " + high->dump() + " " + unit);
    }
  }

  void text(const json& schema, const std::string& text, const std::string& name) {
    size(schema, count_code_points(text), name, "minLength", "maxLength", "characters");
    const auto* pattern = keyword(schema, "pattern");
    if (pattern == nullptr || !pattern->is_string() || matches(pattern->get<std::string>(), text)) return;
    const auto* hint = keyword(schema, "x-agente-hint");
    const auto wanted = hint != nullptr && hint->is_string() ? "be " + hint->get<std::string>()
                                                             : "match the pattern " + pattern->get<std::string>();
    add(name, "must " + wanted + is(text));
  }

  void list(const json& schema, const json& value, const std::string& name) {
    size(schema, value.size(), name, "minItems", "maxItems", "items");
    const auto* items = keyword(schema, "items");
    for (std::size_t i = 0; items != nullptr && i < value.size(); ++i) {
      const json* item = items->is_array() ? (i < items->size() ? &(*items)[i] : nullptr) : items;
      if (item != nullptr) below(std::to_string(i), *item, value[i], name + "[" + std::to_string(i) + "]");
    }
    const auto* unique = keyword(schema, "uniqueItems");
    if (unique == nullptr || *unique != json(true)) return;
    std::set<json> seen;
    for (const auto& item : value) {
      if (!seen.insert(item).second) return add(name, "must not hold the same item twice; delete one of them");
    }
  }

  void mapping(const json& schema, const json& value, const std::string& name) {
    size(schema, value.size(), name, "minProperties", "maxProperties", "keys");
    missing(schema, value, name);
    const auto* known = keyword(schema, "properties");
    const auto* others = keyword(schema, "additionalProperties");
    const auto* names = keyword(schema, "propertyNames");
    for (const auto& [key, item] : value.items()) {
      const auto item_name = member_name(name, key);
      if (names != nullptr) below(key, *names, key, "the key " + item_name);
      if (known != nullptr && known->contains(key)) {
        below(key, (*known)[key], item, item_name);
      } else if (others != nullptr && others->is_object()) {
        below(key, *others, item, item_name);
      } else if (others != nullptr && *others == json(false)) {
        unknown(known, key, item_name);
      }
    }
  }

  void missing(const json& schema, const json& value, const std::string& name) {
    const auto* required = keyword(schema, "required");
    if (required == nullptr || !required->is_array()) return;
    for (const auto& one : *required) {
      if (!one.is_string() || value.contains(one.get<std::string>())) continue;
      const auto key = one.get<std::string>();
      const auto* known = keyword(schema, "properties");
      const auto example = known != nullptr && known->contains(key) ? sample((*known)[key]) : "";
      const auto line = plain_key(key) ? key : "\"" + key + "\"";
      add(member_name(name, key),
          "is missing; write " + (example.empty() ? "`" + line + ":`" : "e.g. `" + line + ": " + example + "`"), true);
    }
  }

  void unknown(const json* known, const std::string& key, const std::string& name) {
    std::vector<std::string> words;
    if (known != nullptr) {
      for (const auto& [word, unused] : known->items()) words.push_back(word);
    }
    const auto guess = nearest(key, words);
    path_.push_back(key);
    if (!guess.empty()) {
      add(name, "is unknown; did you mean `" + guess + "`?", true);
    } else {
      add(name, words.empty() ? "is unknown; delete it" : "is unknown; known here: " + one_of(words), true);
    }
    path_.pop_back();
  }

  void below(const std::string& step, const json& schema, const json& item, const std::string& name) {
    path_.push_back(step);
    value(schema, item, name);
    path_.pop_back();
  }

  void combined(const json& schema, const json& value, const std::string& name) {
    if (const auto* all = keyword(schema, "allOf"); all != nullptr && all->is_array()) {
      for (const auto& one : *all) this->value(one, value, name);
    }
    for (const char* key : {"anyOf", "oneOf"}) {
      if (const auto* some = keyword(schema, key); some != nullptr && some->is_array()) any(*some, value, name);
    }
  }

  /// Reports the alternative that was most likely meant, unless one of them fits.
  void any(const json& alternatives, const json& value, const std::string& name) {
    std::vector<Misfit> best;
    std::vector<std::string> types;
    bool all_wrong_type = true;
    for (const auto& one : alternatives) {
      auto outer = std::exchange(misfits_, {});
      this->value(one, value, name);
      auto found = std::exchange(misfits_, std::move(outer));
      if (found.empty()) return;
      const auto wanted = one.is_object() ? types_of(one) : std::vector<std::string>{};
      const bool wrong_type =
          !wanted.empty() && std::ranges::none_of(wanted, [&](const auto& t) { return has_type(value, t); });
      for (const auto& type : wanted) types.push_back(type_words(type));
      const bool better = best.empty() || (all_wrong_type && !wrong_type) ||
                          (wrong_type == all_wrong_type && found.size() < best.size());
      if (better) best = std::move(found);
      all_wrong_type = all_wrong_type && wrong_type;
    }
    if (all_wrong_type && !types.empty()) return add(name, "must be " + one_of(types) + is(value));
    if (const auto keys = alternative_keys(alternatives); !keys.empty()) {
      return add(name, "needs one of its keys: write " + one_of(keys), true);
    }
    std::ranges::move(best, std::back_inserter(misfits_));
  }

  /// The keys, if every alternative only asks for one: {"required": ["a"]}, {"required": ["b"]}.
  static std::vector<std::string> alternative_keys(const json& alternatives) {
    std::vector<std::string> keys;
    for (const auto& one : alternatives) {
      const auto* required = one.is_object() && one.size() == 1 ? keyword(one, "required") : nullptr;
      if (required == nullptr || !required->is_array() || required->size() != 1 || !required->front().is_string()) {
        return {};
      }
      keys.push_back("`" + required->front().get<std::string>() + "`");
    }
    return keys;
  }

  const CheckOptions& options_;
  Path path_;
  bool secret_ = false;
  std::vector<Misfit> misfits_;
};

}  // namespace

std::vector<Misfit> explain(const json& schema, const json& value, const CheckOptions& options) {
  Explainer explainer(options);
  explainer.value(schema, value, options.name);
  return explainer.take();
}

std::string shown_path(const json& root, const Path& path, const std::string& name) {
  std::string text = name;
  const json* at = &root;
  for (const auto& step : path) {
    if (at != nullptr && at->is_array()) {
      const auto index = static_cast<std::size_t>(std::stoul(step));
      text += "[" + step + "]";
      at = index < at->size() ? &(*at)[index] : nullptr;
    } else {
      text = member_name(text, step);
      const auto next = at != nullptr && at->is_object() ? at->find(step) : json::const_iterator{};
      at = at != nullptr && at->is_object() && next != at->end() ? &*next : nullptr;
    }
  }
  return text;
}

}  // namespace agente::config
