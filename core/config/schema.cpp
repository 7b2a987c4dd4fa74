#include "config/schema.hpp"

#include <algorithm>
#include <optional>

#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "base/text.hpp"
#include "config/explain.hpp"

namespace agente::config {
namespace {

using nlohmann::json;

/// With this many mistakes found there is enough to repair; comparing more with each other would take too long.
constexpr std::size_t kEnough = 500;

/// What valijson says about one place.
struct Finding {
  Path path;
  std::string words;
};

/// Without what `explain` matches itself: valijson's std::regex can recurse without end on a long text.
json without_patterns(const json& schema) {
  if (schema.is_array()) {
    json to = json::array();
    for (const auto& item : schema) to.push_back(without_patterns(item));
    return to;
  }
  if (!schema.is_object()) return schema;
  json to = json::object();
  for (const auto& [key, value] : schema.items()) {
    const bool matched_here = (key == "pattern" || key == "format") && value.is_string();
    if (!matched_here) to[key] = without_patterns(value);
  }
  return to;
}

/// valijson names a place as `<root>`, `["key"]`, `[3]`.
Path path_of(const std::vector<std::string>& context) {
  Path path;
  for (std::size_t i = 1; i < context.size(); ++i) {
    const std::string& step = context[i];
    if (step.size() >= 4 && step.starts_with("[\"")) {
      path.push_back(step.substr(2, step.size() - 4));
    } else if (step.size() >= 2) {
      path.push_back(step.substr(1, step.size() - 2));
    }
  }
  return path;
}

std::vector<Finding> ask_valijson(const json& schema, const json& value) {
  const json plain = without_patterns(schema);
  valijson::Schema compiled;
  valijson::SchemaParser(valijson::SchemaParser::kDraft7)
      .populateSchema(valijson::adapters::NlohmannJsonAdapter(plain), compiled);
  valijson::Validator validator;
  valijson::ValidationResults results;
  std::vector<Finding> findings;
  if (validator.validate(compiled, valijson::adapters::NlohmannJsonAdapter(value), &results)) return findings;
  for (const auto& error : results) {
    findings.push_back({path_of(error.context), clean_utf8(error.description)});
    if (findings.size() > kEnough) break;
  }
  if (findings.empty()) findings.push_back({{}, "it is not valid"});
  return findings;
}

bool within(const Path& outer, const Path& inner) {
  return outer.size() <= inner.size() && std::equal(outer.begin(), outer.end(), inner.begin());
}

std::string sentence(const std::string& words) {
  if (words.find("'not' constraint") != std::string::npos || words.find("should not validate") != std::string::npos) {
    return "is a value that is not allowed here";
  }
  if (words.find("exactly one") != std::string::npos || words.find("multiple") != std::string::npos) {
    return words.find("multiple of") != std::string::npos
               ? "must be " + words.substr(words.find("a multiple"))
               : "fits more than one of the allowed forms; keep the keys of one";
  }
  if (words.starts_with("Missing dependency")) {
    return "needs the key " + words.substr(words.find('\'')) + " as well; write it";
  }
  return "does not fit (" + words + ")";
}

/// valijson tells of every enclosing mapping too; what counts is the innermost place.
bool is_cascade(const std::vector<Finding>& all, const Finding& one) {
  return std::ranges::any_of(
      all, [&](const auto& other) { return other.path.size() > one.path.size() && within(one.path, other.path); });
}

void add_findings(const std::vector<Finding>& findings, const json& value, const std::string& name,
                  std::vector<Misfit>& misfits) {
  for (const auto& finding : findings) {
    const bool known = std::ranges::any_of(misfits, [&](const auto& misfit) {
      return within(finding.path, misfit.path) || within(misfit.path, finding.path);
    });
    if (known || is_cascade(findings, finding)) continue;
    const auto shown = shown_path(value, finding.path, name);
    misfits.push_back({finding.path, (shown.empty() ? "the file" : shown) + " " + sentence(finding.words), false});
  }
}

using Parts = std::vector<const json*>;

Parts branches(const json& schema) {
  Parts parts;
  for (const char* key : {"allOf", "anyOf", "oneOf"}) {
    if (const auto list = schema.find(key); list != schema.end() && list->is_array()) {
      for (const auto& one : *list) parts.push_back(&one);
    }
  }
  for (const char* key : {"if", "then", "else"}) {
    if (const auto one = schema.find(key); one != schema.end()) parts.push_back(&*one);
  }
  return parts;
}

void annotate_at(const json& schema, const json* value, Path& path, const Note& note) {
  if (!schema.is_object()) return;
  note(schema, path, value);
  for (const auto* branch : branches(schema)) annotate_at(*branch, value, path, note);
  const auto below = [&](const json& part, const std::string& step, const json* item) {
    path.push_back(step);
    annotate_at(part, item, path, note);
    path.pop_back();
  };
  const auto known = schema.find("properties");
  const bool has_known = known != schema.end() && known->is_object();
  if (has_known) {
    for (const auto& [key, part] : known->items()) {
      const auto item = value != nullptr && value->is_object() ? value->find(key) : json::const_iterator{};
      const bool there = value != nullptr && value->is_object() && item != value->end();
      below(part, key, there ? &*item : nullptr);
    }
  }
  if (value == nullptr) return;
  if (const auto others = schema.find("additionalProperties"); others != schema.end() && value->is_object()) {
    for (const auto& [key, item] : value->items()) {
      if (!has_known || !known->contains(key)) below(*others, key, &item);
    }
  }
  if (const auto items = schema.find("items"); items != schema.end() && value->is_array()) {
    for (std::size_t i = 0; i < value->size(); ++i) {
      if (items->is_array() && i >= items->size()) break;
      below(items->is_array() ? (*items)[i] : *items, std::to_string(i), &(*value)[i]);
    }
  }
}

}  // namespace

std::vector<Misfit> check(const json& schema, const json& value, const CheckOptions& options) {
  try {
    auto misfits = explain(schema, value, options);
    if (misfits.size() > kEnough) return misfits;
    add_findings(ask_valijson(schema, value), value, options.name, misfits);
    return misfits;
  } catch (const std::exception& error) {
    return {{{}, options.name + " cannot be checked (" + clean_utf8(error.what()) + "); repair the plugin's schema"}};
  }
}

void annotate(const json& schema, const json* value, const Note& note) {
  Path path;
  annotate_at(schema, value, path, note);
}

}  // namespace agente::config
