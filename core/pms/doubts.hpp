#pragma once

#include <map>
#include <mutex>
#include <string>

#include "base/clock.hpp"
#include "store/records.hpp"

namespace agente::pms {

/// How long attempts whose outcome is not known must still settle, as far as this process can tell. What the store says
/// of them was written by a clock that may have been another host's, or set since: an attempt that is seen here for the
/// first time may have begun just now. Thread-safe.
class Doubts {
 public:
  explicit Doubts(const Clock& clock) : clock_(clock) {}

  /// Until `settle` has passed since the attempt was first seen here, which is now if it has not been before.
  [[nodiscard]] Millis left(const store::Intent& intent, Millis settle);

 private:
  struct Seen {
    int attempts;
    Steady at;
  };

  const Clock& clock_;
  std::mutex mutex_;
  std::map<std::string, Seen> seen_;  // by quote
  Steady next_sweep_;
};

}  // namespace agente::pms
