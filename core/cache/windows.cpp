#include "cache/windows.hpp"

namespace agente::cache {

bool Windows::take(std::string_view bucket, unsigned per_window, Millis window) {
  const auto now = clock_.now();
  const std::lock_guard lock(mutex_);
  auto* current = windows_.find(bucket);
  // A clock that was set back starts a new window: nobody must wait for hours that do not come.
  const bool over = current == nullptr || now < current->began || now - current->began >= window;
  if (over) current = &windows_.put(bucket, {.began = now});
  if (current->taken >= per_window) return false;
  ++current->taken;
  return true;
}

}  // namespace agente::cache
