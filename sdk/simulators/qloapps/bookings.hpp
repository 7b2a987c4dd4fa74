#pragma once

#include "simulators/qloapps/asked.hpp"
#include "simulators/qloapps/booking_request.hpp"
#include "simulators/qloapps/world.hpp"

namespace agente::sim::qloapps {

/// `/api/bookings`: rooms are looked for and written down in two steps with nothing in between to keep others out, as
/// in QloApps, so that two callers can get the last room. Thread-safe.
class Bookings {
 public:
  explicit Bookings(World& world) : world_(world) {}

  /// POST. Throws Refusal or BareText.
  Reply create(const Asked& asked);
  /// PUT: the body's id counts, the URL's does not. Throws Refusal or BareText.
  Reply change(const Asked& asked);
  /// GET of one, or of the ids of all.
  Reply read(const Asked& asked);

 private:
  World& world_;
};

/// One booking as the webservice answers it. Call with the book locked.
Reply booking_answer(World& world, const Asked& asked, int order);

/// What one room of a stay costs, before the whole may be raised to a total the caller named.
RoomBooking priced(const Hotel& hotel, const WantedStay& stay, const WantedRoom& wanted);

/// Raises the rooms of an order in proportion, so that they come to `total` with tax; a lower total changes nothing.
void raise_to(std::vector<RoomBooking>& rooms, double total);

/// Nine letters of an order, or 32 hexadecimal digits of a customer. Call with the book locked.
std::string new_reference(World& world);
std::string new_secure_key(World& world);

}  // namespace agente::sim::qloapps
