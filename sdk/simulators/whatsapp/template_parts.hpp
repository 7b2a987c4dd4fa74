#pragma once

#include <optional>

#include <nlohmann/json.hpp>

#include "simulators/whatsapp/graph_error.hpp"
#include "simulators/whatsapp/outgoing.hpp"

namespace agente::sim::whatsapp {

/// Fills `definition`, a template as the account lists it, with `given`, the components of a message: header, body and
/// buttons. What the guest reads, or "[document reserva.pdf]" for what he sees, goes into `out.text`, a part a line;
/// the links of buttons with their endings come last. The file of its header goes into `out`, too. Else why Graph
/// refuses it.
std::optional<GraphError> fill_parts(const nlohmann::json& definition, const nlohmann::json& given, Outgoing& out);

}  // namespace agente::sim::whatsapp
