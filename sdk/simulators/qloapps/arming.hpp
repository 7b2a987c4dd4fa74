#pragma once

#include <optional>
#include <string>

#include "simulators/common/faults.hpp"

namespace agente::sim::qloapps {

/// Arms `rule`. "any" arms every fault, each with its share: `rate` is then how likely a request meets one of them, and
/// a booking a race. Returns why not, if it cannot.
[[nodiscard]] std::optional<std::string> arm(Faults& faults, const FaultRule& rule);

}  // namespace agente::sim::qloapps
