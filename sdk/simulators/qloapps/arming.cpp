#include "simulators/qloapps/arming.hpp"

#include <algorithm>
#include <cmath>

#include "simulators/qloapps/world.hpp"

namespace agente::sim::qloapps {
namespace {

/// A race is a booking's; of the others each request may meet one.
bool is_race(const FaultKind& kind) { return kind.moment == "room"; }

/// As many faults as strike on the occasion of `kind`, each with this rate, make up `rate` together.
double share_of(const FaultKind& kind, double rate) {
  const auto together = std::count_if(kFaults.begin(), kFaults.end(),
                                      [&](const FaultKind& other) { return is_race(other) == is_race(kind); });
  return 1 - std::pow(1 - rate, 1.0 / static_cast<double>(together));
}

}  // namespace

std::optional<std::string> arm(Faults& faults, const FaultRule& rule) {
  if (rule.name != "any") return faults.arm(rule);
  if (rule.next != 0 || rule.every != 0) return "'any' needs a rate";
  if (!(rule.rate >= 0 && rule.rate <= 1)) return "the rate of 'any' must lie between 0 and 1";
  for (const auto& kind : kFaults) {
    auto one = rule;
    one.name = kind.name;
    one.rate = share_of(kind, rule.rate);
    if (one.name == "slow_trickle") one.hold.reset();  // it holds after each byte
    if (auto refusal = faults.arm(std::move(one))) return refusal;
  }
  return std::nullopt;
}

}  // namespace agente::sim::qloapps
