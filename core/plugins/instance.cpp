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

}  // namespace agente::plugins
