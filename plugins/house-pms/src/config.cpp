#include "config.hpp"

#include <algorithm>
#include <cstdio>
#include <set>
#include <tuple>

#include <nlohmann/json.hpp>

namespace house {
namespace {

using nlohmann::json;

[[noreturn]] void refuse(const std::string& text) { throw agente::error(AGENTE_E_CONFIG, text); }

UnitType type_of(const std::string& id, const json& given) {
  const auto names = given.value("name", json::object());
  return {.told = {.id = id,
                   .count = given.at("count").get<std::uint32_t>(),
                   .capacity = given.at("capacity").get<std::uint32_t>(),
                   .name_es = names.value("es", ""),
                   .name_en = names.value("en", ""),
                   .name_pt = names.value("pt", "")},
          .rate_minor = given.at("rate_minor").get<std::int64_t>()};
}

agente::day day_at(const json& given, const char* key, const std::string& where) {
  const auto text = given.at(key).get<std::string>();
  const auto day = parse_day(text);
  if (!day) refuse(where + "." + key + " is \"" + text + "\", which is no day; write it as 2026-10-05");
  return *day;
}

Nights nights_at(const json& given, const char* from, const char* to, const std::string& where) {
  const Nights nights{day_at(given, from, where), day_at(given, to, where)};
  if (nights.count() < 1) refuse(where + "." + to + " must be later than its " + from);
  return nights;
}

const UnitType& type_at(const Config& config, const json& given, const std::string& where) {
  const auto id = given.at("room_type").get<std::string>();
  const auto* type = config.find(id);
  if (!type) refuse(where + ".room_type is \"" + id + "\", which is not under `rooms`; add it there or correct it");
  return *type;
}

std::string text_at(const json& given, const char* key) {
  const auto found = given.find(key);
  if (found == given.end()) return {};
  return found->is_string() ? found->get<std::string>() : found->dump();
}

Record existing_of(const Config& config, const json& given, const std::string& where) {
  const auto nights = nights_at(given, "checkin", "checkout", where);
  const auto& type = type_at(config, given, where);
  return {.booking = {.booking_id = text_at(given, "ref"),
                      .room_type = type.told.id,
                      .checkin = nights.from,
                      .checkout = nights.to,
                      .adults = given.value("adults", 1U),
                      .children = given.value("children", 0U),
                      .guest_name = text_at(given, "name"),
                      .phone = text_at(given, "phone"),
                      .total = {type.rate_minor * nights.count(), config.currency}},
          .from_config = true};
}

std::string fingerprint(const json& existing) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : existing.dump()) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(hash));
  return text;
}

void read_types(Config& config, const json& rooms) {
  for (const auto& [id, given] : rooms.items()) config.types.push_back(type_of(id, given));
  const auto rank = [](const UnitType& t) { return std::tie(t.told.capacity, t.rate_minor, t.told.id); };
  std::sort(config.types.begin(), config.types.end(),
            [&](const UnitType& a, const UnitType& b) { return rank(a) < rank(b); });
}

void read_existing(Config& config, const json& list) {
  std::set<std::string> seen;
  for (const auto& given : list) {
    const auto where = "existing[" + std::to_string(config.existing.size()) + "]";
    config.existing.push_back(existing_of(config, given, where));
    const auto& ref = config.existing.back().booking.booking_id;
    if (!seen.insert(fold(ref)).second) refuse(where + ".ref \"" + ref + "\" is there twice; each ref is one booking");
  }
  config.fingerprint = fingerprint(list);
}

}  // namespace

const UnitType* Config::find(std::string_view unit_type) const {
  const auto found = std::find_if(types.begin(), types.end(), [&](const auto& t) { return t.told.id == unit_type; });
  return found == types.end() ? nullptr : &*found;
}

Config read_config(std::string_view config_json, std::string_view currency) {
  try {
    const auto given = json::parse(config_json);
    Config config{.file = given.value("file", ""), .currency = std::string{currency}};
    read_types(config, given.at("rooms"));
    for (const auto& each : given.value("sold_out", json::array())) {
      const auto where = "sold_out[" + std::to_string(config.sold_out.size()) + "]";
      config.sold_out.push_back({type_at(config, each, where).told.id, nights_at(each, "from", "to", where)});
    }
    read_existing(config, given.value("existing", json::array()));
    return config;
  } catch (const json::exception& e) {
    refuse(std::string{"config: "} + e.what());
  }
}

}  // namespace house
