#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>

#include "base/text.hpp"
#include "config/pattern.hpp"
#include "config/schema.hpp"

namespace agente::config {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxText = 256U << 10U;
constexpr int kMaxDepth = 64;
/// Bytes the schema may have once every `$ref` is replaced by what it names.
constexpr std::size_t kMaxExpanded = 1U << 20U;
constexpr std::size_t kValueCost = 16;

/// Thrown while a schema is rewritten; caught in read_schema.
struct Unusable {
  std::string why;
};

/// Copies a schema with every `$ref` replaced by its target, and without what valijson would fetch or match itself.
class Rewriter {
 public:
  explicit Rewriter(const json& root) : root_(root) {}

  json schema(const json& from, int depth) {
    if (from.is_boolean()) return from;
    if (!from.is_object()) throw Unusable{"where a schema is expected there is " + std::string(from.type_name())};
    if (depth > kMaxDepth) throw Unusable{"it refers to itself or is nested more than 64 levels deep"};
    if (const auto ref = from.find("$ref"); ref != from.end()) return schema(target(*ref), depth + 1);
    json to = json::object();
    for (const auto& [key, value] : from.items()) {
      spend(key.size());
      if (auto copied = keyword(key, value, depth + 1); !copied.is_discarded()) to[key] = std::move(copied);
    }
    return to;
  }

 private:
  json keyword(const std::string& key, const json& value, int depth) {
    if (key == "patternProperties") throw Unusable{"`patternProperties` is not supported; use additionalProperties"};
    if (key == "$id" || key == "id" || key == "$schema" || key == "definitions" || key == "$defs") {
      return json(json::value_t::discarded);
    }
    if (key == "properties") return each_member(value, depth);
    if (key == "allOf" || key == "anyOf" || key == "oneOf") return each_item(value, depth);
    if (key == "items" && value.is_array()) return each_item(value, depth);
    if (key == "dependencies") return dependencies(value, depth);
    if (key == "items" || key == "additionalItems" || key == "additionalProperties" || key == "propertyNames" ||
        key == "contains" || key == "not" || key == "if" || key == "then" || key == "else") {
      return schema(value, depth);
    }
    check_pattern(key, value);
    spend_on(value, depth);
    return value;
  }

  json each_member(const json& from, int depth) {
    if (!from.is_object()) throw Unusable{"`properties` must be an object"};
    json to = json::object();
    for (const auto& [key, value] : from.items()) {
      spend(key.size());
      to[key] = schema(value, depth);
    }
    return to;
  }

  json each_item(const json& from, int depth) {
    if (!from.is_array()) throw Unusable{"allOf, anyOf and oneOf must be arrays"};
    json to = json::array();
    for (const auto& value : from) to.push_back(schema(value, depth));
    return to;
  }

  json dependencies(const json& from, int depth) {
    if (!from.is_object()) throw Unusable{"`dependencies` must be an object"};
    json to = json::object();
    for (const auto& [key, value] : from.items()) {
      spend_on(value, depth);
      to[key] = value.is_array() ? value : schema(value, depth);
    }
    return to;
  }

  static void check_pattern(const std::string& key, const json& value) {
    if (key != "pattern") return;
    if (!value.is_string()) throw Unusable{"`pattern` must be a string"};
    if (const auto why = pattern_problem(value.get<std::string>())) throw Unusable{*why};
  }

  const json& target(const json& ref) const {
    const auto text = ref.is_string() ? ref.get<std::string>() : std::string();
    if (!text.starts_with('#')) throw Unusable{"`$ref` may only name a part of the same schema, as #/definitions/x"};
    const json::json_pointer pointer(text.substr(1));
    if (!root_.contains(pointer)) throw Unusable{"`$ref` names a part that is not there: " + text.substr(0, 80)};
    return root_.at(pointer);
  }

  void spend_on(const json& value, int depth) {
    if (depth > kMaxDepth) throw Unusable{"it is nested more than 64 levels deep"};
    spend(value.is_string() ? value.get_ref<const std::string&>().size() : 0);
    if (!value.is_structured()) return;
    for (const auto& item : value) spend_on(item, depth + 1);
  }

  void spend(std::size_t bytes) {
    spent_ += kValueCost + bytes;
    if (spent_ > kMaxExpanded) throw Unusable{"it is too large once its references are followed"};
  }

  const json& root_;
  std::size_t spent_ = 0;
};

/// valijson knows which values its keywords may have; it throws at the first wrong one.
void try_with_valijson(const json& schema) {
  valijson::Schema compiled;
  valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
  parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(schema), compiled);
}

Error unusable(const std::string& why) {
  return {Code::kConfig, "the plugin's config schema cannot be used: " + clean_utf8(why) + "; repair the plugin"};
}

}  // namespace

Result<json> read_schema(std::string_view text) {
  if (text.size() > kMaxText) return unusable("it is larger than 256 KiB");
  try {
    const json parsed = json::parse(text);
    if (!parsed.is_object()) return unusable("it is no JSON object");
    json schema = Rewriter(parsed).schema(parsed, 0);
    try_with_valijson(schema);
    return schema;
  } catch (const Unusable& error) {
    return unusable(error.why);
  } catch (const std::exception& error) {
    return unusable(error.what());
  }
}

}  // namespace agente::config
