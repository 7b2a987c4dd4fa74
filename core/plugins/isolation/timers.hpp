#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

#include <agente/abi.h>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "plugins/scheduler.hpp"
#include "plugins/tenant.hpp"

namespace agente::plugins::isolation {

/// The timers of one runner: the host keeps the time, the function stays in the runner. Thread-safe; held by
/// shared_ptr, since a timer that is about to run looks whether it is still there.
class Timers : public std::enable_shared_from_this<Timers> {
 public:
  /// Runs the runner's timer of this number, as a call of the generation.
  using Fire = std::function<agente_status(std::uint64_t number, const agente_call* call, agente_error* err)>;

  Timers(std::shared_ptr<Tenant> tenant, Fire fire) : tenant_(std::move(tenant)), fire_(std::move(fire)) {}
  ~Timers() { stop_all(); }
  Timers(const Timers&) = delete;
  Timers& operator=(const Timers&) = delete;

  /// kConflict when the number is taken; else as Scheduler::add.
  Result<void> start(std::uint64_t number, Millis delay, Millis period);
  /// False when there is none.
  bool stop(std::uint64_t number);
  /// No timer begins after this, and none can be started.
  void stop_all();

 private:
  std::optional<Millis> run(std::uint64_t number, Millis period);

  const std::shared_ptr<Tenant> tenant_;
  const Fire fire_;
  std::mutex mutex_;
  std::map<std::uint64_t, Scheduler::TaskId> running_;
  bool over_ = false;
};

}  // namespace agente::plugins::isolation
