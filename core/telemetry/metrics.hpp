#pragma once

#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace prometheus {
class Registry;
}

namespace agente {

/// The figures of /metrics (CONTRACTS §5). Names must be in the catalogue (metrics_catalogue.cpp), which holds type,
/// help and buckets, or be made by a plugin. Thread-safe.
class Metrics {
 public:
  using Labels = std::map<std::string, std::string>;

  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  /// Adds to a counter. Zero makes the series visible before its first event.
  void add(std::string_view name, const Labels& labels, double by = 1);
  void set(std::string_view name, const Labels& labels, double value);
  /// Adds an observation, in seconds, to a histogram.
  void observe(std::string_view name, const Labels& labels, double seconds);

  /// Runs before each collection: for gauges that are read off something.
  void before_collect(std::function<void()> refresh);
  /// Prometheus' text format.
  [[nodiscard]] std::string text();

 private:
  struct Families;
  std::shared_ptr<prometheus::Registry> registry_;  // shared_ptr: prometheus-cpp's serialiser asks for one
  std::unique_ptr<Families> families_;
};

}  // namespace agente
