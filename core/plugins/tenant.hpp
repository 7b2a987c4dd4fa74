#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <agente/host.h>

#include "config/config.hpp"
#include "plugins/calls.hpp"
#include "plugins/house.hpp"

namespace agente::plugins {

/// At most 100 lines a second; says how many were left out.
class LogLimit {
 public:
  struct Turn {
    bool write = false;
    unsigned left_out = 0;  ///< since the last line that was written
  };
  [[nodiscard]] Turn take(Steady now);

 private:
  std::mutex mutex_;
  Steady second_{};
  unsigned lines_ = 0;
  unsigned left_out_ = 0;
};

/// One generation of an instance as the host's services see it: who it is, what it may, which calls it is answering.
/// Thread-safe after construction.
struct Tenant {
  Tenant(config::InstanceConfig with, std::shared_ptr<House> in);
  ~Tenant();

  const config::InstanceConfig config;
  const std::vector<agente_str> accounts;          ///< of the config, as a plugin is told
  const std::shared_ptr<House> house;              // shared_ptr: a stuck generation keeps its house
  const std::optional<config::HotelConfig> hotel;  ///< its only hotel, if there is just one; as it was at creation

  std::atomic<bool> live{false};
  Calls calls;
  LogLimit log_limit;
  std::uint64_t lane = 0;  ///< of the scheduler
  /// A poll or a timer is about to run; none: another host has the duty.
  [[nodiscard]] std::optional<Duty::Shift> begin_shift() const;
  /// Runs a timer's function as a serial call of the generation. False: another host has the duty, ask again soon. Set
  /// before the plugin is created.
  std::function<bool(agente_status (*fn)(void*, const agente_call*, agente_error*), void* ctx)> run_timer;

  std::mutex series_mutex;
  std::set<std::size_t> series;  ///< hashes of the metric series seen
};

/// The `agente_host` of a tenant. It is never freed: a plugin may call it after the tenant has left, and is answered
/// AGENTE_E_CANCELLED.
class Door {
 public:
  /// A new door, open until `close`.
  static Door& open(std::shared_ptr<Tenant> tenant);
  void close();

  [[nodiscard]] const agente_host* host() const { return &host_; }
  /// Who stands behind the host a plugin passed; null when it has left.
  [[nodiscard]] static std::shared_ptr<Tenant> tenant(const agente_host* host);

 private:
  Door();

  agente_host host_;  // first: a plugin's agente_host* is a Door*
  std::mutex mutex_;
  std::shared_ptr<Tenant> tenant_;
};

// The tables, one per services_*.cpp.
extern const agente_log_v1 kLogService;
extern const agente_config_v1 kConfigService;
extern const agente_secrets_v1 kSecretsService;
extern const agente_clock_v1 kClockService;
extern const agente_metrics_v1 kMetricsService;
extern const agente_http_v1 kHttpService;
extern const agente_kv_v1 kKvService;
extern const agente_timer_v1 kTimerService;
extern const agente_limits_v1 kLimitsService;
extern const agente_inbox_v1 kInboxService;

/// What every service function does first and last: finds the tenant, lets no exception out, fills `err`.
/// `work(Tenant&) -> Result<void>`.
agente_status serve(const agente_host* host, agente_error* err,
                    const std::function<Result<void>(Tenant&)>& work) noexcept;

}  // namespace agente::plugins
