#pragma once

#include <algorithm>
#include <random>

#include "base/clock.hpp"

namespace agente::messaging {

constexpr Millis kLongestBackoff{60'000};
constexpr Millis kLongestRateBackoff{300'000};  ///< for who says that we come too often

/// How long to wait before attempt number `attempt` + 1: doubling from one second up to `longest`, with jitter so that
/// messages that failed together do not come again together.
inline Millis backoff(int attempt, std::mt19937& random, Millis longest = kLongestBackoff) {
  const auto ceiling = Millis{1000} * (1 << std::clamp(attempt - 1, 0, 9));
  const auto most = std::min(ceiling, longest).count();
  return Millis{std::uniform_int_distribution<Millis::rep>(most / 2, most)(random)};
}

}  // namespace agente::messaging
