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

/// Where time comes from, so that tests and `AGENTE_CLOCK` can set it. What is stored or shown is a Time. How long
/// something is waited for is measured by `steady`: a machine's clock may be set back or forth by hours, and another
/// host's may be wrong. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Time now() const = 0;
  /// Goes on evenly whatever is done to `now`; means nothing outside this process.
  [[nodiscard]] virtual Steady steady() const = 0;
  /// Waits until `moment` by `steady`, or until `stop` is requested or `wake` returns true after a notify of `cv`.
  /// The caller holds `lock`. Returns false when stopped.
  virtual bool wait_until(std::unique_lock<std::mutex>& lock, std::condition_variable_any& cv, std::stop_token stop,
                          Steady moment, bool (*wake)(void*), void* context) const = 0;
};

/// The machine's clock, moved by a fixed offset (zero, unless AGENTE_CLOCK says otherwise).
class SystemClock final : public Clock {
 public:
  explicit SystemClock(Millis offset = Millis{0}) : offset_(offset) {}
  [[nodiscard]] Time now() const override;
  [[nodiscard]] Steady steady() const override;
  bool wait_until(std::unique_lock<std::mutex>& lock, std::condition_variable_any& cv, std::stop_token stop,
                  Steady moment, bool (*wake)(void*), void* context) const override;

 private:
  Millis offset_;
};

/// Stands still until a test moves it; waiting callers wake when it passes their moment.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Time start) : now_(start) {}
  [[nodiscard]] Time now() const override;
  [[nodiscard]] Steady steady() const override;
  /// Time passes.
  void advance(Millis by);
  /// The machine's clock is set; no time passes.
  void set(Time moment);
  bool wait_until(std::unique_lock<std::mutex>& lock, std::condition_variable_any& cv, std::stop_token stop,
                  Steady moment, bool (*wake)(void*), void* context) const override;

 private:
  mutable std::mutex mutex_;
  Time now_;
  Steady steady_{std::chrono::hours{1'000}};
};

}  // namespace agente
