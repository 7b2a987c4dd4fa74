#pragma once

#include <chrono>
#include <deque>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "simulators/whatsapp/parcel.hpp"

namespace agente::sim::whatsapp {

/// What became of every event that was posted, for `GET /__sim/report`: how often, what was answered and how fast.
/// Keeps the newest 100,000 events and latencies, and 100 answers of each event. Thread-safe.
class Report {
 public:
  void posted(const Parcel& parcel, const Answer& answer);
  /// It had no 200 and will not be posted again.
  void gave_up(const Parcel& parcel);

  /// {"events", "deliveries", "delivered", "waiting", "lost", "latency_ms": {"median", "p99", "max"}, "by_event":
  /// [...]}
  [[nodiscard]] nlohmann::json told() const;
  void clear();

 private:
  struct Story {
    Subject subject;
    int deliveries = 0;
    std::vector<int> answers;
    std::vector<std::int64_t> latencies;  ///< ms
    bool delivered = false;
    bool lost = false;
  };
  Story& story_of(const Subject& subject);

  mutable std::mutex mutex_;
  std::unordered_map<std::string, Story> stories_;  ///< by event, id, state and guest
  std::deque<std::string> order_;
  std::deque<std::int64_t> latencies_;  ///< ms, of the newest attempts
  std::int64_t deliveries_ = 0;
};

}  // namespace agente::sim::whatsapp
