#include "pms/doubts.hpp"

#include <algorithm>

namespace agente::pms {
namespace {
constexpr std::chrono::minutes kKept{60};  // one that is forgotten settles anew: that costs a little time, nothing else
constexpr std::chrono::minutes kSweepEvery{1};
}  // namespace

Millis Doubts::left(const store::Intent& intent, Millis settle) {
  const auto now = clock_.steady();
  const std::lock_guard lock(mutex_);
  if (now >= next_sweep_) {
    std::erase_if(seen_, [&](const auto& entry) { return now - entry.second.at > kKept; });
    next_sweep_ = now + kSweepEvery;
  }
  auto& seen = seen_.try_emplace(intent.quote, Seen{intent.attempts, now}).first->second;
  if (seen.attempts != intent.attempts) seen = {intent.attempts, now};
  return std::max(Millis{0}, std::chrono::ceil<Millis>(seen.at + settle - now));
}

}  // namespace agente::pms
