#pragma once

#include "simulators/qloapps/asked.hpp"
#include "simulators/qloapps/world.hpp"

namespace agente::sim::qloapps {

inline constexpr double kVat = 0.23;  // Ireland's, where the demo hotel pays tax

/// `POST /api/hotel_ari`: what is free and what it costs. XML in, either out. Throws Refusal.
Reply quote(World& world, const Asked& asked);

}  // namespace agente::sim::qloapps
