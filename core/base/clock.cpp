#include "base/clock.hpp"

#include <algorithm>

namespace agente {

Time SystemClock::now() const {
  return std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now()) + offset_;
}

Steady SystemClock::steady() const { return std::chrono::steady_clock::now(); }

bool SystemClock::wait_until(std::unique_lock<std::mutex>& lock, std::condition_variable_any& cv, std::stop_token stop,
                             Steady moment, bool (*wake)(void*), void* context) const {
  // An hour at most, since `moment` may be the end of time.
  cv.wait_until(lock, stop, std::min(moment, steady() + std::chrono::hours{1}), [&] { return wake(context); });
  return !stop.stop_requested();
}

Time ManualClock::now() const {
  const std::lock_guard lock(mutex_);
  return now_;
}

void ManualClock::advance(Millis by) {
  const std::lock_guard lock(mutex_);
  now_ += by;
  steady_ += by;
}

void ManualClock::set(Time moment) {
  const std::lock_guard lock(mutex_);
  now_ = moment;
}

Steady ManualClock::steady() const {
  const std::lock_guard lock(mutex_);
  return steady_;
}

bool ManualClock::wait_until(std::unique_lock<std::mutex>& lock, std::condition_variable_any& cv, std::stop_token stop,
                             Steady moment, bool (*wake)(void*), void* context) const {
  // The waiter looks again every millisecond of real time: no registry of sleepers is needed for a test clock.
  while (!stop.stop_requested() && steady() < moment && !wake(context)) {
    cv.wait_for(lock, stop, Millis{1}, [&] { return wake(context); });
  }
  return !stop.stop_requested();
}

}  // namespace agente
