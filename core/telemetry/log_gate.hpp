#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>

#include "base/clock.hpp"

namespace agente::log {

/// Lets one line a second through and counts what it leaves out: what a stranger may cause as often as he likes must
/// not fill the disk. Thread-safe.
class Gate {
 public:
  /// The clock must outlive it.
  explicit Gate(const Clock& clock) : clock_(clock) {}

  /// How many lines were left out since the last one; nothing: leave this one out, too.
  [[nodiscard]] std::optional<std::uint64_t> pass() {
    const auto now = clock_.steady();
    const std::lock_guard lock(mutex_);
    if (last_ && now < *last_ + std::chrono::seconds{1}) {
      ++left_out_;
      return std::nullopt;
    }
    last_ = now;
    return std::exchange(left_out_, 0);
  }

 private:
  const Clock& clock_;
  std::mutex mutex_;
  std::optional<Steady> last_;
  std::uint64_t left_out_ = 0;
};

}  // namespace agente::log
