#pragma once

#include <atomic>

#include "base/clock.hpp"
#include "store/records.hpp"

namespace agente::store {

/// Makes ids: milliseconds since 1970 * 4096 plus a counter, which stays below 2^53 until the year 2039. Thread-safe.
class IdSource {
 public:
  /// Every id is greater than `last`, whatever the clock says. `clock` must outlive the source.
  IdSource(const Clock& clock, Id last) : clock_(clock), last_(last) {}

  Id next();

 private:
  const Clock& clock_;
  std::atomic<Id> last_;
};

}  // namespace agente::store
