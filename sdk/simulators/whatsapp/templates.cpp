#include "simulators/whatsapp/templates.hpp"

#include <algorithm>
#include <regex>
#include <vector>

#include "simulators/whatsapp/characters.hpp"

namespace agente::sim::whatsapp {
namespace {

using nlohmann::json;
using Refusal = std::optional<GraphError>;

constexpr std::size_t kLongestBody = 1024;
constexpr std::size_t kLongestHeader = 60;

json approved(const std::string& language, const std::string& body) {
  return {{"name", "hotel_message"},
          {"language", language},
          {"status", "APPROVED"},
          {"category", "UTILITY"},
          {"parameter_format", "POSITIONAL"},
          {"components", json::array({{{"type", "BODY"}, {"text", body}}})}};
}

/// Throws what the JSON library throws.
void require_text(const json& object, const char* name) {
  static_cast<void>(object.at(name).get_ref<const std::string&>());
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

/// "1" and "2" of "{{1}} and {{2}}", or names; each once, in order.
std::vector<std::string> variables_in(const std::string& text) {
  static const std::regex kVariable(R"(\{\{([A-Za-z0-9_]+)\}\})");
  std::vector<std::string> names;
  for (std::sregex_iterator found(text.begin(), text.end(), kVariable), end; found != end; ++found) {
    if (std::find(names.begin(), names.end(), (*found)[1].str()) == names.end()) names.push_back((*found)[1]);
  }
  return names;
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
}

/// The parameters that a message brings for a component; none if it does not name it.
json parameters_for(const json& form, const std::string& component) {
  for (const auto& part : form.value("components", json::array())) {
    if (lower(part.value("type", "")) == component) return part.value("parameters", json::array());
  }
  return json::array();
}

Refusal check_parameter(const json& parameter, const std::string& component) {
  if (!parameter.is_object() || parameter.value("type", "") != "text") {
    return graph_error(132012, component + ": Format mismatch, expected TEXT, received " +
                                   (parameter.is_object() ? parameter.value("type", "UNKNOWN") : "UNKNOWN"));
  }
  const auto text = parameter.value("text", "");
  if (text.empty()) return graph_error(131008, "Parameter of type text is missing text value");
  if (text.find_first_of("\n\r\t") == std::string::npos && text.find("     ") == std::string::npos) return std::nullopt;
  return graph_error(132008, "Param text cannot have new-line/tab characters or more than 4 consecutive spaces");
}

/// One component of the template with what the message brings for it.
struct Component {
  std::string type;  ///< header, body
  std::string text;
  bool named = false;
};

Refusal fill_component(const Component& component, const json& given, std::string& text) {
  const auto names = variables_in(component.text);
  if (given.size() != names.size()) {
    return graph_error(132000, component.type + ": number of localizable_params (" + std::to_string(given.size()) +
                                   ") does not match the expected number of params (" + std::to_string(names.size()) +
                                   ")");
  }
  text = component.text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (auto refusal = check_parameter(given[i], component.type)) return refusal;
    const auto name = component.named ? given[i].value("parameter_name", "") : names[i];
    if (std::find(names.begin(), names.end(), name) == names.end())
      return graph_error(132012, component.type + ": Parameter name is missing or unknown");
    replace_all(text, "{{" + name + "}}", given[i]["text"]);
  }
  if (count_characters(text) <= (component.type == "header" ? kLongestHeader : kLongestBody)) return std::nullopt;
  return graph_error(132005, component.type + ": the filled text is too long");
}

Refusal check_status(const json& found, const std::string& name, const std::string& language) {
  const auto status = found.is_null() ? "" : found.value("status", "");
  if (status == "APPROVED") return std::nullopt;
  if (status == "PAUSED") return graph_error(132015);
  if (status == "DISABLED") return graph_error(132016);
  return graph_error(132001, "template name (" + name + ") does not exist in " + language);
}

}  // namespace

void Templates::reset() {
  load({approved("es", "Tiene un mensaje del hotel: {{1}} Puede responder aquí."),
        approved("en", "The hotel has a message for you: {{1}} You can answer here."),
        approved("pt_BR", "O hotel tem uma mensagem para você: {{1}} Pode responder aqui.")});
}

void Templates::load(const json& list) {
  for (const auto& each : list) {
    for (const auto* name : {"name", "language", "status"}) require_text(each, name);
    for (const auto& component : each.at("components")) require_text(component, "type");
  }
  const std::lock_guard lock(mutex_);
  list_ = list;
}

json Templates::all() const {
  const std::lock_guard lock(mutex_);
  return list_;
}

json Templates::find(const std::string& name, const std::string& language) const {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(list_.begin(), list_.end(),
                                  [&](const json& t) { return t.at("name") == name && t.at("language") == language; });
  return found == list_.end() ? json() : *found;
}

bool Templates::authenticates(const json& form) const {
  const std::lock_guard lock(mutex_);
  const auto name = form.value("name", json());
  return std::any_of(list_.begin(), list_.end(), [&](const json& each) {
    return each.at("name") == name && each.value("category", "") == "AUTHENTICATION";
  });
}

Refusal Templates::fill(const json& form, std::string& text) const {
  const auto name = form.value("name", "");
  if (name.empty()) return missing_parameter("template['name']");
  const auto language = form.value("language", json::object()).value("code", "");
  if (language.empty()) return missing_parameter("template['language']['code']");
  const auto found = find(name, language);
  if (auto refusal = check_status(found, name, language)) return refusal;
  for (const auto& part : found.at("components")) {
    const auto type = lower(part.at("type"));
    if (type != "header" && type != "body") continue;  // footers and buttons of ours take no parameters
    std::string filled;
    const Component component{type, part.value("text", ""), found.value("parameter_format", "") == "NAMED"};
    if (auto refusal = fill_component(component, parameters_for(form, type), filled)) return refusal;
    text += (text.empty() ? "" : "\n") + filled;
  }
  return std::nullopt;
}

}  // namespace agente::sim::whatsapp
