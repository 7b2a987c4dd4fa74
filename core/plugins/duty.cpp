#include "plugins/duty.hpp"

namespace agente::plugins {

/// Noted before the question is asked: who takes the duty away first says so and then looks for shifts under way.
std::optional<Duty::Shift> Duty::begin(const std::string& instance, Steady until) {
  std::optional<Shift> shift;
  {
    const std::lock_guard lock(mutex_);
    shift.emplace(*this, shifts_.insert(shifts_.end(), {instance, until}));
  }
  if (mine_ && !mine_(instance)) shift.reset();
  return shift;
}

bool Duty::rests(const Instances& of) {
  const auto now = std::chrono::steady_clock::now();
  const std::lock_guard lock(mutex_);
  bool rests = true;
  for (auto& shift : shifts_) {
    if (!of(shift.instance)) continue;
    shift.given_up = shift.given_up || now > shift.until;
    rests = rests && shift.given_up;
  }
  return rests;
}

Duty::Shift::~Shift() {
  if (duty_ == nullptr) return;
  const std::lock_guard lock(duty_->mutex_);
  duty_->shifts_.erase(place_);
}

bool Duty::Shift::may_commit() const {
  const std::lock_guard lock(duty_->mutex_);
  if (place_->given_up) return false;
  place_->until = Steady::max();
  return true;
}

}  // namespace agente::plugins
