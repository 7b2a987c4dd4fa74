#include "base/clock.hpp"

#include <algorithm>

namespace agente {

Time SystemClock::now() const {
  return std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now()) + offset_;
}

bool SystemClock::wait_until(std::unique_lock<std::mutex>& lock, std::condition_variable_any& cv, std::stop_token stop,
                             Time moment, bool (*wake)(void*), void* context) const {
  const auto left = std::max(Millis{0}, moment - now());
  // An hour at most: a clock that jumps must not leave anyone asleep for ever.
  cv.wait_for(lock, stop, std::min(left, Millis{3'600'000}), [&] { return wake(context); });
  return !stop.stop_requested();
}

Time ManualClock::now() const {
  const std::lock_guard lock(mutex_);
  return now_;
}

void ManualClock::advance(Millis by) {
  const std::lock_guard lock(mutex_);
  now_ += by;
}

void ManualClock::set(Time moment) {
  const std::lock_guard lock(mutex_);
  now_ = moment;
}

bool ManualClock::wait_until(std::unique_lock<std::mutex>& lock, std::condition_variable_any& cv, std::stop_token stop,
                             Time moment, bool (*wake)(void*), void* context) const {
  // The waiter looks again every millisecond of real time: no registry of sleepers is needed for a test clock.
  while (!stop.stop_requested() && now() < moment && !wake(context)) {
    cv.wait_for(lock, stop, Millis{1}, [&] { return wake(context); });
  }
  return !stop.stop_requested();
}

}  // namespace agente
