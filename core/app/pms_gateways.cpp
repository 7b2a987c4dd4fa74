// Each hotel's ways to its PMS, and to those that it had before.
#include <algorithm>

#include "app/rooms.hpp"

namespace agente::app {

namespace {

concierge::Hotel facts_of(const config::HotelConfig& hotel, const config::Config& config) {
  return {.id = hotel.id,
          .name = hotel.name,
          .timezone = hotel.timezone,
          .currency = hotel.currency,
          .language = hotel.language,
          .bookings_per_guest_per_day = config.limits.bookings_per_guest_per_day};
}

/// The one that the PMS has already, unless a limit has changed since.
Host::Rooms::StandIn& stand_in_for(Host::Rooms& rooms, const config::InstanceConfig& instance,
                                   const config::LimitsConfig& limits) {
  const auto fits = [&](const auto& each) {
    return each->pms.id() == instance.id && each->pms.plugin() == instance.plugin &&
           each->gateway.hotel() == instance.hotel && each->settle == limits.booking_settle &&
           each->wait == limits.booking_wait;
  };
  const auto found = std::ranges::find_if(rooms.stand_ins, fits);
  if (found != rooms.stand_ins.end()) return **found;
  return *rooms.stand_ins.emplace_back(
      std::make_unique<Host::Rooms::StandIn>(instance, limits, *rooms.store, *rooms.clock));
}

void open_stand_in(Host::Rooms& rooms, const config::Config& config, const config::InstanceConfig& instance) {
  auto& stand_in = stand_in_for(rooms, instance, config.limits);
  rooms.hotels->add_absent(facts_of(*config.hotel(instance.hotel), config), stand_in.gateway, !instance.former);
}

}  // namespace

void open_gateway(Host::Rooms& rooms, const config::Config& config, const config::InstanceConfig& instance) {
  auto* backend = rooms.plugins->pms(instance.id);
  const auto* hotel = config.hotel(instance.hotel);
  if (hotel == nullptr) return;
  if (backend == nullptr) return open_stand_in(rooms, config, instance);
  // Another plugin: the one that the YAML names could not start, and the hotel stays where it is.
  if (backend->plugin() != instance.plugin) return;
  auto& turnstile = rooms.turnstiles[hotel->id + "/" + backend->plugin()];
  if (!turnstile) {
    turnstile = std::make_unique<pms::Turnstile>(
        *rooms.store, store::pms_turns::Turn{.hotel = hotel->id,
                                             .backend = backend->plugin(),
                                             .host = rooms.store->is_remote() ? rooms.name : std::string()});
  }
  rooms.gateways.push_back(std::make_unique<pms::Gateway>(
      hotel->id, *backend, *rooms.store, *rooms.clock,
      pms::GatewaySettings{.call_deadline = instance.deadline,
                           .booking_settle = config.limits.booking_settle,
                           .booking_wait = config.limits.booking_wait,
                           .cache = rooms.cache.get(),
                           .availability_stale = config.limits.availability_stale,
                           .breaker_pause = config.limits.pms_pause,
                           .turnstile = turnstile.get()},
      pms::GatewayMetrics{.call = [&rooms](std::string_view name, std::string_view call, std::string_view outcome) {
        rooms.metrics.add(
            "pms_calls_total",
            {{"backend", std::string(name)}, {"call", std::string(call)}, {"outcome", std::string(outcome)}});
      }}));
  if (instance.former) return rooms.hotels->add_former(hotel->id, *rooms.gateways.back());
  rooms.hotels->add(facts_of(*hotel, config), *rooms.gateways.back());
}

}  // namespace agente::app
