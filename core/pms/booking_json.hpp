#pragma once

#include <nlohmann/json_fwd.hpp>

#include "plugins/pms_backend.hpp"

namespace agente::pms {

/// A booking of the PMS as the store keeps it inside JSON columns.
[[nodiscard]] nlohmann::json booking_json(const plugins::Booking& booking);
/// Throws nlohmann::json::exception or std::bad_optional_access when it is not one of ours.
[[nodiscard]] plugins::Booking booking_of(const nlohmann::json& value);

[[nodiscard]] nlohmann::json money_json(const Money& money);
[[nodiscard]] Money money_of(const nlohmann::json& value);

}  // namespace agente::pms
