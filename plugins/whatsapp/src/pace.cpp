#include "pace.hpp"

#include <algorithm>

namespace agente::whatsapp {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr int kMostHalvings = 5;
constexpr milliseconds kLongestWait = minutes{1};

milliseconds rounded_up(std::chrono::microseconds wait) {
  return std::chrono::ceil<milliseconds>(std::max(wait, std::chrono::microseconds{0}));
}

}  // namespace

milliseconds Pace::queue(std::string_view number, std::string_view who, time_point now) {
  if (limit_.at_once <= 0) return milliseconds{0};
  const std::lock_guard lock(mutex_);
  auto& use = use_of(number, now);
  auto place = use.places.find(who);
  if (place == use.places.end()) {
    const auto wait = wait_until(use.made_up, now);
    take_place(use, now);
    if (wait.count() == 0) return wait;
    place = use.places.emplace(who, now + wait).first;
  }
  const auto wait = rounded_up(place->second - now);
  if (wait.count() == 0) use.places.erase(place);
  return std::min(wait, kLongestWait);
}

bool Pace::has_place(std::string_view number, std::string_view who) {
  const std::lock_guard lock(mutex_);
  const auto use = uses_.find(number);
  return use != uses_.end() && use->second.places.contains(who);
}

void Pace::slow_down(std::string_view number, time_point now) {
  if (limit_.at_once <= 0) return;
  const std::lock_guard lock(mutex_);
  auto& use = use_of(number, now);
  if (now - use.slowed < seconds{1}) return;
  use.halvings = std::min(halvings_at(use, now) + 1, kMostHalvings);
  use.slowed = now;
  use_up(use, now);
}

void Pace::pause(std::string_view number, time_point now, milliseconds wait) {
  const std::lock_guard lock(mutex_);
  const auto found = pauses_.find(number);
  const bool longer = found != pauses_.end() && now >= found->second.since && found->second.until > now + wait;
  if (!longer) pauses_.insert_or_assign(std::string{number}, Pause{.since = now, .until = now + wait});
}

milliseconds Pace::pause_of(std::string_view number, time_point now) {
  const std::lock_guard lock(mutex_);
  const auto found = pauses_.find(number);
  if (found == pauses_.end()) return milliseconds{0};
  if (now >= found->second.since && now < found->second.until) return found->second.until - now;
  pauses_.erase(found);
  return milliseconds{0};
}

void Pace::use_up(Use& use, Moment now) const {
  use.made_up = now + limit_.at_once * limit_.interval;
  use.places.clear();
}

void Pace::take_place(Use& use, Moment now) const {
  use.made_up = std::max(use.made_up, now) + limit_.interval * (1 << halvings_at(use, now));
}

int Pace::halvings_at(const Use& use, Moment now) {
  const auto passed = std::chrono::floor<minutes>(now - use.slowed).count();
  return use.halvings - static_cast<int>(std::clamp<std::int64_t>(passed, 0, use.halvings));
}

milliseconds Pace::wait_until(Moment made_up, Moment now) const {
  return rounded_up(made_up - now - (limit_.at_once - 1) * limit_.interval);
}

/// Places of whoever did not come are forgotten.
Pace::Use& Pace::use_of(std::string_view number, Moment now) {
  auto found = uses_.find(number);
  if (found == uses_.end()) found = uses_.emplace(number, Use{.made_up = now, .asked = now, .swept = now}).first;
  auto& use = found->second;
  if (now + seconds{1} < use.asked) {  // set back
    use_up(use, now);
    use.swept = now;
    use.slowed = {};
  }
  use.asked = now;
  if (now - use.swept > minutes{1}) {
    std::erase_if(use.places, [now](const auto& place) { return place.second + minutes{2} < now; });
    use.swept = now;
  }
  return use;
}

}  // namespace agente::whatsapp
