#pragma once

#include <mutex>
#include <string_view>

#include "base/clock.hpp"
#include "cache/recent.hpp"

namespace agente::cache {

/// Uses counted by this process alone. Thread-safe.
class Refills {
 public:
  Refills(const Clock& clock, std::size_t buckets) : clock_(clock), full_again_(buckets) {}

  /// As Cache::take.
  Millis take(std::string_view bucket, unsigned at_once, Millis window);

 private:
  using Moment = std::chrono::sys_time<std::chrono::microseconds>;

  const Clock& clock_;
  std::mutex mutex_;
  Recent<Moment> full_again_;  ///< when each bucket has made up for all that was taken
};

}  // namespace agente::cache
