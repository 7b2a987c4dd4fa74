#pragma once

#include <span>
#include <string_view>

namespace agente {

enum class MetricType { kCounter, kGauge, kHistogram };

struct MetricEntry {
  std::string_view name;
  MetricType type;
  std::string_view help;
};

/// Every metric of the host's own: the names others query (CONTRACTS §5) and nothing undocumented beside them.
[[nodiscard]] std::span<const MetricEntry> metrics_catalogue();

}  // namespace agente
