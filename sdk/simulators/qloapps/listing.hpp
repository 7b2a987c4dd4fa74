#pragma once

#include <vector>

#include "simulators/qloapps/asked.hpp"

namespace agente::sim::qloapps {

/// One record of a generic resource, whole, in the asked format.
std::string one_of(const Asked& asked, const Hotel& hotel, const Record& record);

/// A list of them. In JSON an empty one is `[]`, without the root.
std::string list_of(const Asked& asked, const Hotel& hotel, const std::vector<Record>& records);

}  // namespace agente::sim::qloapps
