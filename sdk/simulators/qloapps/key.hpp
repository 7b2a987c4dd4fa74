#pragma once

#include <string>

#include "simulators/common/http_server.hpp"

namespace agente::sim::qloapps {

/// The key of a request: the user of its basic authorization, or `ws_key` of the query. Empty if it has none.
std::string key_of(const Request& request);

}  // namespace agente::sim::qloapps
