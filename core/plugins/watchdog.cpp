#include "plugins/watchdog.hpp"

#include <algorithm>

#include <sys/socket.h>

namespace agente::plugins {

Watchdog::Watchdog() : thread_([this](const std::stop_token& stop) { run(stop); }) {}

std::uint64_t Watchdog::add(int socket, Steady deadline) {
  const std::lock_guard lock(mutex_);
  watched_.emplace(next_, std::pair(deadline, socket));
  changed_.notify_one();
  return next_++;
}

void Watchdog::remove(std::uint64_t id) {
  const std::lock_guard lock(mutex_);  // once it is held, the socket is not being shut
  watched_.erase(id);
}

void Watchdog::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    auto next = std::chrono::steady_clock::now() + std::chrono::hours(1);
    for (const auto& [id, entry] : watched_) next = std::min(next, entry.first);
    const auto known = next_;
    changed_.wait_until(lock, stop, next, [&] { return next_ != known; });
    const auto now = std::chrono::steady_clock::now();
    std::erase_if(watched_, [&](const auto& entry) {
      const bool late = entry.second.first <= now;
      if (late) ::shutdown(entry.second.second, SHUT_RDWR);
      return late;
    });
  }
}

}  // namespace agente::plugins
