#pragma once

#include <memory>
#include <mutex>
#include <utility>

namespace agente::plugins {

/// Holds what is live now. Readers pin it and keep what they pinned, however often it is swapped meanwhile.
///
/// A mutex and not std::atomic<std::shared_ptr>: ThreadSanitizer reports a race inside g++ 12's. shared_ptr, because a
/// call under way must keep its generation beyond a swap. Thread-safe.
template <class T>
class Live {
 public:
  [[nodiscard]] std::shared_ptr<T> pin() const {
    const std::lock_guard lock(mutex_);
    return now_;
  }

  /// Puts `next` (may be empty) in place and returns what it replaced.
  std::shared_ptr<T> swap(std::shared_ptr<T> next) {
    const std::lock_guard lock(mutex_);
    std::swap(now_, next);
    return next;
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<T> now_;
};

}  // namespace agente::plugins
