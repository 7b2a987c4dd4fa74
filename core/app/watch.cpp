// Gauges that are read off the house when Prometheus asks, and the series that must be there before their first event.
#include <bit>

#include "app/rooms.hpp"
#include "app/version.hpp"
#include "config/accounts.hpp"
#include "store/repositories.hpp"

namespace agente::app {
namespace {

double age(const std::optional<Time>& since, Time now) {
  return since && *since < now ? std::chrono::duration<double>(now - *since).count() : 0.0;
}

void set_queue(Host::Rooms& rooms, const char* queue, double depth, double oldest_seconds) {
  rooms.metrics.set("queue_depth", {{"queue", queue}}, depth);
  rooms.metrics.set("queue_oldest_seconds", {{"queue", queue}}, oldest_seconds);
}

/// What waits for the store; known also while the store is away.
void read_backlogs(Host::Rooms& rooms) {
  const auto set = [&](const char* queue, const store::Backlog& backlog) {
    set_queue(rooms, queue, static_cast<double>(backlog.depth), std::chrono::duration<double>(backlog.oldest).count());
  };
  set("intake", rooms.intake->backlog());
  set("store", rooms.store->backlog());
}

void read_queues(Host::Rooms& rooms) {
  const auto now = rooms.clock->now();
  const auto read = rooms.store->read([&](store::sql::Connection& connection) {
    const auto set = [&](const char* queue, std::int64_t depth, const std::optional<Time>& oldest) {
      set_queue(rooms, queue, static_cast<double>(depth), age(oldest, now));
    };
    set("inbound", store::inbound::count_received(connection), store::inbound::oldest_received(connection));
    set("outbound", store::outbound::count_unsent(connection), store::outbound::oldest_unsent(connection));
  });
  static_cast<void>(read);  // readiness reports a store that cannot be read; the gauges keep their last value
}

void read_parts(Host::Rooms& rooms) {
  const auto parts = rooms.membership ? rooms.membership->held() : store::Parts{0};
  rooms.metrics.set("host_parts", {}, std::popcount(static_cast<std::uint64_t>(parts)));
}

void read_breakers(Host::Rooms& rooms) {
  for (const auto& id : rooms.hotels->ids()) {
    for (const auto* gateway : rooms.hotels->gateways(id)) {
      rooms.metrics.set("pms_circuit_breaker_state", {{"backend", gateway->backend()}},
                        static_cast<double>(gateway->breaker_status().state));
    }
  }
}

void read_accounts(Host::Rooms& rooms) {
  const auto set = [&](const std::string& channel, const std::string& account, double parked) {
    rooms.metrics.set("channel_account_parked", {{"channel", channel}, {"account", account}}, parked);
  };
  const auto config = rooms.config.pin();
  for (const auto& instance : config->instances) {
    for (const auto& [account, hotel] : instance.accounts) set(instance.id, account, 0);
  }
  for (const auto& parked : rooms.delivery->parked()) {
    const bool configured = config::has_account(*config, parked.channel, parked.account);
    set(parked.channel, parked.account, configured ? 1 : 0);
  }
}

void read_plugins(Host::Rooms& rooms) {
  for (const auto& status : rooms.plugins->list()) {
    const bool live = status.state == "live";
    rooms.metrics.set("plugin_generation", {{"plugin", status.plugin}, {"instance", status.instance}},
                      live ? status.generation : 0);
    rooms.metrics.set("plugin_resident_images", {{"plugin", status.plugin}}, status.resident_images);
  }
}

}  // namespace

void watch(Host::Rooms& rooms) {
  rooms.metrics.set("build_info", {{"version", kVersion}}, 1);
  rooms.metrics.before_collect([&rooms] {
    read_backlogs(rooms);
    read_queues(rooms);
    read_parts(rooms);
    read_breakers(rooms);
    read_accounts(rooms);
    read_plugins(rooms);
    rooms.occupancy.read(*rooms.config.pin(), *rooms.store, *rooms.clock, rooms.metrics);
  });
}

}  // namespace agente::app
