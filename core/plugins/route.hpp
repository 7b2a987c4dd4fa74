#pragma once

#include <string>

#include "plugins/generation.hpp"
#include "plugins/live.hpp"

namespace agente::plugins {

/// Leads every call of one instance to the generation that is live. A reload swaps it; callers never notice.
/// Lives as long as its instance is configured. Thread-safe.
class Route {
 public:
  Route(std::string instance, std::string plugin) : instance_(std::move(instance)), plugin_(std::move(plugin)) {}

  [[nodiscard]] const std::string& instance() const { return instance_; }
  [[nodiscard]] const std::string& plugin() const { return plugin_; }

  /// As Generation::call; kRetry when nothing is live.
  Result<void> call(const CallSpec& spec, const Generation::Body& body) {
    const auto generation = live_.pin();
    if (!generation) return Error{Code::kRetry, instance_ + " is not live"};
    return generation->call(spec, body);
  }

  Live<Generation>& live() { return live_; }
  [[nodiscard]] const Live<Generation>& live() const { return live_; }

 private:
  const std::string instance_;
  const std::string plugin_;
  Live<Generation> live_;
};

}  // namespace agente::plugins
