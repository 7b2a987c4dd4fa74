// GET /api/v1/occupancy: how full a house is tonight, or on another day.
#include "pms/occupancy.hpp"

#include <nlohmann/json.hpp>

#include "web/resources/house.hpp"

namespace agente::web {
namespace {

using nlohmann::json;

template <class T>
json or_null(const std::optional<T>& value) {
  return value ? json(*value) : json(nullptr);
}

json text_or_null(const std::string& text) { return text.empty() ? json(nullptr) : json(text); }

json occupancy_json(const std::string& hotel, const pms::Occupancy& found) {
  return {{"hotel", hotel},
          {"date", format_day(found.day)},
          {"occupancy_rate", or_null(found.rate)},
          {"rooms_occupied", or_null(found.occupied)},
          {"rooms_available", or_null(found.rooms)},
          {"rooms_out_of_order", nullptr},
          {"rooms_out_of_order_reason", "no PMS plugin can tell it: agente.pms/1 has no word for it"},
          {"as_of", found.as_of ? json(format_time(*found.as_of)) : json(nullptr)},
          {"source", text_or_null(found.source)},
          {"reason", text_or_null(found.reason)}};
}

Response show(House& house, const Request& request) {
  const auto config = house.config.pin();
  const auto hotel = hotel_asked_for(*config, request);
  if (!hotel) return refuse_with(request, hotel.error());
  const auto day = day_asked_for(request);
  if (!day) return refuse_with(request, day.error());
  const auto found = pms::occupancy(house.store, house.clock, pms::house_of(*config, **hotel), *day);
  if (!found) return refuse_with(request, found.error());
  return Response::json(200, occupancy_json((*hotel)->id, *found));
}

}  // namespace

void mount_occupancy(Router& router, House& house) {
  router.add({.pattern = "/api/v1/occupancy", .handler = [&house](Request& request) { return show(house, request); }});
}

}  // namespace agente::web
