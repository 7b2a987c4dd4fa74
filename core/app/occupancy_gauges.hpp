#pragma once

#include <mutex>
#include <set>
#include <string>

namespace agente {
class Clock;
class Metrics;
namespace config {
struct Config;
}
namespace store {
class Store;
}
}  // namespace agente

namespace agente::app {

/// hotel_occupancy_rate and hotel_occupancy_age_seconds of each hotel; NaN for what is not known, and once a hotel is
/// not configured any more. They come from the store, so every host exports the same. Thread-safe.
class OccupancyGauges {
 public:
  void read(const config::Config& config, store::Store& store, const Clock& clock, Metrics& metrics);

 private:
  std::mutex mutex_;
  std::set<std::string> shown_;  ///< guarded by mutex_
};

}  // namespace agente::app
