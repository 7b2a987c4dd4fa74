// The PMS as the operator sees it: does it answer, and is the breaker closed.
#include <nlohmann/json.hpp>

#include "web/resources/house.hpp"

namespace agente::web {
namespace {

using nlohmann::json;

std::string_view state_name(pms::BreakerState state) {
  switch (state) {
    case pms::BreakerState::kClosed:
      return "closed";
    case pms::BreakerState::kOpen:
      return "open";
    case pms::BreakerState::kHalfOpen:
      return "half_open";
  }
  return "closed";
}

json time_or_null(const std::optional<Time>& time) { return time ? json(format_time(*time)) : json(nullptr); }

Response breakers(House& house) {
  json backends = json::array();
  for (const auto& id : house.hotels.ids()) {
    for (const auto* gateway : house.hotels.gateways(id)) {
      const auto status = gateway->breaker_status();
      backends.push_back({{"backend", gateway->backend()},
                          {"hotel", id},
                          {"state", state_name(status.state)},
                          {"failures", status.failures},
                          {"opened_at", time_or_null(status.opened_at)},
                          {"next_probe_at", time_or_null(status.next_probe_at)}});
    }
  }
  return Response::json(200, {{"backends", std::move(backends)}});
}

Response health(House& house, const Request& request) {
  json hotels = json::array();
  bool all_ok = true;
  for (const auto& id : house.hotels.ids()) {
    auto* gateway = house.hotels.gateway(id);
    const auto healthy = gateway->health(request.id);
    all_ok = all_ok && healthy;
    hotels.push_back({{"hotel", id},
                      {"backend", gateway->backend()},
                      {"ok", static_cast<bool>(healthy)},
                      {"reason", healthy ? json(nullptr) : json(healthy.error().text)}});
  }
  const bool up = all_ok && !hotels.empty();
  return Response::json(up ? 200 : 503, {{"ok", up}, {"hotels", std::move(hotels)}});
}

}  // namespace

void mount_pms(Router& router, House& house) {
  router.add({.pattern = "/api/v1/admin/pms/circuit-breaker/status",
              .handler = [&house](Request&) { return breakers(house); }});
  router.add({.pattern = "/api/v1/admin/pms/health",
              .handler = [&house](Request& request) { return health(house, request); }});
}

}  // namespace agente::web
