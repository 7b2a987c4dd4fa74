#pragma once

#include "simulators/qloapps/asked.hpp"
#include "simulators/qloapps/world.hpp"

namespace agente::sim::qloapps {

/// `POST /api/order_histories`: puts an order into another state. Throws Refusal or BareText.
Reply change_state(World& world, const Asked& asked);

/// `PUT /api/room_bookings/ID`, the whole row in XML: checks in and out, and whatever else; nothing is validated.
/// Throws Refusal.
Reply rewrite_row(World& world, const Asked& asked);

/// `DELETE` of an order or a row: the rows are gone, the booking stays without rooms.
Reply delete_rows(World& world, const Asked& asked);

}  // namespace agente::sim::qloapps
