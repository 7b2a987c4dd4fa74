#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace agente::messaging {

/// What may happen many times a second, and is told once a minute for each reason. Thread-safe.
class OnceAMinute {
 public:
  explicit OnceAMinute(const Clock& clock) : clock_(clock) {}

  [[nodiscard]] bool is_due(std::string_view reason) {
    constexpr std::size_t kMost = 100;  // reasons; a text that is never the same twice must not fill memory
    const auto now = clock_.steady();
    const std::lock_guard lock(mutex_);
    const auto told = told_.find(reason);
    if (told != told_.end() && now < told->second + std::chrono::minutes{1}) return false;
    if (told_.size() >= kMost) told_.clear();
    told_.insert_or_assign(std::string(reason), now);
    return true;
  }

 private:
  const Clock& clock_;
  std::mutex mutex_;
  std::map<std::string, Steady, std::less<>> told_;
};

}  // namespace agente::messaging
