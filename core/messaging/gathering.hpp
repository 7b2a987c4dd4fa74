#pragma once

#include <atomic>
#include <optional>

#include "base/clock.hpp"
#include "store/records.hpp"
#include "store/sql.hpp"

namespace agente::messaging {

/// Providers do not keep the order in which a guest wrote. So what they bring waits for a moment, and what arrives in
/// that moment is handled in the order in which it was written. What has begun to be handled is not overtaken: the
/// moment of the first that arrived is over by then. Thread-safe.
class Gathering {
 public:
  explicit Gathering(const Clock& clock) : clock_(clock) {}

  void wait_for(Millis moment) { moment_.store(moment, std::memory_order_relaxed); }
  /// When `row` may be handled; none: at once.
  [[nodiscard]] std::optional<Steady> until(const store::Inbound& row) const;
  /// What is to be handled before `row`, which arrived first of all that wait of its guest; none: nothing.
  [[nodiscard]] std::optional<store::Inbound> before(store::sql::Connection& connection,
                                                     const store::Inbound& row) const;

 private:
  [[nodiscard]] Millis moment_of(const store::Inbound& row) const;

  const Clock& clock_;
  std::atomic<Millis> moment_{};
};

}  // namespace agente::messaging
