#include "telemetry/metrics.hpp"

#include <mutex>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "telemetry/metrics_catalogue.hpp"

namespace agente {
namespace {

// From a tenth of a millisecond (a stored webhook) to ten seconds (a slow PMS).
const prometheus::Histogram::BucketBoundaries kBuckets{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                       0.1,    0.25,    0.5,    1,     2.5,    5,     10,   30,    60};

template <class T>
using FamilyMap = std::map<std::string, prometheus::Family<T>*, std::less<>>;

}  // namespace

struct Metrics::Families {
  std::mutex mutex;
  FamilyMap<prometheus::Counter> counters;
  FamilyMap<prometheus::Gauge> gauges;
  FamilyMap<prometheus::Histogram> histograms;
  std::vector<std::function<void()>> refreshers;

  // A name that is not in the catalogue is a plugin's own: it gets its family at first use.
  template <class T, class Build>
  prometheus::Family<T>& family(FamilyMap<T>& map, std::string_view name, Build build) {
    const std::lock_guard lock(mutex);
    const auto found = map.find(name);
    if (found != map.end()) return *found->second;
    return *map.emplace(std::string(name), &build(std::string(name), "Made by a plugin")).first->second;
  }
};

Metrics::Metrics() : registry_(std::make_shared<prometheus::Registry>()), families_(std::make_unique<Families>()) {
  for (const auto& entry : metrics_catalogue()) {
    const std::string name(entry.name);
    const std::string help(entry.help);
    if (entry.type == MetricType::kCounter) {
      families_->counters[name] = &prometheus::BuildCounter().Name(name).Help(help).Register(*registry_);
    } else if (entry.type == MetricType::kGauge) {
      families_->gauges[name] = &prometheus::BuildGauge().Name(name).Help(help).Register(*registry_);
    } else {
      families_->histograms[name] = &prometheus::BuildHistogram().Name(name).Help(help).Register(*registry_);
    }
  }
}

Metrics::~Metrics() = default;

void Metrics::add(std::string_view name, const Labels& labels, double by) {
  auto& family = families_->family<prometheus::Counter>(
      families_->counters, name, [&](const std::string& n, const std::string& h) -> auto& {
        return prometheus::BuildCounter().Name(n).Help(h).Register(*registry_);
      });
  family.Add(labels).Increment(by);
}

void Metrics::set(std::string_view name, const Labels& labels, double value) {
  auto& family = families_->family<prometheus::Gauge>(
      families_->gauges, name, [&](const std::string& n, const std::string& h) -> auto& {
        return prometheus::BuildGauge().Name(n).Help(h).Register(*registry_);
      });
  family.Add(labels).Set(value);
}

void Metrics::observe(std::string_view name, const Labels& labels, double seconds) {
  auto& family = families_->family<prometheus::Histogram>(
      families_->histograms, name, [&](const std::string& n, const std::string& h) -> auto& {
        return prometheus::BuildHistogram().Name(n).Help(h).Register(*registry_);
      });
  family.Add(labels, kBuckets).Observe(seconds);
}

void Metrics::before_collect(std::function<void()> refresh) {
  const std::lock_guard lock(families_->mutex);
  families_->refreshers.push_back(std::move(refresh));
}

std::string Metrics::text() {
  std::vector<std::function<void()>> refreshers;
  {
    const std::lock_guard lock(families_->mutex);
    refreshers = families_->refreshers;
  }
  for (const auto& refresh : refreshers) refresh();
  return prometheus::TextSerializer{}.Serialize(registry_->Collect());
}

}  // namespace agente
