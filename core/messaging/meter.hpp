#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "telemetry/metrics.hpp"

namespace agente::messaging {

/// Counts messages by what became of them, under the names that the manual's operator looks for.
class Meter {
 public:
  /// The plugin of a channel, for the series that are named after the plugin; empty: unknown.
  using PluginOf = std::function<std::string(std::string_view channel)>;

  Meter(Metrics& metrics, PluginOf plugin_of);

  void inbound(std::string_view channel, std::string_view status, double count = 1);
  void outbound(std::string_view channel, std::string_view status);
  void replied(double seconds_after_the_message);

 private:
  void count(std::string_view channel, std::string_view direction, std::string_view status, double by);

  Metrics& metrics_;
  PluginOf plugin_of_;
};

}  // namespace agente::messaging
