/// Whether Meta's webhooks come.
#pragma once

#include <agente/sdk.hpp>

#include "doorbell.hpp"

namespace agente::whatsapp {

inline constexpr const char* kTraffic = "traffic";

/// Says when the last verified webhook came, and how many were refused since. Silence alone fails nothing: at night
/// nobody writes. It fails where all that came for an hour had a wrong signature.
[[nodiscard]] check check_traffic(const Doorbell& bell, time_point now);

}  // namespace agente::whatsapp
