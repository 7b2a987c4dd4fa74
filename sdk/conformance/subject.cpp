#include "conformance/subject.hpp"

#include <algorithm>
#include <string>

#include <Poco/Crypto/DigestEngine.h>
#include <yaml-cpp/yaml.h>

#include "config/scalar.hpp"
#include "plugins/admission/file_bytes.hpp"

namespace agente::conformance {
namespace {

using nlohmann::json;

std::string sha256(const std::vector<std::byte>& bytes) {
  Poco::Crypto::DigestEngine engine("SHA256");
  engine.update(bytes.data(), bytes.size());
  return Poco::DigestEngine::digestToHex(engine.digest());
}

/// Text in quotes stays text; what is plain is read as the host reads it.
json scalar(const YAML::Node& node) {
  const auto text = node.as<std::string>();
  return node.Tag() == "!" ? json(text) : config::plain_scalar(text);
}

json to_json(const YAML::Node& node) {
  if (node.IsNull()) return nullptr;
  if (node.IsScalar()) return scalar(node);
  if (node.IsSequence()) {
    json list = json::array();
    for (const auto& item : node) list.push_back(to_json(item));
    return list;
  }
  json map = json::object();
  for (const auto& item : node) map[item.first.as<std::string>()] = to_json(item.second);
  return map;
}

Result<json> read_config(const std::filesystem::path& file) {
  const auto refuse = [&](const std::string& why) { return Error{Code::kConfig, file.string() + " " + why}; };
  try {
    auto config = to_json(YAML::LoadFile(file.string()));
    if (config.is_object() && config.size() == 1 && config.contains("config")) config = config["config"];
    if (!config.is_object()) return refuse("holds no object: write the keys of the plugin's `config:`");
    return config;
  } catch (const YAML::BadFile&) {
    return refuse("cannot be read: check the path");
  } catch (const std::exception& error) {
    return refuse(std::string("is neither YAML nor JSON: ") + error.what());
  }
}

void read_schema(Subject& subject) {
  const auto text = subject.facts.schema.value_or("");
  auto schema = json::parse(text, nullptr, false);
  if (schema.is_discarded()) {
    subject.schema_trouble = text.empty() ? "there is none" : "it is no JSON";
    return;
  }
  subject.schema_trouble = schema_problem(schema).value_or("");
  subject.schema = std::move(schema);
}

Result<void> choose_config(Subject& subject, const std::filesystem::path& config_file) {
  subject.config = json::object();
  subject.config_origin = "{}, as the schema has no examples and no --config was given";
  if (!config_file.empty()) {
    auto config = read_config(config_file);
    if (!config) return config.error();
    subject.config = std::move(*config);
    subject.config_origin = config_file.string();
  } else if (subject.schema && subject.schema->is_object()) {
    const auto examples = subject.schema->value("examples", json());
    if (examples.is_array() && !examples.empty() && examples[0].is_object()) {
      subject.config = examples[0];
      subject.config_origin = "the first of the schema's examples";
    }
  }
  if (subject.schema_trouble.empty()) {
    if (const auto why = misfit(*subject.schema, subject.config); why && !config_file.empty())
      return Error{Code::kConfig, config_file.string() + " does not fit the plugin's schema: " + *why};
    subject.given = without_secrets(*subject.schema, subject.config);
  } else {
    subject.given.text = subject.config.dump();
  }
  return {};
}

plugins::LoadClass class_of(const std::vector<plugins::Objection>& objections) {
  auto worst = plugins::LoadClass::kHot;
  for (const auto& objection : objections) worst = std::max(worst, objection.consequence);
  return worst;
}

}  // namespace

const plugins::Objection* Subject::objection(std::string_view check) const {
  const auto found = std::ranges::find_if(objections, [&](const auto& one) { return one.check == check; });
  return found == objections.end() ? nullptr : &*found;
}

Result<Subject> read_subject(const std::filesystem::path& file, const std::filesystem::path& config_file) {
  Subject subject;
  std::error_code error;
  subject.file = std::filesystem::absolute(file, error);
  if (!std::filesystem::exists(subject.file, error))
    return Error{Code::kNotFound, file.string() + " does not exist: check the path"};
  auto bytes = plugins::read_file(subject.file, plugins::kLargestImage);
  if (!bytes)
    return Error{Code::kNotFound, file.string() + " cannot be read as a file: check what it is, and its rights"};
  subject.bytes = std::move(*bytes);
  auto facts = plugins::read_elf(subject.bytes);
  if (!facts) return Error{Code::kInvalid, file.string() + " is no plugin: " + facts.error().text};
  subject.facts = std::move(*facts);
  subject.digest = sha256(subject.bytes);
  subject.objections = plugins::examine({subject.facts});
  subject.load_class = class_of(subject.objections);
  read_schema(subject);
  if (auto chosen = choose_config(subject, config_file); !chosen) return chosen.error();
  return subject;
}

}  // namespace agente::conformance
