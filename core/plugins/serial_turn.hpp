#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>

#include "base/clock.hpp"

namespace agente::plugins {

/// The turn for [serial] calls of one instance, shared by its generations: a poll of the new one begins when the poll
/// of the old one has ended, never beside it. Thread-safe.
class SerialTurn {
 public:
  using Ticket = std::uint64_t;  ///< 0: none

  /// Waits until nobody has the turn. 0 when `until` passes first, or once `given_up` says so (see `wake`).
  [[nodiscard]] Ticket take(Steady until, const std::function<bool()>& given_up) {
    std::unique_lock lock(mutex_);
    const bool waited = changed_.wait_until(lock, until, [&] { return holder_ == 0 || given_up(); });
    if (!waited || given_up()) return 0;
    holder_ = ++last_;
    return holder_;
  }

  /// A ticket that was taken away gives nothing back.
  void give_back(Ticket ticket) {
    const std::lock_guard lock(mutex_);
    if (holder_ == ticket) holder_ = 0;
    changed_.notify_all();
  }

  /// Asks those who wait whether they have given up.
  void wake() {
    const std::lock_guard lock(mutex_);
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  Ticket holder_ = 0;
  Ticket last_ = 0;
};

}  // namespace agente::plugins
