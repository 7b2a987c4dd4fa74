#pragma once

#include <mutex>
#include <optional>

#include "base/clock.hpp"

namespace agente::pms {

/// The values of the metric pms_circuit_breaker_state.
enum class BreakerState { kClosed = 0, kOpen = 1, kHalfOpen = 2 };

struct BreakerStatus {
  BreakerState state = BreakerState::kClosed;
  int failures = 0;  ///< in a row
  std::optional<Time> opened_at;
  std::optional<Time> next_probe_at;
};

/// Stops calling a PMS that fails: after `threshold` failures in a row it opens for `pause`, then lets one probe
/// through; the probe's outcome closes or opens it again. Thread-safe.
class Breaker {
 public:
  Breaker(const Clock& clock, int threshold = 5, Millis pause = Millis{30'000});

  /// False: do not call now. True obliges the caller to report the outcome.
  [[nodiscard]] bool allow();
  void succeeded();
  void failed();
  [[nodiscard]] BreakerStatus status() const;
  /// Until it lets a probe through; none while it is closed.
  [[nodiscard]] Millis until_probe() const;

 private:
  const Clock& clock_;
  const int threshold_;
  const Millis pause_;
  mutable std::mutex mutex_;
  BreakerStatus status_;
  Steady probe_at_{};  // what `status_` shows is by a clock that may be set
  bool probing_ = false;
};

}  // namespace agente::pms
