#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <agente/sdk.hpp>

namespace house {

/// "2026-10-05"; nothing else, and only days that exist.
[[nodiscard]] std::optional<agente::day> parse_day(std::string_view text);
[[nodiscard]] std::string to_text(agente::day day);

/// The nights of a stay, half open: the night of `to` is not slept.
struct Nights {
  agente::day from;
  agente::day to;

  [[nodiscard]] int count() const { return agente::nights(from, to); }
  [[nodiscard]] bool contains(agente::day night) const { return from <= night && night < to; }
};

}  // namespace house
