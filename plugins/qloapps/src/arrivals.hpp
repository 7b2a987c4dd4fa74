/// Guests who come and go.
#pragma once

#include <agente/sdk.hpp>

#include "desk.hpp"

namespace qloapps {

/// Checks every room of the booking in, or out. CONFLICT when the order is impossible, which QloApps does not look at.
[[nodiscard]] Order set_stay_status(Desk& desk, std::string_view booking_id, agente::stay_status status,
                                    agente::call call);

}  // namespace qloapps
