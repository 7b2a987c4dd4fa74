#include "plugins/isolation/timers.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace agente::plugins::isolation {
namespace {
constexpr Millis kShortestPeriod{10};  // as agente.timer/1 in the host
}

Result<void> Timers::start(std::uint64_t number, Millis delay, Millis period) {
  const std::lock_guard lock(mutex_);
  if (over_) return Error{Code::kCancelled, "the instance is over; no timer was started"};
  if (running_.contains(number)) return Error{Code::kConflict, fmt::format("timer {} runs already", number)};
  const auto added = tenant_->house->scheduler->add(
      tenant_->lane, delay, [weak = weak_from_this(), number, period]() -> std::optional<Millis> {
        const auto self = weak.lock();
        return self ? self->run(number, period) : std::nullopt;
      });
  if (!added) return added.error();
  running_.emplace(number, *added);
  return {};
}

std::optional<Millis> Timers::run(std::uint64_t number, Millis period) {
  {
    const std::lock_guard lock(mutex_);
    if (over_ || !running_.contains(number)) return std::nullopt;
  }
  struct Shot {
    const Fire& fire;
    std::uint64_t number;
  } shot{fire_, number};
  const bool ran = tenant_->run_timer(
      [](void* ctx, const agente_call* call, agente_error* err) {
        const auto& [fire, which] = *static_cast<const Shot*>(ctx);
        return fire(which, call, err);
      },
      &shot);
  if (!ran) return Duty::kLook;
  if (period == Millis{0}) {
    const std::lock_guard lock(mutex_);
    running_.erase(number);
    return std::nullopt;
  }
  return std::max(period, kShortestPeriod);
}

bool Timers::stop(std::uint64_t number) {
  const std::lock_guard lock(mutex_);
  const auto found = running_.find(number);
  if (found == running_.end()) return false;
  tenant_->house->scheduler->remove(tenant_->lane, found->second);
  running_.erase(found);
  return true;
}

void Timers::stop_all() {
  const std::lock_guard lock(mutex_);
  over_ = true;
  for (const auto& [number, task] : running_) tenant_->house->scheduler->remove(tenant_->lane, task);
  running_.clear();
}

}  // namespace agente::plugins::isolation
