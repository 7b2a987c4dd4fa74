#include "simulators/whatsapp/templates.hpp"

#include <algorithm>

#include "simulators/whatsapp/template_parts.hpp"

namespace agente::sim::whatsapp {
namespace {

using nlohmann::json;
using Refusal = std::optional<GraphError>;

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

Refusal Templates::fill(const json& form, Outgoing& out) const {
  const auto name = form.value("name", "");
  if (name.empty()) return missing_parameter("template['name']");
  const auto language = form.value("language", json::object()).value("code", "");
  if (language.empty()) return missing_parameter("template['language']['code']");
  const auto found = find(name, language);
  if (auto refusal = check_status(found, name, language)) return refusal;
  return fill_parts(found, form.value("components", json::array()), out);
}

}  // namespace agente::sim::whatsapp
