#pragma once

#include <optional>

#include <agente/pms.h>

#include "plugins/pms_backend.hpp"

/// The records of agente.pms/1 and ours. From a plugin: nothing if a field is malformed, negative or out of range.
namespace agente::plugins::abi {

[[nodiscard]] std::optional<RoomType> read_room(const agente_room_type& from);
[[nodiscard]] std::optional<Offer> read_offer(const agente_offer& from);
[[nodiscard]] std::optional<Booking> read_booking(const agente_booking& from);

// Views into the argument.
[[nodiscard]] agente_stay_query to_c(const StayQuery& query);
[[nodiscard]] agente_booking_request to_c(const BookingRequest& request);
[[nodiscard]] agente_booking_change to_c(const BookingChange& change);

}  // namespace agente::plugins::abi
