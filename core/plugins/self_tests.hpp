#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "plugins/channel.hpp"
#include "telemetry/metrics.hpp"

namespace agente::plugins {

/// Asks the channels now and then for their self-test: a token that ends or a callback that was moved is seen here
/// before a guest misses an answer. Each host asks its own channels, since each has its own way to the provider.
/// Thread-safe.
class SelfTests {
 public:
  /// What a channel answered last.
  struct Round {
    Time at{};
    std::vector<Check> checks{};

    [[nodiscard]] bool ok() const;
  };
  /// The channels that there are now, by id.
  using Channels = std::function<std::map<std::string, Channel*>()>;

  static constexpr Millis kFirst{60'000};  ///< after `every`, unless the period is shorter: guests go first

  /// Nothing is asked before `every` was called.
  SelfTests(const Clock& clock, Metrics& metrics, Channels channels);
  ~SelfTests() { stop(); }
  SelfTests(const SelfTests&) = delete;
  SelfTests& operator=(const SelfTests&) = delete;

  /// The time from one round to the next; 0: no more of them, and what is known is forgotten.
  void every(Millis period);
  void start();
  /// Waits for the channel that is being asked.
  void stop() { thread_ = {}; }

  [[nodiscard]] std::map<std::string, Round> last() const;

 private:
  void run(const std::stop_token& stop);
  void ask_all(const std::stop_token& stop);
  void note(const std::string& id, Round round);

  const Clock& clock_;
  Metrics& metrics_;
  const Channels channels_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  Millis period_{0};
  Steady next_ = Steady::max();
  bool news_ = false;  // the period was changed
  std::map<std::string, Round> last_;
  std::jthread thread_;  // last: ends before what it uses
};

}  // namespace agente::plugins
