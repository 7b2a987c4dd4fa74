#pragma once

#include <condition_variable>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <thread>

#include "plugins/generation.hpp"

namespace agente::plugins {

/// Ends generations that were replaced, behind the scenes: waits for their calls, destroys them, lets their code go.
/// One that is busy beyond its limit, or hangs while it is destroyed, is stuck and stays. The destructor waits for
/// nobody. Thread-safe.
class Retirement {
 public:
  explicit Retirement(std::function<void(Generation&, bool gone)> ended);
  Retirement(const Retirement&) = delete;
  Retirement& operator=(const Retirement&) = delete;

  /// Calls under way may end within `drain`, and in any case by their deadline.
  void add(std::shared_ptr<Generation> leaving, Millis drain);
  /// Waits until nobody is left, at most until `until`.
  void wait(Steady until);
  /// Gives up those who are left: they are stuck. Nobody is ended any more.
  void stop() { thread_ = {}; }

 private:
  struct Leaving {
    std::shared_ptr<Generation> generation;
    Steady until;
  };
  void run(const std::stop_token& stop);

  const std::function<void(Generation&, bool gone)> ended_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::list<Leaving> leaving_;
  std::jthread thread_;  // last: ends before what it uses
};

}  // namespace agente::plugins
