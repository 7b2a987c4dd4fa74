/// Whether Meta's webhooks come.
#pragma once

#include <agente/sdk.hpp>

#include "doorbell.hpp"

namespace agente::whatsapp {

inline constexpr const char* kTraffic = "traffic";

/// Says when the last verified webhook came, and how many were refused since. Silence alone fails nothing: at night
/// nobody writes. Where none has come for a day, it says what Meta wants first. It fails where five or more came with a
/// wrong signature, and none with a good one for an hour; and where Meta took a message and told nothing for ten
/// minutes.
[[nodiscard]] check check_traffic(Doorbell& bell, time_point now);

}  // namespace agente::whatsapp
