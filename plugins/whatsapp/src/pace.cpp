#include "pace.hpp"

#include <algorithm>

namespace agente::whatsapp {

using std::chrono::milliseconds;

milliseconds Pace::take(std::string_view name, time_point now) {
  if (limit_.at_once <= 0) return milliseconds{0};
  const std::lock_guard lock(mutex_);
  auto& made_up = this->made_up(name, now);
  const auto wait = wait_until(made_up, now);
  if (wait.count() == 0) made_up = std::max<Moment>(made_up, now) + limit_.interval;
  return wait;
}

milliseconds Pace::wait_of(std::string_view name, time_point now) {
  if (limit_.at_once <= 0) return milliseconds{0};
  const std::lock_guard lock(mutex_);
  return wait_until(made_up(name, now), now);
}

void Pace::use_up(std::string_view name, time_point now) {
  if (limit_.at_once <= 0) return;
  const std::lock_guard lock(mutex_);
  auto& made_up = this->made_up(name, now);
  made_up = now + limit_.at_once * limit_.interval;
}

milliseconds Pace::wait_until(Moment made_up, Moment now) const {
  const auto wait = made_up - now - (limit_.at_once - 1) * limit_.interval;
  return std::chrono::ceil<milliseconds>(std::max(wait, Moment::duration{0}));
}

/// Names that have made up for everything are forgotten when there are many.
Pace::Moment& Pace::made_up(std::string_view name, Moment now) {
  constexpr std::size_t kMany = 10'000;
  const auto found = made_up_.find(name);
  if (found != made_up_.end()) return found->second = std::min(found->second, now + limit_.at_once * limit_.interval);
  if (made_up_.size() >= kMany) std::erase_if(made_up_, [now](const auto& entry) { return entry.second <= now; });
  return made_up_.emplace(name, now).first->second;
}

}  // namespace agente::whatsapp
