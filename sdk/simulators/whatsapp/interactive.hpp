#pragma once

#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "simulators/whatsapp/graph_error.hpp"

namespace agente::sim::whatsapp {

/// Checks what Graph checks of the member `interactive` of a message: reply buttons and lists. `text` becomes the
/// body's.
std::optional<GraphError> check_interactive(const nlohmann::json& interactive, std::string& text);

}  // namespace agente::sim::whatsapp
