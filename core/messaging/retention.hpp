#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "base/clock.hpp"
#include "store/repositories.hpp"
#include "store/store.hpp"
#include "telemetry/metrics.hpp"

namespace agente::messaging {

/// Removes messages and events that are done and older than the hotel wants them: a minute after the start, at every
/// change of the settings, and hourly. In small batches with a pause between them, each a write like any other, so that
/// intake goes on in between. Of several hosts on one store, the one whose duty it is does it.
/// Thread-safe.
class Retention {
 public:
  /// none: for ever
  struct Keep {
    std::optional<std::chrono::days> messages;
    std::optional<std::chrono::days> events;

    bool operator==(const Keep&) const = default;
  };
  static constexpr int kBatch = 500;          ///< rows in one transaction
  static constexpr Millis kPause{200};        ///< between two batches
  static constexpr Millis kFirst{60'000};     ///< after the start: the backlog of a restart goes first
  static constexpr Millis kEvery{3'600'000};  ///< between the ends of runs

  /// `duty`: whether it is for this host to do, where several share the store; none: always. All must outlive it.
  /// Nothing is removed before `keep` was called.
  Retention(store::Store& store, const Clock& clock, Metrics& metrics, std::function<bool()> duty = {});
  ~Retention() { stop(); }
  Retention(const Retention&) = delete;
  Retention& operator=(const Retention&) = delete;

  /// In force from the next batch on.
  void keep(const Keep& keep);
  void start();
  /// Ends after the batch under way.
  void stop() { thread_ = {}; }

 private:
  void run(const std::stop_token& stop, Steady first);
  void sweep(const std::stop_token& stop);
  /// How many rows went; stops early when it must, when the settings change or when the store refuses.
  std::int64_t clear(const std::stop_token& stop, store::retention::Table table, Time older_than);
  bool wait(const std::stop_token& stop, Steady moment);
  [[nodiscard]] bool on_duty() const { return !duty_ || duty_(); }
  [[nodiscard]] Keep current();

  store::Store& store_;
  const Clock& clock_;
  Metrics& metrics_;
  const std::function<bool()> duty_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  Keep keep_;
  bool news_ = false;    // the settings changed and no run has begun since
  std::jthread thread_;  // last: ends before what it uses
};

}  // namespace agente::messaging
