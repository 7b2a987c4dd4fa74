#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace agente::plugins {

/// Runs timers and polls of all instances: one thread waits, a few threads run.
///
/// Each instance has a lane; tasks of one lane never run at the same time, so that a slow instance holds up itself and
/// one thread at most. A lane starts held: its tasks' delays begin when it is released. Thread-safe.
class Scheduler {
 public:
  using Lane = std::uint64_t;
  using TaskId = std::uint64_t;
  /// Returns when to run again, counted from its end; nothing: never.
  using Task = std::function<std::optional<Millis>()>;

  /// `clock` outlives the process' last task.
  Scheduler(const Clock& clock, int threads);
  ~Scheduler();
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  [[nodiscard]] Lane open_lane();
  void release(Lane lane);
  /// No task of the lane begins after this; one may still be running.
  void close(Lane lane);

  /// A task of the lane hangs: the others get another thread in place of the one it has. That one ends when the task
  /// does, and `stop` does not wait for it. Nothing happens when none is running.
  void give_up(Lane lane);

  /// kCancelled when the lane is closed; kRate beyond 1,000 tasks in it.
  Result<TaskId> add(Lane lane, Millis delay, Task task);
  /// False when the lane has no such task.
  bool remove(Lane lane, TaskId task);

  /// Begins no further task and waits for those running, at most `limit` of real time; threads still busy then are left
  /// behind. Idempotent.
  void stop(Millis limit);

 private:
  struct State;
  std::shared_ptr<State> state_;  // shared_ptr: threads left behind by stop keep it
};

}  // namespace agente::plugins
