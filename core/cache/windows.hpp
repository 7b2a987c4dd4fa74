#pragma once

#include <mutex>
#include <string_view>

#include "base/clock.hpp"
#include "cache/recent.hpp"

namespace agente::cache {

/// Uses counted by this process alone. Thread-safe.
class Windows {
 public:
  Windows(const Clock& clock, std::size_t buckets) : clock_(clock), windows_(buckets) {}

  /// As Cache::take.
  bool take(std::string_view bucket, unsigned per_window, Millis window);

 private:
  struct Window {
    Time began;
    unsigned taken = 0;
  };
  const Clock& clock_;
  std::mutex mutex_;
  Recent<Window> windows_;
};

}  // namespace agente::cache
