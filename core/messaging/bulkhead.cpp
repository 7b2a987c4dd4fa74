#include "messaging/bulkhead.hpp"

#include <algorithm>

namespace agente::messaging {

std::unique_ptr<Bulkhead::Place> Bulkhead::enter(const std::string& at, std::size_t sharing) {
  const int share = workers_ / static_cast<int>(std::max<std::size_t>(sharing, 1));
  const std::lock_guard lock(mutex_);
  auto& inside = inside_[at];
  if (inside >= std::max(kLeast, share)) {
    ++turned_away_;
    return nullptr;
  }
  turned_away_ /= 2;
  ++inside;
  return std::make_unique<Place>(*this, at);
}

Millis Bulkhead::until_a_place() {
  const std::lock_guard lock(mutex_);
  return std::min(Millis{100 + turned_away_ / 10}, Millis{2'000});
}

void Bulkhead::leave(const std::string& at) {
  const std::lock_guard lock(mutex_);
  const auto inside = inside_.find(at);
  if (--inside->second == 0) inside_.erase(inside);
}

}  // namespace agente::messaging
