#include "cache/local.hpp"

#include <utility>

namespace agente::cache {

Local::Local(const Clock& clock, Metrics& metrics, const Bounds& bounds)
    : clock_(clock), meter_(metrics), refills_(clock, bounds.entries), entries_(bounds.entries) {
  meter_.up(true);
}

std::optional<std::string> Local::look(std::string_view key) {
  const auto now = clock_.now();
  const std::lock_guard lock(mutex_);
  const auto* entry = entries_.find(key);
  if (entry == nullptr) return std::nullopt;
  if (entry->from <= now && now < entry->until) return entry->value;
  entries_.erase(key);
  return std::nullopt;
}

std::optional<std::string> Local::get(std::string_view key) {
  auto value = look(key);
  meter_.answered(value.has_value());
  return value;
}

void Local::put(std::string_view key, std::string_view value, Millis ttl) {
  if (value.size() > kLargestValue || ttl <= Millis{0}) return erase(key);
  const auto now = clock_.now();
  const std::lock_guard lock(mutex_);
  entries_.put(key, {.value = std::string(value), .from = now, .until = now + ttl});
}

void Local::erase(std::string_view key) {
  const std::lock_guard lock(mutex_);
  entries_.erase(key);
}

Millis Local::take(std::string_view bucket, unsigned at_once, Millis window) {
  return refills_.take(bucket, at_once, window);
}

Listening Local::on_wake(std::string_view topic, std::function<void()> callback) {
  return wakes_.listen(topic, std::move(callback));
}

}  // namespace agente::cache
