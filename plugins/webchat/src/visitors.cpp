#include "visitors.hpp"

#include <algorithm>
#include <cmath>

namespace webchat {
namespace {

constexpr double kBurst = 5;
constexpr double kPerSecond = 20.0 / 60.0;
constexpr std::size_t kRemembered = 32;
constexpr std::chrono::minutes kMemory{10};

}  // namespace

Visitors::Visitor& Visitors::at(std::string_view visitor) {
  const auto found = visitors_.find(visitor);
  return found != visitors_.end() ? found->second
                                  : visitors_.emplace(std::string{visitor}, Visitor{.tokens = kBurst}).first->second;
}

void Visitors::forget_silent(agente::time_point now) {
  if (now - swept_ < std::chrono::minutes{1} && now >= swept_) return;
  swept_ = now;
  std::erase_if(visitors_, [&](const auto& entry) { return now - entry.second.seen > kMemory; });
}

std::chrono::seconds Visitors::admit(std::string_view visitor, agente::time_point now) {
  const std::lock_guard lock(mutex_);
  forget_silent(now);
  auto& who = at(visitor);
  const std::chrono::duration<double> passed = now - who.seen;
  who.tokens = std::clamp(who.tokens + std::max(0.0, passed.count()) * kPerSecond, 0.0, kBurst);
  who.seen = now;
  if (who.tokens >= 1) {
    who.tokens -= 1;
    return {};
  }
  return std::chrono::seconds{static_cast<int>(std::ceil((1 - who.tokens) / kPerSecond))};
}

std::uint64_t Visitors::number(std::string_view visitor, std::string_view name, bool guest, std::uint64_t last) {
  const std::lock_guard lock(mutex_);
  auto& who = at(visitor);
  for (const auto& [known, n] : who.given)
    if (known == name) return n;
  who.last = std::max(who.last, last) + 1;
  if ((who.last % 2 == 1) != guest) ++who.last;
  who.given.emplace_back(name, who.last);
  if (who.given.size() > kRemembered) who.given.pop_front();
  return who.last;
}

}  // namespace webchat
