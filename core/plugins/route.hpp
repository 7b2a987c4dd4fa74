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
  /// The plugin that serves it now, or served it last.
  [[nodiscard]] std::string plugin() const {
    const auto generation = live_.pin();
    return generation ? generation->identity().id : plugin_;
  }

  /// As Generation::call; kRetry when nothing is live. Who was about to enter a generation that has just been replaced
  /// enters the next one.
  Result<void> call(const CallSpec& spec, const Generation::Body& body) {
    for (auto generation = live_.pin(); generation;) {
      if (auto done = generation->try_call(spec, body)) return std::move(*done);
      auto next = live_.pin();
      if (next == generation) return generation->call(spec, body);  // says why not
      generation = std::move(next);
    }
    if (spec.staged != nullptr) *spec.staged = Staged{};
    return Error{Code::kRetry, instance_ + " is not live"};
  }

  Live<Generation>& live() { return live_; }
  [[nodiscard]] const Live<Generation>& live() const { return live_; }

 private:
  const std::string instance_;
  const std::string plugin_;
  Live<Generation> live_;
};

}  // namespace agente::plugins
