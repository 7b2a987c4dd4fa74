#include "plugins/retirement.hpp"

#include <algorithm>

namespace agente::plugins {
namespace {
constexpr Millis kLook{50};  // how often it asks whether the host is ending
constexpr Millis kAtTheEnd{200};
constexpr Millis kAfterDeadline{1000};  // for one in a process of its own to be killed
}  // namespace

Retirement::Retirement(std::function<void(Generation&, bool gone)> ended)
    : ended_(std::move(ended)), thread_([this](const std::stop_token& stop) { run(stop); }) {}

void Retirement::add(std::shared_ptr<Generation> leaving, Millis drain) {
  const auto longest = std::max(drain, leaving->tenant().config.deadline + kAfterDeadline);
  const auto until = std::chrono::steady_clock::now() + longest;
  const std::lock_guard lock(mutex_);
  leaving_.push_back({std::move(leaving), until});
  changed_.notify_all();
}

void Retirement::wait(Steady until) {
  std::unique_lock lock(mutex_);
  changed_.wait_until(lock, until, [this] { return leaving_.empty(); });
}

void Retirement::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (changed_.wait(lock, stop, [this] { return !leaving_.empty(); }) || !leaving_.empty()) {
    auto [generation, until] = leaving_.front();
    lock.unlock();
    while (!generation->idle_by(std::min(until, std::chrono::steady_clock::now() + kLook)) &&
           std::chrono::steady_clock::now() < until && !stop.stop_requested()) {
    }
    const bool gone = stop.stop_requested() ? generation->retire(Steady{}, kAtTheEnd)
                                            : generation->retire(Steady{}, generation->usual_destroy_limit(), stop);
    ended_(*generation, gone);
    generation.reset();
    lock.lock();
    leaving_.pop_front();  // only now: `wait` must see that its code has been let go
    changed_.notify_all();
  }
}

}  // namespace agente::plugins
