#include "cache/refills.hpp"

#include <algorithm>

namespace agente::cache {

using std::chrono::microseconds;

Millis Refills::take(std::string_view bucket, unsigned at_once, Millis window) {
  if (at_once == 0 || window <= Millis{0}) return std::max(window, Millis{1});
  const microseconds whole = window;
  const auto each = std::max(whole / at_once, microseconds{1});
  const Moment now = clock_.now();
  const std::lock_guard lock(mutex_);
  const auto* last = full_again_.find(bucket);
  // Further off than a window only after the clock was set back: nobody must wait for hours.
  auto full = last == nullptr ? now : std::clamp(*last, now, now + whole);
  const auto wait = std::chrono::ceil<Millis>(full + each - (now + whole));
  if (wait <= Millis{0}) full += each;
  full_again_.put(bucket, full);
  return std::max(wait, Millis{0});
}

}  // namespace agente::cache
