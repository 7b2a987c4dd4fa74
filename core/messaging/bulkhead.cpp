#include "messaging/bulkhead.hpp"

#include <algorithm>

namespace agente::messaging {

std::unique_ptr<Bulkhead::Place> Bulkhead::enter(const std::string& at, std::size_t sharing) {
  const int share = workers_ / static_cast<int>(std::max<std::size_t>(sharing, 1));
  const std::lock_guard lock(mutex_);
  auto& inside = inside_[at];
  if (inside >= std::max(kLeast, share)) return nullptr;
  ++inside;
  return std::make_unique<Place>(*this, at);
}

void Bulkhead::leave(const std::string& at) {
  const std::lock_guard lock(mutex_);
  const auto inside = inside_.find(at);
  if (--inside->second == 0) inside_.erase(inside);
}

}  // namespace agente::messaging
