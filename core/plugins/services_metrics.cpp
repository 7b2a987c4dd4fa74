#include <algorithm>
#include <cctype>
#include <cmath>

#include <fmt/format.h>

#include "plugins/c_abi.hpp"
#include "plugins/tenant.hpp"
#include "telemetry/metrics.hpp"

// agente.metrics/1

namespace agente::plugins {
namespace {

constexpr std::size_t kMostSeries = 1000;
constexpr std::size_t kMostLabels = 16;

bool is_name(std::string_view name, bool colon) {
  const auto fits = [&](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || (colon && c == ':');
  };
  return !name.empty() && std::isdigit(static_cast<unsigned char>(name.front())) == 0 &&
         std::ranges::all_of(name, fits);
}

Result<Metrics::Labels> read_labels(const agente_field* labels, std::size_t count) {
  if (count > kMostLabels || (labels == nullptr && count > 0))
    return Error{Code::kInvalid, "at most 16 labels are taken"};
  Metrics::Labels out;
  for (std::size_t i = 0; i < count; ++i) {
    const auto key = abi::text(labels[i].key);
    auto value = abi::text(labels[i].value);
    if (!key || !value || !is_name(*key, false) || key->starts_with("__") || *key == "instance" || *key == "le") {
      return Error{Code::kInvalid, fmt::format("label {} is malformed or taken", key.value_or("?"))};
    }
    out[*key] = std::move(*value);
  }
  return out;
}

/// The series is one of the first 1,000 of the instance.
bool has_place(Tenant& tenant, const std::string& name, const Metrics::Labels& labels) {
  std::string series = name;
  for (const auto& [key, value] : labels) series += '\0' + key + '\0' + value;
  const std::lock_guard lock(tenant.series_mutex);
  const auto hash = std::hash<std::string>{}(series);
  if (tenant.series.contains(hash)) return true;
  return tenant.series.size() < kMostSeries && tenant.series.insert(hash).second;
}

struct Sample {
  agente_str name;
  const agente_field* labels;
  std::size_t label_count;
  double value;
};

using Record = void (*)(Metrics&, const std::string&, const Metrics::Labels&, double);

agente_status record(const agente_host* host, const Sample& sample, Record into) noexcept {
  return serve(host, nullptr, [&](Tenant& tenant) -> Result<void> {
    const auto name = abi::text(sample.name);
    if (!name || !is_name(*name, true)) return Error{Code::kInvalid, "malformed metric name"};
    if (!std::isfinite(sample.value)) return Error{Code::kInvalid, "the value is not a finite number"};
    auto labels = read_labels(sample.labels, sample.label_count);
    if (!labels) return labels.error();
    auto& metrics = tenant.house->services.metrics;
    if (!has_place(tenant, *name, *labels)) {
      metrics.add("plugin_metrics_dropped_total", {{"instance", tenant.config.id}});
      return {};
    }
    labels->emplace("instance", tenant.config.id);
    into(metrics, *name, *labels, sample.value);
    return {};
  });
}

agente_status counter_add(const agente_host* host, agente_str name, const agente_field* labels, std::size_t count,
                          double by) noexcept {
  if (by < 0) return AGENTE_E_INVALID;
  return record(host, {name, labels, count, by},
                [](Metrics& m, const std::string& n, const Metrics::Labels& l, double v) { m.add(n, l, v); });
}

agente_status gauge_set(const agente_host* host, agente_str name, const agente_field* labels, std::size_t count,
                        double value) noexcept {
  return record(host, {name, labels, count, value},
                [](Metrics& m, const std::string& n, const Metrics::Labels& l, double v) { m.set(n, l, v); });
}

agente_status histogram_observe(const agente_host* host, agente_str name, const agente_field* labels, std::size_t count,
                                double value) noexcept {
  return record(host, {name, labels, count, value},
                [](Metrics& m, const std::string& n, const Metrics::Labels& l, double v) { m.observe(n, l, v); });
}

}  // namespace

const agente_metrics_v1 kMetricsService{&counter_add, &gauge_set, &histogram_observe};

}  // namespace agente::plugins
