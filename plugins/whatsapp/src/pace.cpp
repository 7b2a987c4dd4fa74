#include "pace.hpp"

#include <algorithm>

namespace agente::whatsapp {

std::chrono::milliseconds Pace::take(std::string_view account, time_point now) {
  using std::chrono::milliseconds;
  constexpr std::int64_t kOneMessage = 1000;
  if (per_second_ <= 0) return milliseconds{0};
  const auto full = per_second_ * kOneMessage;
  const std::lock_guard lock(mutex_);
  auto found = buckets_.find(account);
  if (found == buckets_.end()) found = buckets_.emplace(account, Bucket{full, now}).first;
  auto& bucket = found->second;
  const auto passed = std::clamp<std::int64_t>((now - bucket.filled).count(), 0, 1000);
  bucket.thousandths = std::min(full, bucket.thousandths + passed * per_second_);
  bucket.filled = now;
  const auto missing = kOneMessage - bucket.thousandths;
  if (missing > 0) return milliseconds{(missing + per_second_ - 1) / per_second_};
  bucket.thousandths -= kOneMessage;
  return milliseconds{0};
}

}  // namespace agente::whatsapp
