#include "pms/breaker.hpp"

#include <algorithm>

namespace agente::pms {
namespace {
constexpr Millis kNextProbe{1000};  // after one that never reached the PMS
}

Breaker::Breaker(const Clock& clock, Millis pause, int threshold)
    : clock_(clock), threshold_(threshold), pause_(pause) {}

std::optional<Breaker::Pass> Breaker::allow() {
  const std::lock_guard lock(mutex_);
  if (status_.state == BreakerState::kClosed) return Pass(round_, false);
  if (status_.state == BreakerState::kHalfOpen || clock_.steady() < probe_at_) return std::nullopt;
  status_.state = BreakerState::kHalfOpen;
  return Pass(++round_, true);
}

std::optional<Breaker::Pass> Breaker::allow_if_closed() {
  const std::lock_guard lock(mutex_);
  if (status_.state != BreakerState::kClosed) return std::nullopt;
  return Pass(round_, false);
}

std::optional<BreakerState> Breaker::report(Pass pass, Sign sign) {
  const std::lock_guard lock(mutex_);
  if (pass.round_ != round_) return std::nullopt;
  const bool probe = status_.state == BreakerState::kHalfOpen;
  if (sign == Sign::kAnswers) {
    status_ = {};
    if (!probe) return std::nullopt;
    ++round_;
    return BreakerState::kClosed;
  }
  if (sign == Sign::kFails) ++status_.failures;
  if (!probe && (sign == Sign::kNone || status_.failures < threshold_)) return std::nullopt;
  open_for(sign == Sign::kNone ? std::min(pause_, kNextProbe) : pause_);
  return BreakerState::kOpen;
}

void Breaker::open_for(Millis pause) {
  ++round_;
  status_.state = BreakerState::kOpen;
  if (!status_.opened_at) status_.opened_at = clock_.now();
  status_.next_probe_at = clock_.now() + pause;
  probe_at_ = clock_.steady() + pause;
}

Millis Breaker::until_probe() const {
  const std::lock_guard lock(mutex_);
  if (status_.state == BreakerState::kClosed) return Millis{0};
  return std::max(Millis{0}, std::chrono::ceil<Millis>(probe_at_ - clock_.steady()));
}

BreakerStatus Breaker::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

}  // namespace agente::pms
