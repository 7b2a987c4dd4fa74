#include "pms/known.hpp"

#include <nlohmann/json.hpp>

#include "store/repositories.hpp"

namespace agente::pms::known {

using nlohmann::json;
using store::sql::Connection;

namespace {

constexpr std::string_view kUpToKey = "up_to";
constexpr std::string_view kRoomsKey = "rooms";

/// None where it is missing or damaged: it is noted anew soon.
json value_of(Connection& connection, std::string_view hotel, std::string_view backend, std::string_view key) {
  const auto entry = store::kv::get(connection, owner(hotel, backend), key);
  return entry ? json::parse(entry->value, nullptr, false) : json();
}

void put(Connection& connection, const std::string& owner, std::string_view key, const json& value) {
  store::kv::put(connection, owner, {.key = std::string(key), .value = value.dump(), .schema = 1}, std::nullopt);
}

}  // namespace

std::string owner(std::string_view hotel, std::string_view backend) {
  return std::string(hotel).append("/pms/mirror/").append(backend);
}

std::optional<Time> up_to(Connection& connection, std::string_view hotel, std::string_view backend) {
  const auto value = value_of(connection, hotel, backend, kUpToKey);
  if (!value.is_number_integer()) return std::nullopt;
  return Time{Millis{value.get<Millis::rep>()}};
}

void put_up_to(Connection& connection, std::string_view hotel, std::string_view backend, Time time) {
  const auto before = up_to(connection, hotel, backend);
  if (before && *before >= time) return;
  put(connection, owner(hotel, backend), kUpToKey, time.time_since_epoch().count());
}

std::optional<Rooms> rooms(Connection& connection, std::string_view hotel, std::string_view backend) {
  const auto value = value_of(connection, hotel, backend, kRoomsKey);
  if (!value.is_object()) return std::nullopt;
  Rooms rooms;
  for (const auto& [type, count] : value.items()) {
    if (count.is_number_integer()) rooms[type] = count.get<int>();
  }
  return rooms;
}

void put_rooms(Connection& connection, std::string_view hotel, std::string_view backend, const Rooms& rooms) {
  const json value(rooms);
  if (value_of(connection, hotel, backend, kRoomsKey) == value) return;
  put(connection, owner(hotel, backend), kRoomsKey, value);
}

}  // namespace agente::pms::known
