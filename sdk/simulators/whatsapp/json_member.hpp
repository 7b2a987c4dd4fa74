#pragma once

#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "simulators/whatsapp/graph_error.hpp"

// How what was posted is read and refused. Null equals absent, everywhere.
namespace agente::sim::whatsapp {

using Refusal = std::optional<GraphError>;

inline GraphError bad_value(const std::string& details) { return graph_error(131009, details); }

/// The member of this name; nothing if it is absent.
inline const nlohmann::json* member(const nlohmann::json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

/// Takes a text if it is there.
inline Refusal optional_text(const nlohmann::json& object, const char* name, std::string& out) {
  const auto* value = member(object, name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) return bad_value("Param " + std::string(name) + " must be a string.");
  out = value->get<std::string>();
  return std::nullopt;
}

}  // namespace agente::sim::whatsapp
