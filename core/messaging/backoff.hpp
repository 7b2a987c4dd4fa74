#pragma once

#include <algorithm>
#include <random>

#include "base/clock.hpp"

namespace agente::messaging {

/// How long to wait before attempt number `attempt` + 1: doubling from one second up to a minute, with jitter so that
/// messages that failed together do not come again together.
inline Millis backoff(int attempt, std::mt19937& random) {
  const auto ceiling = Millis{1000} * (1 << std::clamp(attempt - 1, 0, 6));
  const auto most = std::min(ceiling, Millis{60'000}).count();
  return Millis{std::uniform_int_distribution<Millis::rep>(most / 2, most)(random)};
}

}  // namespace agente::messaging
