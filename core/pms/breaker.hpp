#pragma once

#include <cstdint>
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

/// What a call says about the PMS.
enum class Sign {
  kAnswers,  ///< also with a no: sold out, unknown booking
  kFails,    ///< silent, refused, or nonsense
  kNone,     ///< the PMS was not asked, or asked us to slow down
};

/// Stops calling a PMS that fails: after `threshold` failures in a row it opens for `pause`, then lets one probe
/// through; the probe's outcome closes or opens it again. A call that began before it opened says nothing about the
/// PMS of now: only the probe does. Thread-safe.
class Breaker {
 public:
  /// Permission for one call, to be given back with what came of it.
  class Pass {
    friend class Breaker;
    Pass(std::uint64_t round, bool probe) : round_(round), probe_(probe) {}
    std::uint64_t round_;
    bool probe_;

   public:
    /// The one call that decides whether the breaker closes.
    [[nodiscard]] bool is_probe() const { return probe_; }
  };

  static constexpr int kThreshold = 5;
  explicit Breaker(const Clock& clock, Millis pause = Millis{30'000}, int threshold = kThreshold);

  /// None: do not call now. One obliges the caller to report.
  [[nodiscard]] std::optional<Pass> allow();
  /// As `allow`, but never the probe: what it gives need not be reported.
  [[nodiscard]] std::optional<Pass> allow_if_closed();
  /// The state that this brought about; none: it stays as it is.
  std::optional<BreakerState> report(Pass pass, Sign sign);
  [[nodiscard]] BreakerStatus status() const;
  /// Until it lets a probe through; none while it is closed.
  [[nodiscard]] Millis until_probe() const;

 private:
  void open_for(Millis pause);

  const Clock& clock_;
  const int threshold_;
  const Millis pause_;
  mutable std::mutex mutex_;
  BreakerStatus status_;
  Steady probe_at_{};        // what `status_` shows is by a clock that may be set
  std::uint64_t round_ = 0;  // grows with each change of state; passes of an earlier one have no say
};

}  // namespace agente::pms
