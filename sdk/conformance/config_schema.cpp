#include "conformance/config_schema.hpp"

#include <set>

#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

namespace agente::conformance {
namespace {

using nlohmann::json;

constexpr int kMaxDepth = 32;
constexpr std::size_t kMaxText = 256U << 10U;

const json* local_target(const json& root, const json& schema) {
  const auto ref = schema.find("$ref");
  if (ref == schema.end()) return &schema;
  const auto text = ref->is_string() ? ref->get<std::string>() : std::string();
  if (!text.starts_with('#')) return nullptr;
  try {
    return &root.at(json::json_pointer(text.substr(1)));
  } catch (const json::exception&) {
    return nullptr;
  }
}

/// What the host's own reader refuses, wherever it stands.
std::optional<std::string> refused_word(const json& root, const json& part, int depth) {
  if (depth > kMaxDepth) return "it refers to itself or is nested too deeply";
  if (part.is_array()) {
    for (const auto& item : part) {
      if (auto found = refused_word(root, item, depth + 1)) return found;
    }
  }
  if (!part.is_object()) return std::nullopt;
  if (part.contains("patternProperties")) return "the host does not take patternProperties; use additionalProperties";
  if (part.contains("$ref") && part["$ref"].is_string()) {
    const auto* target = local_target(root, part);
    if (target == nullptr) return "$ref \"" + part["$ref"].get<std::string>() + "\" names no part of the same schema";
    return refused_word(root, *target, depth + 1);
  }
  for (const auto& [key, value] : part.items()) {
    if (key == "examples" || key == "default" || key == "enum" || key == "const") continue;
    if (auto found = refused_word(root, value, depth + 1)) return found;
  }
  return std::nullopt;
}

void compile(const json& schema, valijson::Schema& compiled) {
  valijson::SchemaParser(valijson::SchemaParser::kDraft7)
      .populateSchema(valijson::adapters::NlohmannJsonAdapter(schema), compiled);
}

/// Finds the values marked writeOnly, in every branch.
class SecretSearch {
 public:
  explicit SecretSearch(const json& root) : root_(root) {}

  std::set<json::json_pointer> run(const json& config) {
    visit(root_, config, json::json_pointer(), 0);
    return std::move(found_);
  }

 private:
  void visit(const json& given, const json& value, const json::json_pointer& at, int depth) {
    const auto* schema = given.is_object() ? local_target(root_, given) : nullptr;
    if (schema == nullptr || !schema->is_object() || depth > kMaxDepth) return;
    if (schema->value("writeOnly", json()) == json(true)) {
      found_.insert(at);
      return;
    }
    for (const char* key : {"allOf", "anyOf", "oneOf"}) {
      for (const auto& branch : schema->value(key, json::array())) visit(branch, value, at, depth + 1);
    }
    for (const char* key : {"if", "then", "else"}) visit(schema->value(key, json()), value, at, depth + 1);
    if (value.is_object()) members(*schema, value, at, depth);
    const auto items = schema->value("items", json());
    for (std::size_t i = 0; value.is_array() && i < value.size(); ++i) {
      if (items.is_object()) visit(items, value[i], at / i, depth + 1);
    }
  }

  void members(const json& schema, const json& value, const json::json_pointer& at, int depth) {
    const auto known = schema.value("properties", json::object());
    for (const auto& [key, item] : value.items()) {
      const auto part = known.contains(key) ? known[key] : schema.value("additionalProperties", json());
      visit(part, item, at / key, depth + 1);
    }
  }

  const json& root_;
  std::set<json::json_pointer> found_;
};

void add_secret(std::map<std::string, std::string>& secrets, const std::string& pointer, const json& value) {
  if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i) add_secret(secrets, pointer + "/" + std::to_string(i), value[i]);
    return;
  }
  secrets[pointer] = value.is_string() ? value.get<std::string>() : value.dump();
}

