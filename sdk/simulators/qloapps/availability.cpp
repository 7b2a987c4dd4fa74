#include "simulators/qloapps/availability.hpp"

#include <algorithm>

#include "simulators/qloapps/shop_time.hpp"
#include "simulators/qloapps/xml.hpp"

namespace agente::sim::qloapps {
namespace {

struct Wanted {
  std::string hotel;
  std::string room_type;  ///< empty: all
  Day from{};
  Day to{};
  std::size_t rooms = 1;
  bool by_night = false;
  bool free_rooms = true;  ///< false once the caller named other lists only
};

[[noreturn]] void refuse(const std::string& what) { throw Refusal{400, {{85, "Validation error: " + what}}}; }

Record read_body(const std::string& body) {
  constexpr auto kScript = "modules/hotelreservationsystem/classes/WebserviceSpecificManagementHotelAri.php";
  const auto document = body.starts_with("<") ? read_xml(body) : std::nullopt;
  if (document && document->contains("hotel_ari") && document->at("hotel_ari").is_object()) {
    return document->at("hotel_ari");
  }
  auto complaints = not_xml("simplexml_load_string()", body, kScript, 486);
  complaints.push_back({85, "Validation error: Invalid ARI search parameters found."});
  throw Refusal{400, complaints};
}

Record occupancies_in(const Record& ari) {
  const auto associations = ari.value("associations", Record::object());
  return associations.is_object() ? associations.value("room_occupancies", Record::array()) : Record::array();
}

Wanted read(const std::string& body) {
  const auto ari = read_body(body);
  Wanted wanted{.hotel = ari.value("id_hotel", ""), .room_type = ari.value("id_room_type", "")};
  const auto from = read_day(ari.value("date_from", ""));
  const auto to = read_day(ari.value("date_to", ""));
  if (!from) refuse("Invalid \"date from\"");
  if (!to) refuse("Invalid \"date to\"");
  if (*from >= *to) refuse("\"Date to\" must be after \"date from\"");
  wanted.from = *from;
  wanted.to = *to;
  const auto occupancies = occupancies_in(ari);
  for (std::size_t i = 0; i < occupancies.size(); ++i) {
    if (const auto adults = occupancies[i].value("adults", ""); adults.empty() || adults == "0") {
      refuse("Invalid value for number of adults for Room-" + std::to_string(i + 1) +
             " occupancy(value must be greater than 0).");
    }
  }
  wanted.rooms = std::max<std::size_t>(occupancies.size(), 1);
  wanted.by_night = ari.value("date_wise_breakdown", "") == "1";
  for (const auto* flag : {"get_booked_rooms", "get_partial_available_rooms", "get_unavailable_rooms"}) {
    if (ari.contains(flag)) wanted.free_rooms = false;
  }
  if (ari.contains("get_available_rooms")) wanted.free_rooms = ari["get_available_rooms"] == "1";
  return wanted;
}

/// The quote holds the services that are added unasked; the booking later does not.
double price_a_night(const Hotel& hotel, const RoomType& type) {
  double price = type.price;
  for (const auto& record : hotel.records("services")) {
    const auto* service = hotel.service(record.at("id"));
    if (service->in_quoted_price && service->per_night) price += service->price;
  }
  return price;
}

Record free_rooms(const Wanted& wanted, const RoomType& type, const std::vector<int>& free) {
  auto rooms = Record::object();
  for (const auto& room : type.rooms) {
    if (std::find(free.begin(), free.end(), room.id) == free.end()) continue;
    auto& shown = rooms[std::to_string(room.id)] = {{"id_room", room.id}};
    if (wanted.by_night) {
      shown["room_num"] = room.number;
      continue;
    }
    shown.update(Record{{"id_product", type.id},
                        {"id_hotel", 1},
                        {"room_num", room.number},
                        {"room_comment", ""},
                        {"max_adult", type.max_adults},
                        {"max_children", type.max_children},
                        {"max_occupancy", type.max_guests}});
  }
  return rooms.empty() ? Record::array() : rooms;  // PHP knows no empty object
}

/// One stay, or one night of it.
Record quote_for(World& world, const Wanted& wanted, Day from, Day to) {
  Record ari{{"id_hotel", wanted.hotel}, {"date_from", date_of(from)}, {"date_to", date_of(to)}, {"currency", "EUR"}};
  const auto nights = static_cast<double>((to - from).count());
  std::size_t all = 0;
  std::size_t available = 0;
  auto types = Record::array();
  for (const auto& type : world.hotel.room_types()) {
    if (wanted.hotel != "1" || (!wanted.room_type.empty() && wanted.room_type != std::to_string(type.id))) continue;
    const auto free = world.book.free_rooms(type, midnight_of(from), midnight_of(to));
    all += type.rooms.size();
    available += free.size();
    const auto base = price_a_night(world.hotel, type);
    const auto total = base * nights * static_cast<double>(wanted.rooms);
    Record quoted{{"id_room_type", type.id},
                  {"base_price", php_number(base)},
                  {"base_price_with_tax", php_number(base * (1 + kVat))},
                  {"total_price", php_number(total)},
                  {"total_price_with_tax", php_number(total * (1 + kVat))},
                  {"name", world.hotel.room_type_name(type.id, 1)}};
    quoted["rooms"] = wanted.free_rooms ? Record{{"available", free_rooms(wanted, type, free)}} : Record::array();
    types.push_back(quoted);
  }
  if (types.empty()) return ari;
  ari["total_rooms"] = all;
  if (!wanted.by_night) ari["total_available_rooms"] = available;
  ari["room_types"] = types;
  if (wanted.by_night) ari["total_available_rooms"] = available;
  return ari;
}

std::string leaf(const std::string& name, const Record& value, const std::string& link = {}) {
  const auto attribute = link.empty() ? "" : " xlink:href=\"" + link + "\"";
  return "<" + name + attribute + ">" + cdata(text_of(value)) + "</" + name + ">\n";
}

std::string room_type_to_xml(const Asked& asked, const Record& type) {
  const auto link = asked.api_url + "room_types/" + text_of(type.at("id_room_type"));
  auto xml = "<room_type id=\"" + text_of(type.at("id_room_type")) + "\" xlink:href=\"" + link + "\">\n";
  xml += leaf("id_room_type", type.at("id_room_type"), link);
  for (const auto* name : {"base_price", "base_price_with_tax", "total_price", "total_price_with_tax"}) {
    xml += leaf(name, type.at(name));
  }
  xml += "<name><language id=\"1\" xlink:href=\"" + asked.api_url + "languages/1\">" + cdata(text_of(type.at("name"))) +
         "</language></name>\n<rooms>\n";
  if (type.at("rooms").contains("available")) {
    xml += "<available>\n";
    for (const auto& room : type.at("rooms").at("available")) {
      xml += "<room id=\"" + text_of(room.at("id_room")) + "\">\n" + leaf("id_room", room.at("id_room")) +
             leaf("room_number", room.at("room_num")) + "</room>\n";
    }
    xml += "</available>\n";
  }
  return xml + "</rooms>\n</room_type>\n";
}

std::string to_xml(const Asked& asked, const Record& ari) {
  std::string xml = "<hotel_ari>\n";
  for (const auto& [name, value] : ari.items()) {
    if (name == "room_types") {
      xml += "<room_types>\n";
      for (const auto& type : value) xml += room_type_to_xml(asked, type);
      xml += "</room_types>\n";
    } else {
      xml += leaf(name, value, name == "id_hotel" ? asked.api_url + "hotels/" + text_of(value) : "");
    }
  }
  return xml + "</hotel_ari>\n";
}

}  // namespace

Reply quote(World& world, const Asked& asked) {
  const auto wanted = read(asked.request.body);
  auto aris = Record::array();
  {
    const std::lock_guard lock(world.at_book);
    if (wanted.by_night) {
      for (auto night = wanted.from; night < wanted.to; night += std::chrono::days(1)) {
        aris.push_back(quote_for(world, wanted, night, night + std::chrono::days(1)));
      }
    } else {
      aris.push_back(quote_for(world, wanted, wanted.from, wanted.to));
    }
  }
  if (asked.json) {
    return enveloped(asked, 200,
                     php_json(wanted.by_night ? Record{{"hotel_aris", aris}} : Record{{"hotel_ari", aris[0]}}));
  }
  std::string xml = kXmlHead + (wanted.by_night ? "<hotel_aris>\n" : "");
  for (const auto& ari : aris) xml += to_xml(asked, ari);
  return enveloped(asked, 200, xml + (wanted.by_night ? "</hotel_aris>\n" : "") + kXmlTail);
}

}  // namespace agente::sim::qloapps
