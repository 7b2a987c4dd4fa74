#include "plugins/instance.hpp"

namespace agente::plugins {

InstanceStatus status_of(const Instance& instance, int resident) {
  const auto& config = instance.config;
  const auto live = instance.route.live().pin();
  const auto condition = live ? live->condition() : Condition{};
  const bool started = !instance.identity.id.empty();
  return {.plugin = config.plugin,
          .instance = config.id,
          .kind = config::kind_name(config.kind),
          .version = instance.identity.version,
          .generation = instance.generation,
          .state = condition.running ? instance.state : "restarting",
          .in_flight = live ? live->in_flight() : 0,
          .resident_images = resident,
          .stuck = instance.stuck,
          .crashes = condition.crashes,
          .isolation = config.isolation == config::Isolation::kProcess ? "process" : "in-process",
          .load_class = started ? std::string(class_name(instance.identity.verdict.load_class)) : "",
          .digest = instance.identity.digest,
          .reason = condition.reason.empty() ? instance.reason : condition.reason,
          .last = instance.last};
}

void show(const Instance& instance, int resident, Metrics& metrics) {
  const auto& config = instance.config;
  metrics.set("plugin_generation", {{"plugin", config.plugin}, {"instance", config.id}},
              instance.is_live() ? instance.generation : 0);
  metrics.set("plugin_resident_images", {{"plugin", config.plugin}}, resident);
  metrics.set("plugin_stuck_generations", {{"plugin", config.plugin}, {"instance", config.id}}, instance.stuck);
  for (const auto* outcome : {"ok", "refused", "rolled_back"}) {
    metrics.add("plugin_reloads_total", {{"plugin", config.plugin}, {"outcome", outcome}}, 0);
  }
}

void count_reload(const std::string& plugin, std::string_view outcome, Metrics& metrics) {
  auto label = std::string(outcome == "rolled back" ? "rolled_back" : outcome);
  metrics.add("plugin_reloads_total", {{"plugin", plugin}, {"outcome", std::move(label)}});
}

}  // namespace agente::plugins
