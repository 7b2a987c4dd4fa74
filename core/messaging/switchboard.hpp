#pragma once

#include <string>
#include <vector>

#include "concierge/flow.hpp"
#include "messaging/hotels.hpp"
#include "store/store.hpp"

namespace agente::messaging {

/// Takes what a talk asks for to the right PMS of the hotel. New bookings go where the hotel books now; what another
/// PMS holds, or has been asked for, stays with that one as long as it is configured, and is never looked for
/// elsewhere: two PMS may have given out the same id. Thread-safe.
class Switchboard {
 public:
  Switchboard(store::Store& store, Hotels& hotels) : store_(store), hotels_(hotels) {}

  Result<std::vector<plugins::Offer>> offers(const concierge::CheckAvailability& check, const store::Inbound& row);
  /// kNotFound also for a booking that is another guest's; kUnsupported: its PMS is not configured any more.
  Result<plugins::Booking> find(const concierge::FindBooking& find, const store::Inbound& row);
  /// Book, Change or Cancel. kConflict also for an offer of a PMS where the hotel books no more, unless the booking was
  /// begun; kRefused when the PMS is not configured any more.
  pms::WriteOutcome write(const concierge::Action& action, const store::Inbound& row);

 private:
  struct Place;
  Result<std::vector<std::string>> backends_of(const concierge::FindBooking& find, const store::Inbound& row);
  Result<plugins::Booking> find_at(const std::string& backend, const std::string& booking_id,
                                   const store::Inbound& row);
  Result<Place> place_of(const concierge::Action& action, const store::Inbound& row);
  pms::WriteOutcome told_then(const concierge::Action& action, const Place& place, const store::Inbound& row);

  store::Store& store_;
  Hotels& hotels_;
};

}  // namespace agente::messaging