/// A value of the same type that is something else.
json changed(const json& value, std::mt19937_64& random) {
  const auto pick = random() % 6;
  if (value.is_boolean()) return !value.get<bool>();
  if (value.is_number_integer()) {
    constexpr std::int64_t kOdd[] = {0, 1, -1, 7, 2'147'483'647, 4'294'967'296};
    return kOdd[pick];
  }
  if (value.is_number()) return static_cast<double>(random() % 1000) / 7.0;
  if (!value.is_string()) return value;
  const auto text = value.get<std::string>();
  const std::string odd[] = {"", "x", "ñandú \xF0\x9F\x8F\xA8", std::string(300, 'a'), text + text, text + "/%00 \"\\"};
  return odd[pick];
}

void collect(const json& value, const json::json_pointer& at, std::vector<json::json_pointer>& all) {
  all.push_back(at);
  if (value.is_object()) {
    for (const auto& [key, item] : value.items()) collect(item, at / key, all);
  }
  for (std::size_t i = 0; value.is_array() && i < value.size(); ++i) collect(value[i], at / i, all);
}

/// A value for a key that the example does not set.
json invented(const json& schema) {
  if (!schema.is_object()) return "1";  // `true` takes anything
  if (schema.contains("default")) return schema["default"];
  if (schema.contains("enum") && !schema["enum"].empty()) return schema["enum"][0];
  const auto type = schema.value("type", json());
  if (type == "boolean") return true;
  if (type == "integer" || type == "number") return schema.value("minimum", json(1));
  if (type == "array") return json::array();
  if (type == "object") return json::object();
  return "1";
}

json mutated(const json& schema, json config, std::mt19937_64& random) {
  const auto known = schema.value("properties", json::object());
  std::vector<json::json_pointer> places;
  collect(config, json::json_pointer(), places);
  for (auto steps = 1 + random() % 3; steps > 0; --steps) {
    const auto& place = places[random() % places.size()];
    const auto kind = random() % 3;
    if (kind == 0 && !known.empty()) {
      auto one = known.begin();
      std::advance(one, static_cast<std::ptrdiff_t>(random() % known.size()));
      config[one.key()] = invented(one.value());
    } else if (place.empty() || !config.contains(place)) {
      continue;
    } else if (kind == 1 && config[place.parent_pointer()].is_object()) {
      config[place.parent_pointer()].erase(place.back());
    } else {
      config[place] = changed(config[place], random);
    }
  }
  return config;
}

}  // namespace

std::optional<std::string> schema_problem(const json& schema) {
  if (!schema.is_object()) return "it is no JSON object";
  if (schema.dump().size() > kMaxText) return "it is larger than 256 KiB";
  if (schema.value("type", json()) != "object") return R"(its "type" is not "object", and a config is an object)";
  if (auto refused = refused_word(schema, schema, 0)) return refused;
  try {
    valijson::Schema compiled;
    compile(schema, compiled);
  } catch (const std::exception& error) {
    return std::string("it is no JSON Schema of draft 7: ") + error.what();
  }
  return std::nullopt;
}

std::optional<std::string> misfit(const json& schema, const json& value) {
  valijson::Schema compiled;
  compile(schema, compiled);
  valijson::Validator validator;
  valijson::ValidationResults results;
  if (validator.validate(compiled, valijson::adapters::NlohmannJsonAdapter(value), &results)) return std::nullopt;
  valijson::ValidationResults::Error first;
  if (!results.popError(first)) return "it does not fit";
  std::string where;
  for (std::size_t i = 1; i < first.context.size(); ++i) where += first.context[i];
  return (where.empty() ? "" : where + ": ") + first.description;
}

GivenConfig without_secrets(const json& schema, json config) {
  GivenConfig given;
  for (const auto& pointer : SecretSearch(schema).run(config)) {
    add_secret(given.secrets, pointer.to_string(), config.at(pointer));
    auto& parent = config.at(pointer.parent_pointer());
    if (parent.is_object()) {
      parent.erase(pointer.back());
    } else {
      config.at(pointer) = nullptr;
    }
  }
  given.text = config.dump();
  return given;
}

std::vector<json> variations(const json& schema, const json& example, std::mt19937_64& random, std::size_t most) {
  constexpr std::size_t kTriesEach = 20;
  std::vector<json> found;
  for (std::size_t tries = most * kTriesEach; tries > 0 && found.size() < most; --tries) {
    auto config = mutated(schema, example, random);
    if (!misfit(schema, config)) found.push_back(std::move(config));
  }
  return found;
}

}  // namespace agente::conformance
