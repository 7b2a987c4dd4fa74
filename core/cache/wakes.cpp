#include "cache/wakes.hpp"

#include <utility>

#include "telemetry/log.hpp"

namespace agente::cache {

Listening Wakes::listen(std::string_view topic, std::function<void()> callback) {
  auto place = std::make_shared<Place>();
  place->callback = std::move(callback);
  {
    const std::lock_guard lock(mutex_);
    auto& all = places_[std::string(topic)];
    std::erase_if(all, [](const auto& one) { return one.expired(); });
    all.push_back(place);
  }
  auto* address = place.get();
  return {address, [place = std::move(place)](void*) {
            const std::lock_guard lock(place->mutex);
            place->callback = nullptr;
          }};
}

void Wakes::ring(std::string_view topic) {
  std::vector<std::weak_ptr<Place>> called;
  {
    const std::lock_guard lock(mutex_);
    const auto found = places_.find(topic);
    if (found != places_.end()) called = found->second;
  }
  for (const auto& one : called) {
    const auto place = one.lock();
    if (!place) continue;
    const std::lock_guard lock(place->mutex);
    try {
      if (place->callback) place->callback();
    } catch (const std::exception& e) {
      log::error("cache", "a wake-up failed: " + std::string(e.what()), {{"topic", topic}});
    }
  }
}

}  // namespace agente::cache
