#pragma once

#include <chrono>
#include <thread>

namespace agente::cache::testing {

/// For tests: true as soon as `condition` holds, false after 20 s.
template <class Condition>
[[nodiscard]] bool eventually(const Condition& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{1});  // of another process: nothing to wait on
  }
  return true;
}

}  // namespace agente::cache::testing
