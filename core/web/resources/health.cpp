// Is the house well: for probes, for Prometheus, and for a person who opens the front page.
#include <nlohmann/json.hpp>

#include "config/accounts.hpp"
#include "web/resources/house.hpp"

namespace agente::web {
namespace {

using nlohmann::json;

json store_check(House& house) {
  const auto healthy = house.store.health();
  return healthy ? json{{"ok", true}} : json{{"ok", false}, {"reason", healthy.error().text}};
}

json pms_checks(House& house, bool& degraded) {
  json checks = json::object();
  for (const auto& id : house.hotels.ids()) {
    const auto* gateway = house.hotels.gateway(id);
    const auto status = gateway->breaker_status();
    const bool closed = status.state == pms::BreakerState::kClosed;
    checks[id] = {{"ok", closed}, {"backend", gateway->backend()}, {"failures", status.failures}};
    degraded = degraded || !closed;
  }
  return checks;
}

json plugin_checks(House& house, bool& degraded) {
  json checks = json::object();
  for (const auto& instance : house.plugins.list()) {
    const bool live = instance.state == "live";
    checks[instance.instance] = {{"ok", live}, {"state", instance.state}};
    if (!live) checks[instance.instance]["reason"] = instance.reason;
    degraded = degraded || !live;
  }
  return checks;
}

/// Accounts from which nothing can be sent until a person has repaired something.
json account_checks(House& house, bool& degraded) {
  json checks = json::object();
  const auto config = house.config.pin();
  for (const auto& parked : house.delivery.parked()) {
    if (!config::has_account(*config, parked.channel, parked.account)) continue;  // parked, and then taken out
    checks[parked.channel + "/" + parked.account] = {
        {"ok", false}, {"reason", parked.reason}, {"since", format_time(parked.since)}};
    degraded = true;
  }
  return checks;
}

/// What the channels' last self-tests found; a stage that is well is not named.
json self_test_checks(House& house, bool& degraded) {
  json checks = json::object();
  for (const auto& [id, round] : house.self_tests.last()) {
    checks[id] = {{"ok", round.ok()}, {"at", format_time(round.at)}};
    for (const auto& check : round.checks) {
      if (check.ok) continue;
      checks[id]["faults"].push_back({{"stage", check.stage}, {"cause", check.cause}, {"remedy", check.remedy}});
      degraded = true;
    }
  }
  return checks;
}

/// The store decides: without it no message can be taken. Anything else down is degraded, and messages still are.
Response ready(House& house) {
  bool degraded = false;
  const auto store = store_check(house);
  json body{{"checks", {{"store", store}, {"pms", pms_checks(house, degraded)}}}};
  body["checks"]["plugins"] = plugin_checks(house, degraded);
  body["checks"]["parked_accounts"] = account_checks(house, degraded);
  body["checks"]["self_tests"] = self_test_checks(house, degraded);
  const bool up = store.at("ok").get<bool>();
  body["status"] = !up ? "not_ready" : (degraded ? "degraded" : "ready");
  body["as_of"] = format_time(house.clock.now());
  return Response::json(up ? 200 : 503, body);
}

constexpr const char* kFrontPage = R"(<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Agente Hotel</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:38rem;margin:3rem auto;padding:0 1rem}code{background:#eee;padding:.1em .3em}</style>
<h1>Agente Hotel is running</h1><ul>
<li><a href="/chat">Talk to the hotel</a> as a guest</li>
<li><a href="/health/ready">Readiness</a> and <a href="/metrics">metrics</a></li>
<li><a href="/api/v1/reservations">Reservations</a></li>
<li>From a terminal: <code>agentctl messages</code>, <code>agentctl plugin list</code></li></ul></html>
)";

}  // namespace

void mount_health(Router& router, House& house) {
  router.add({.pattern = "/health/live", .handler = [](Request&) {
                return Response::json(200, {{"status", "live"}});
              }});
  router.add({.pattern = "/health/ready", .handler = [&house](Request&) { return ready(house); }});
  router.add({.pattern = "/metrics", .handler = [&house](Request&) {
                return Response::text(200, house.metrics.text(), "text/plain; version=0.0.4; charset=utf-8");
              }});
  router.add({.pattern = "/",
              .handler = [](Request&) { return Response::text(200, kFrontPage, "text/html; charset=utf-8"); }});
}

}  // namespace agente::web
