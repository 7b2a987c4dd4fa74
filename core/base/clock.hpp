#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>

namespace agente {

using Millis = std::chrono::milliseconds;
/// A moment in UTC, to the millisecond; what every table stores.
using Time = std::chrono::sys_time<Millis>;
/// For deadlines and durations only: never goes back, means nothing outside this process.
using Steady = std::chrono::steady_clock::time_point;

/// Where business time comes from. Everything that compares, stores or shows a time asks a Clock, so that tests and
/// `AGENTE_CLOCK` can set it. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Time now() const = 0;
  /// Waits until `moment` by this clock, or until `stop` is requested or `wake` returns true after a notify of `cv`.
  /// The caller holds `lock`. Returns false when stopped.
  virtual bool wait_until(std::unique_lock<std::mutex>& lock, std::condition_variable_any& cv, std::stop_token stop,
                          Time moment, bool (*wake)(void*), void* context) const = 0;
};

/// The machine's clock, moved by a fixed offset (zero, unless AGENTE_CLOCK says otherwise).
class SystemClock final : public Clock {
 public:
  explicit SystemClock(Millis offset = Millis{0}) : offset_(offset) {}
  [[nodiscard]] Time now() const override;
  bool wait_until(std::unique_lock<std::mutex>& lock, std::condition_variable_any& cv, std::stop_token stop,
                  Time moment, bool (*wake)(void*), void* context) const override;

 private:
  Millis offset_;
};

/// Stands still until a test moves it; waiting callers wake when it passes their moment.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Time start) : now_(start) {}
  [[nodiscard]] Time now() const override;
  void advance(Millis by);
  void set(Time moment);
  bool wait_until(std::unique_lock<std::mutex>& lock, std::condition_variable_any& cv, std::stop_token stop,
                  Time moment, bool (*wake)(void*), void* context) const override;

 private:
  mutable std::mutex mutex_;
  Time now_;
};

}  // namespace agente
