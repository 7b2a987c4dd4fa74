#include "quotes.hpp"

#include "values.hpp"

namespace qloapps {
namespace {

using nlohmann::json;

std::string tag(const char* name, const std::string& value) {
  return "<" + std::string{name} + ">" + value + "</" + name + ">";
}

std::string request_xml(const Stay& stay, std::int64_t hotel, std::int64_t type) {
  std::string parties;
  for (const auto& room : stay.rooms)
    parties += tag("room_occupancy",
                   tag("adults", std::to_string(room.adults)) + tag("children", std::to_string(room.children)));
  return R"(<?xml version="1.0" encoding="UTF-8"?>)" +
         tag("qloapps",
             tag("hotel_ari", tag("id_hotel", std::to_string(hotel)) +
                                  (type == 0 ? std::string{} : tag("id_room_type", std::to_string(type))) +
                                  tag("date_from", to_text(stay.checkin)) + tag("date_to", to_text(stay.checkout)) +
                                  tag("associations", tag("room_occupancies", parties))));
}

/// An object by room id, or [] when there is none.
std::uint32_t count_free(const json& type) {
  const auto rooms = type.find("rooms");
  if (rooms == type.end() || !rooms->is_object() || !rooms->contains("available")) return 0;
  return static_cast<std::uint32_t>(rooms->at("available").size());
}

}  // namespace

std::map<std::int64_t, Quote> Quotes::ask(agente::call call, const Stay& stay, std::int64_t type) const {
  const auto answer = api_.ari(call, request_xml(stay, settings_.hotel_id, type));
  const auto& ari = answer.at("hotel_ari");
  const auto currency = text_at(ari, "currency");
  const auto types = ari.is_object() ? ari.find("room_types") : ari.end();
  if (types == ari.end())
    throw agente::error(AGENTE_E_CONFIG, "QloApps has no hotel " + std::to_string(settings_.hotel_id) +
                                             " with such a room type; correct hotel_id or room_types");
  std::map<std::int64_t, Quote> quotes;
  for (const auto& each : *types)
    quotes[id_at(each, "id_room_type")] = {.free = count_free(each),
                                           .net = number_at(each, "total_price"),
                                           .total = to_money(number_at(each, "total_price_with_tax"), currency)};
  return quotes;
}

}  // namespace qloapps
