#pragma once

#include <optional>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "simulators/whatsapp/graph_error.hpp"
#include "simulators/whatsapp/outgoing.hpp"

namespace agente::sim::whatsapp {

/// image, document, location and reaction.
bool is_attachment(std::string_view type);

/// Checks what Graph checks of the member that is named as `out.type`, and puts into `out` what it says.
std::optional<GraphError> read_attachment(const nlohmann::json& body, Outgoing& out);

/// Graph fetches what a link names only after it has accepted the message: it cannot reach a hotel's own network.
bool is_reachable(std::string_view link);

}  // namespace agente::sim::whatsapp
