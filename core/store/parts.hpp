#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "store/records.hpp"

/// The guests are dealt out in parts, and each part is worked on by one host at a time: that keeps a guest's messages
/// in order, whoever took them in.
namespace agente::store {

inline constexpr int kParts = 32;

/// A set of parts: bit n is part n.
using Parts = std::int64_t;
inline constexpr Parts kAllParts = (Parts{1} << kParts) - 1;

[[nodiscard]] constexpr bool contains(Parts parts, int part) { return ((parts >> part) & 1) != 0; }

/// The part of a name; the same on every host and for ever, since rows keep it (FNV-1a).
[[nodiscard]] constexpr int part_of(std::string_view name) {
  std::uint32_t hash = 2166136261U;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return static_cast<int>(hash % kParts);
}
[[nodiscard]] inline int part_of(const GuestKey& guest) {
  return part_of(guest.hotel + '\n' + guest.channel + '\n' + guest.sender);
}

}  // namespace agente::store
