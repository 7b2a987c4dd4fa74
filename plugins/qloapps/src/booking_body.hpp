/// The body of POST and PUT bookings.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "api.hpp"
#include "guest_words.hpp"
#include "quotes.hpp"
#include "stay.hpp"

namespace qloapps {

/// A service that the shop adds to each room by itself. Availability prices it in, a booking by the API drops it unless
/// it is named.
struct Fee {
  std::int64_t service = 0;
  double price = 0;  ///< net
  bool per_night = false;
};
[[nodiscard]] std::vector<Fee> read_fees(agente::call call, const Api& api);

/// Nights that are booked as one row for each room.
struct Segment {
  std::int64_t type = 0;
  Stay stay = {};
  Quote quote = {};
};

/// `room_types` of the body: who sleeps where, and what makes the total that was quoted.
[[nodiscard]] nlohmann::json room_types_json(const std::vector<Segment>& segments, const std::vector<Fee>& fees);

/// A new booking.
[[nodiscard]] nlohmann::json new_booking_json(const Settings& settings, const Segment& segment,
                                              const std::vector<Fee>& fees, const GuestCard& guest,
                                              const std::string& source);

/// An existing booking as it shall be. Only the guest's address is named: names and phone would overwrite the guest's.
[[nodiscard]] nlohmann::json changed_booking_json(const Settings& settings, std::int64_t id, const std::string& email,
                                                  const std::vector<Segment>& segments, const std::vector<Fee>& fees,
                                                  const agente::money& total, const std::string& remark);

}  // namespace qloapps
