#pragma once

#include <functional>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "store/records.hpp"
#include "store/store.hpp"

namespace agente::messaging {

/// Has a stored message of a guest handled again, at an operator's wish, and marks it as replayed.
///
/// One that failed is handled as if for the first time: what its first attempt booked is known by its intent, and is
/// told only if the PMS still holds it; a yes that never reached the PMS is shown the price of now. One that was
/// processed is answered anew and can accept nothing: what it said yes to is settled. An answer that reached
/// the guest before is not sent again, word for word. Only the last message of a guest can be replayed; an earlier one
/// would be put behind what he has written since. Thread-safe.
class Replay {
 public:
  /// `again` gets the message once it waits to be handled.
  Replay(store::Store& store, const Clock& clock, std::function<void(store::Inbound)> again);

  /// kNotFound for an id that is no incoming message; kConflict with the reason when it must not be handled again.
  Result<void> operator()(store::Id id, const std::string& actor);

 private:
  store::Store& store_;
  const Clock& clock_;
  const std::function<void(store::Inbound)> again_;
};

}  // namespace agente::messaging
