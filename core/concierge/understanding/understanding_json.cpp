#include <cmath>

#include <nlohmann/json.hpp>

#include "concierge/understanding/understanding.hpp"

namespace agente::concierge {
namespace {

nlohmann::json day_or_null(const std::optional<Day>& day) {
  return day ? nlohmann::json(format_day(*day)) : nlohmann::json(nullptr);
}

template <class Value>
void put(nlohmann::json& out, const char* key, const std::optional<Value>& value) {
  if (value) out[key] = *value;
}

}  // namespace

nlohmann::json to_json(const Understanding& understanding) {
  const auto& slots = understanding.slots;
  auto said = nlohmann::json::object();
  put(said, "adults", slots.adults);
  put(said, "children", slots.children);
  put(said, "guests", slots.guests);
  put(said, "rooms", slots.rooms);
  put(said, "nights", slots.nights);
  put(said, "score", slots.score);
  if (!slots.ages.empty()) said["ages"] = slots.ages;
  put(said, "room_type", slots.room_type);
  put(said, "name", slots.name);
  put(said, "email", slots.email);
  put(said, "phone", slots.phone);
  put(said, "booking_ref", slots.booking_ref);
  return {{"lang", understanding.language},
          {"intent", name_of(understanding.intent)},
          {"confidence", std::round(understanding.confidence * 1000) / 1000},
          {"slots", std::move(said)},
          {"checkin", day_or_null(understanding.checkin)},
          {"checkout", day_or_null(understanding.checkout)}};
}

}  // namespace agente::concierge
