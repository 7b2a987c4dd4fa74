/// A stay that was asked for, and how its guests share the rooms.
#pragma once

#include <cstdint>
#include <vector>

#include <agente/sdk.hpp>

#include "catalogue.hpp"

namespace qloapps {

struct Party {
  std::uint32_t adults = 0;
  std::uint32_t children = 0;

  bool operator==(const Party&) const = default;
};

struct Stay {
  agente::day checkin = {};
  agente::day checkout = {};
  std::vector<Party> rooms = {};  ///< one for each; as even as can be

  [[nodiscard]] int nights() const { return agente::nights(checkin, checkout); }
  [[nodiscard]] Party all() const;
  [[nodiscard]] bool contains(const Stay& other) const {
    return checkin <= other.checkin && other.checkout <= checkout;
  }
  [[nodiscard]] bool overlaps(const Stay& other) const { return checkin < other.checkout && other.checkin < checkout; }
};

/// Throws INVALID for what QloApps would take although it cannot be: no night, no adult, a day that is past.
[[nodiscard]] Stay checked_stay(agente::day checkin, agente::day checkout, Party party, std::uint32_t rooms,
                                int max_nights);
/// Throws INVALID when the stay begins before `today`.
void must_not_be_past(const Stay& stay, agente::day today);

/// Heads that one room of the type holds when they come as this party does: a room for 2 adults and 2 children holds 4,
/// but no third adult.
[[nodiscard]] std::uint32_t capacity_for(const Type& type, const Stay& stay);
/// Throws INVALID: QloApps itself books 9 adults into a room for 2.
void must_fit(const Type& type, const Stay& stay);

}  // namespace qloapps
