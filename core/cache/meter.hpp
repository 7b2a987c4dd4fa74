#pragma once

#include <atomic>
#include <cstdint>

#include "telemetry/metrics.hpp"

namespace agente::cache {

/// The figures of one cache. Thread-safe.
class Meter {
 public:
  explicit Meter(Metrics& metrics) : metrics_(metrics) {
    for (const auto* outcome : {"hit", "miss", "error"})
      metrics_.add("cache_requests_total", {{"outcome", outcome}}, 0);
    metrics_.set("cache_hit_ratio", {}, 0);
  }

  /// `get` was answered.
  void answered(bool hit) {
    metrics_.add("cache_requests_total", {{"outcome", hit ? "hit" : "miss"}});
    asked(hit);
  }
  /// `get` was not answered.
  void unanswered() {
    failed();
    asked(false);
  }
  /// Some other call did not reach Redis.
  void failed() { metrics_.add("cache_requests_total", {{"outcome", "error"}}); }
  void up(bool up) { metrics_.set("cache_up", {}, up ? 1 : 0); }

 private:
  void asked(bool hit) {
    const auto hits = hit ? ++hits_ : hits_.load();
    metrics_.set("cache_hit_ratio", {}, static_cast<double>(hits) / static_cast<double>(++asked_));
  }

  Metrics& metrics_;
  std::atomic<std::uint64_t> hits_{0};
  std::atomic<std::uint64_t> asked_{0};
};

}  // namespace agente::cache
