#include "messaging/bulkhead.hpp"

#include <algorithm>

namespace agente::messaging {

std::unique_ptr<Bulkhead::Place> Bulkhead::enter(const std::string& hotel, std::size_t hotels) {
  const int share = workers_ / static_cast<int>(std::max<std::size_t>(hotels, 1));
  const std::lock_guard lock(mutex_);
  auto& inside = inside_[hotel];
  if (inside >= std::max(kLeast, share)) return nullptr;
  ++inside;
  return std::make_unique<Place>(*this, hotel);
}

void Bulkhead::leave(const std::string& hotel) {
  const std::lock_guard lock(mutex_);
  const auto inside = inside_.find(hotel);
  if (--inside->second == 0) inside_.erase(inside);
}

}  // namespace agente::messaging
