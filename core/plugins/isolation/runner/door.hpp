#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <vector>

#include <agente/host.h>

#include "plugins/isolation/runner/office.hpp"

namespace agente::plugins::isolation {

/// The `agente_host` that a plugin sees in a runner: every service goes to the host's process. Lives as long as the
/// process does. Thread-safe.
class Door {
 public:
  explicit Door(Office& office);
  Door(const Door&) = delete;
  Door& operator=(const Door&) = delete;

  [[nodiscard]] const agente_host* host() const { return &face_.host; }
  [[nodiscard]] static Door& of(const agente_host* host);

  Office& office;                    // NOLINT: the services are this class' members in all but name
  agente_instance instance;          // texts in the order to create, which is kept
  std::vector<agente_str> accounts;  // of the instance, likewise

  /// Timers whose time the host keeps.
  struct Timer {
    agente_status (*fn)(void* ctx, const agente_call* call, agente_error* err);
    void* ctx;
    bool once;
  };
  std::uint64_t add_timer(const Timer& timer);
  bool remove_timer(std::uint64_t number);
  /// Runs it. AGENTE_OK if it was stopped meanwhile.
  agente_status fire(std::uint64_t number, const agente_call* call, agente_error* err);

 private:
  struct Face {
    agente_host host;  // first: a plugin's agente_host* is a Face*
    Door* door;
  };

  Face face_;
  std::mutex mutex_;
  std::uint64_t next_timer_ = 1;
  std::map<std::uint64_t, Timer> timers_;
};

// The tables, in services_*.cpp.
extern const agente_log_v1 kLog;
extern const agente_config_v1 kConfig;
extern const agente_secrets_v1 kSecrets;
extern const agente_clock_v1 kClock;
extern const agente_metrics_v1 kMetrics;
extern const agente_http_v1 kHttp;
extern const agente_kv_v1 kKv;
extern const agente_timer_v1 kTimer;
extern const agente_limits_v1 kLimits;
extern const agente_inbox_v1 kInbox;

/// Asks for a service, puts its error into `err` and gives its status; `take` sees each field of the reply.
agente_status ask(const agente_host* host, Service service, agente_error* err,
                  const std::function<void(FrameWriter&)>& fill,
                  const std::function<agente_status(const Field&)>& take = {});

}  // namespace agente::plugins::isolation
