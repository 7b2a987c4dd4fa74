#include "pms/breaker.hpp"

#include <algorithm>

namespace agente::pms {

Breaker::Breaker(const Clock& clock, int threshold, Millis pause)
    : clock_(clock), threshold_(threshold), pause_(pause) {}

bool Breaker::allow() {
  const std::lock_guard lock(mutex_);
  if (status_.state == BreakerState::kClosed) return true;
  if (probing_ || clock_.steady() < probe_at_) return false;
  status_.state = BreakerState::kHalfOpen;
  probing_ = true;
  return true;
}

void Breaker::succeeded() {
  const std::lock_guard lock(mutex_);
  status_ = {};
  probing_ = false;
}

void Breaker::failed() {
  const std::lock_guard lock(mutex_);
  ++status_.failures;
  const bool opens = status_.state == BreakerState::kHalfOpen || status_.failures >= threshold_;
  probing_ = false;
  if (!opens) return;
  status_.state = BreakerState::kOpen;
  status_.opened_at = clock_.now();
  status_.next_probe_at = clock_.now() + pause_;
  probe_at_ = clock_.steady() + pause_;
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
