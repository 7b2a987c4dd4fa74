#pragma once

#include <cstdint>

namespace agente::chaos {

/// Numbers that look random and follow from a seed alone, the same on every machine and with every compiler (the
/// distributions of <random> are not). SplitMix64.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  /// Independent of what others draw: `stream` may be a guest's number or a fault's name.
  Dice(std::uint64_t seed, std::uint64_t stream) : Dice(seed ^ (stream * 0x9E3779B97F4A7C15U)) { next(); }

  std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15U;
    auto z = state_;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
  }
  /// From `least` to `most`, both included.
  std::int64_t between(std::int64_t least, std::int64_t most) {
    return least + static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(most - least + 1));
  }
  bool one_in(std::int64_t n) { return between(1, n) == 1; }

 private:
  std::uint64_t state_;
};

}  // namespace agente::chaos
