#include "settings.hpp"

#include <set>

#include <nlohmann/json.hpp>

namespace qloapps {
namespace {

using nlohmann::json;

[[noreturn]] void refuse(const std::string& text) { throw agente::error(AGENTE_E_CONFIG, text); }

/// People copy the address from the browser or from QloApps' documentation.
std::string base_of(std::string url) {
  const auto drop_slashes = [&] { url.erase(url.find_last_not_of('/') + 1); };
  drop_slashes();
  if (url.ends_with("/api")) url.erase(url.size() - 4);
  drop_slashes();
  return url;
}

std::map<std::string, std::int64_t> types_of(const json& given) {
  std::map<std::string, std::int64_t> types;
  std::set<std::int64_t> taken;
  for (const auto& [word, id] : given.items()) {
    types[word] = id.get<std::int64_t>();
    if (!taken.insert(types[word]).second)
      refuse("room_types names id_room_type " + std::to_string(types[word]) + " twice; give each type its own");
  }
  return types;
}

}  // namespace

Settings read_settings(std::string_view config_json) {
  try {
    const auto given = json::parse(config_json);
    Settings settings;
    settings.base_url = base_of(given.at("base_url").get<std::string>());
    settings.hotel_id = given.at("hotel_id").get<std::int64_t>();
    settings.room_types = types_of(given.value("room_types", json::object()));
    settings.timeout = std::chrono::milliseconds{given.value("timeout_ms", settings.timeout.count())};
    settings.max_nights = given.value("max_nights", settings.max_nights);
    settings.confirmed_state = given.value("confirmed_state", settings.confirmed_state);
    settings.cancelled_state = given.value("cancelled_state", settings.cancelled_state);
    return settings;
  } catch (const json::exception& e) {
    refuse(std::string{"the config cannot be read: "} + e.what());
  }
}

}  // namespace qloapps
