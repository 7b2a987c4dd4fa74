#pragma once

#include <mutex>
#include <optional>

#include "base/clock.hpp"

namespace agente::store {

/// Since when a database has not been reachable, as all connections to it know together. Thread-safe.
class PostgresOutage {
 public:
  explicit PostgresOutage(Millis patience) : patience_(patience) {}

  /// The database could not be reached; whoever waits may go on waiting (true) or should give up (false).
  [[nodiscard]] bool worth_waiting() {
    const std::lock_guard guard(mutex_);
    const auto now = std::chrono::steady_clock::now();
    if (!since_) since_ = now;
    return now - *since_ < patience_;
  }
  /// It was seen to answer nobody: waiting is no use.
  void hopeless() {
    const std::lock_guard guard(mutex_);
    since_ = std::chrono::steady_clock::now() - patience_;
  }
  /// The database answered.
  void over() {
    const std::lock_guard guard(mutex_);
    since_.reset();
  }

 private:
  const Millis patience_;
  std::mutex mutex_;
  std::optional<Steady> since_;
};

}  // namespace agente::store
