#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "simulators/whatsapp/graph_error.hpp"
#include "simulators/whatsapp/world.hpp"

namespace agente::sim::whatsapp {

/// Answers uploads, GET and DELETE of a media id, and the address it names; nothing for what is none of these. `path`:
/// without the version.
std::optional<std::variant<Reply, GraphError>> answer_media(World& world, const Request& request,
                                                            const std::vector<std::string>& path);

/// Where a file can be fetched for five minutes, by the name under which `request` found the simulator.
std::string media_url(World& world, const Request& request, const std::string& id);

}  // namespace agente::sim::whatsapp
