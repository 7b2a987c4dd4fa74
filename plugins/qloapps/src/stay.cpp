#include "stay.hpp"

#include <algorithm>

#include "values.hpp"

namespace qloapps {
namespace {

using agente::error;

constexpr std::uint32_t kMostRooms = 50;
constexpr std::uint32_t kMostHeads = 1000;

[[noreturn]] void refuse(const std::string& text) { throw error(AGENTE_E_INVALID, text); }

/// Adults to the first rooms, children to the last, so that no room gets both of what is left over.
std::vector<Party> shared(Party party, std::uint32_t rooms) {
  std::vector<Party> parties(rooms);
  for (std::uint32_t i = 0; i < rooms; ++i) {
    parties[i].adults = party.adults / rooms + (i < party.adults % rooms ? 1 : 0);
    parties[i].children = party.children / rooms + (rooms - 1 - i < party.children % rooms ? 1 : 0);
  }
  return parties;
}

}  // namespace

Party Stay::all() const {
  Party sum;
  for (const auto& room : rooms) {
    sum.adults += room.adults;
    sum.children += room.children;
  }
  return sum;
}

Stay checked_stay(agente::day checkin, agente::day checkout, Party party, std::uint32_t rooms, int max_nights) {
  if (checkout <= checkin) refuse("a stay needs a night: it ends on " + to_text(checkout) + ", before or as it begins");
  if (const auto nights = agente::nights(checkin, checkout); nights > max_nights)
    refuse("a stay of " + std::to_string(nights) + " nights is too long: at most " + std::to_string(max_nights) +
           " (max_nights)");
  if (rooms == 0 || rooms > kMostRooms) refuse("1 to " + std::to_string(kMostRooms) + " units can be asked for");
  if (party.adults > kMostHeads || party.children > kMostHeads) refuse("the party is too large");
  if (party.adults < rooms) refuse("each unit needs an adult");
  return {checkin, checkout, shared(party, rooms)};
}

void must_not_be_past(const Stay& stay, agente::day today) {
  if (stay.checkin < today) refuse(to_text(stay.checkin) + " is past");
}

std::uint32_t capacity_for(const Type& type, const Stay& stay) {
  auto heads = std::min(type.max_guests, type.max_adults + type.max_children);
  for (const auto& room : stay.rooms) {
    if (room.adults <= type.max_adults && room.children <= type.max_children) continue;
    heads = std::min(heads, std::min(room.adults, type.max_adults) + std::min(room.children, type.max_children));
  }
  return heads;
}

void must_fit(const Type& type, const Stay& stay) {
  for (const auto& room : stay.rooms) {
    if (room.adults <= type.max_adults && room.children <= type.max_children &&
        room.adults + room.children <= type.max_guests)
      continue;
    refuse("a " + type.word + " holds " + std::to_string(type.max_guests) + " people, of them " +
           std::to_string(type.max_adults) + " adults and " + std::to_string(type.max_children) + " children at most");
  }
}

}  // namespace qloapps
