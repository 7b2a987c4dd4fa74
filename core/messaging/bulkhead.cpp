#include "messaging/bulkhead.hpp"

#include <algorithm>

namespace agente::messaging {

std::unique_ptr<Bulkhead::Place> Bulkhead::enter(const std::string& at, std::size_t sharing) {
  const int share = workers_ / static_cast<int>(std::max<std::size_t>(sharing, 1));
  const std::lock_guard lock(mutex_);
  auto& guests = at_[at];
  if (guests.inside >= std::max(kLeast, share)) {
    ++guests.turned_away;
    return nullptr;
  }
  guests.turned_away /= 2;
  ++guests.inside;
  return std::make_unique<Place>(*this, at);
}

Millis Bulkhead::until_a_place(const std::string& at) {
  const std::lock_guard lock(mutex_);
  const auto guests = at_.find(at);
  return std::min(Millis{100 + (guests == at_.end() ? 0 : guests->second.turned_away / 10)}, Millis{2'000});
}

void Bulkhead::leave(const std::string& at) {
  const std::lock_guard lock(mutex_);
  const auto guests = at_.find(at);
  if (--guests->second.inside == 0) at_.erase(guests);
}

}  // namespace agente::messaging
