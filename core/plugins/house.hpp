#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "config/config.hpp"
#include "plugins/channel.hpp"
#include "plugins/duty.hpp"
#include "plugins/kv_store.hpp"

namespace agente {
class Metrics;
}
namespace agente::cache {
class Cache;
}

namespace agente::plugins {

class HttpClient;
class Scheduler;

/// Takes what a channel's polls and timers staged. Declared here, implemented over messaging by app/. Thread-safe.
class Inbox {
 public:
  virtual ~Inbox() = default;
  /// Commits all of it in one transaction, or nothing. kRetry: the store is down; the plugin will bring it again.
  virtual Result<void> commit(const std::string& instance, const Staged& staged) = 0;
};

/// What the host lends to its plugins. All of it outlives the PluginHost.
struct Services {
  const Clock& clock;
  KvStore& kv;
  Inbox& inbox;
  Metrics& metrics;
  cache::Cache& cache;  ///< counts limits for all hosts
};

/// Services and what is behind them that belongs to the plugins alone.
struct House {
  Services services;
  config::Stage stage = config::Stage::kProduction;
  std::unique_ptr<HttpClient> http;
  std::unique_ptr<Scheduler> scheduler;
  Duty duty;

  House(Services lent, config::Stage at, std::vector<config::HotelConfig> known, Duty::Instances mine = {});
  ~House();

  /// The hotels as the YAML has them now. Thread-safe.
  [[nodiscard]] std::optional<config::HotelConfig> hotel(const std::string& id) const;
  void set_hotels(std::vector<config::HotelConfig> known);

 private:
  mutable std::mutex mutex_;
  std::vector<config::HotelConfig> hotels_;
};

}  // namespace agente::plugins
