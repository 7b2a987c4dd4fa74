#pragma once

#include <memory>
#include <string>

#include "config/config.hpp"
#include "plugins/plugin_host.hpp"
#include "plugins/proxy_channel.hpp"
#include "plugins/proxy_pms.hpp"
#include "plugins/serial_turn.hpp"
#include "plugins/sight.hpp"
#include "telemetry/metrics.hpp"

namespace agente::plugins {

/// One configured use of a plugin, through all its generations. Never destroyed before the PluginHost, since others
/// hold its channel or PMS. Guarded by the PluginHost, but for the route and what calls through it.
struct Instance {
  explicit Instance(const config::InstanceConfig& with)
      : config(with), route(with.id, with.plugin), channel(route), pms(route) {}

  config::InstanceConfig config;  ///< of the live generation; of the last attempt where there is none
  Route route;
  ProxyChannel channel;
  ProxyPms pms;
  std::shared_ptr<SerialTurn> turn = std::make_shared<SerialTurn>();  // shared_ptr: generations that are stuck keep it
  Watched file{};                                                     ///< of its plugin
  int generation = 0;                                                 ///< of the live one, else of the last
  int stuck = 0;                                                      ///< generations that never ended
  Identity identity{};                                                ///< of the code that runs, or ran last
  std::string state = "failed";
  std::string reason{};  ///< why it is failed or pinned
  LastChange last{};

  [[nodiscard]] bool is_live() const { return state == "live"; }
  [[nodiscard]] bool serves(config::PluginKind kind) const {
    return state != "failed" && state != "removed" && config.kind == kind;
  }
};

/// Its row; `resident`: images of its plugin that are mapped.
[[nodiscard]] InstanceStatus status_of(const Instance& instance, int resident);
/// Its series in /metrics, those that are zero so far as well.
void show(const Instance& instance, int resident, Metrics& metrics);
/// `outcome`: as in LastChange, or "ok".
void count_reload(const std::string& plugin, std::string_view outcome, Metrics& metrics);

}  // namespace agente::plugins
