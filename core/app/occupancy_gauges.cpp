#include "app/occupancy_gauges.hpp"

#include <chrono>
#include <limits>

#include "pms/occupancy.hpp"
#include "telemetry/metrics.hpp"

namespace agente::app {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

void set(Metrics& metrics, const std::string& hotel, double rate, double age) {
  metrics.set("hotel_occupancy_rate", {{"hotel", hotel}}, rate);
  metrics.set("hotel_occupancy_age_seconds", {{"hotel", hotel}}, age);
}

double seconds_since(Time then, Time now) {
  return then < now ? std::chrono::duration<double>(now - then).count() : 0.0;
}

}  // namespace

void OccupancyGauges::read(const config::Config& config, store::Store& store, const Clock& clock, Metrics& metrics) {
  const std::lock_guard lock(mutex_);
  auto gone = shown_;
  for (const auto& hotel : config.hotels) {
    const auto found = pms::occupancy(store, clock, pms::house_of(config, hotel));
    const auto rate = found ? found->rate : std::nullopt;
    const auto as_of = found ? found->as_of : std::nullopt;
    set(metrics, hotel.id, rate.value_or(kUnknown), as_of ? seconds_since(*as_of, clock.now()) : kUnknown);
    shown_.insert(hotel.id);
    gone.erase(hotel.id);
  }
  for (const auto& hotel : gone) set(metrics, hotel, kUnknown, kUnknown);
}

}  // namespace agente::app
