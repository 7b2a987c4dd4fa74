#include "simulators/qloapps/hotel.hpp"

#include <algorithm>

namespace agente::sim::qloapps {
namespace {

double price_of(const Record& record) { return std::stod(record.at("price").get<std::string>()); }

std::string in_language(const Record& texts, int language) {
  const auto found = texts.find(std::to_string(language));
  return found == texts.end() ? texts.at("1").get<std::string>() : found->get<std::string>();
}

const Record& with_id(const Record& table, int id) {
  return *std::find_if(table.begin(), table.end(), [&](const Record& record) { return record.at("id") == id; });
}

}  // namespace

Hotel::Hotel() : facts_(Record::parse(kDemoHotel)) {
  const auto& tables = facts_.at("tables");
  for (const auto& limits : tables.at("hotel_room_types")) {
    const int id = limits.at("id_product");
    room_types_.push_back({.id = id,
                           .price = price_of(with_id(tables.at("room_types"), id)),
                           .adults = limits.at("adults"),
                           .children = limits.at("children"),
                           .max_adults = limits.at("max_adults"),
                           .max_children = limits.at("max_children"),
                           .max_guests = limits.at("max_guests")});
  }
  for (const auto& record : tables.at("hotel_rooms")) {
    const Room room{.id = record.at("id"), .room_type = record.at("id_product"), .number = record.at("room_num")};
    rooms_[room.id] = room;
    for (auto& type : room_types_) {
      if (type.id == room.room_type) type.rooms.push_back(room);
    }
  }
  for (const auto& record : tables.at("services")) {
    const bool added = record.at("auto_add_to_cart") == 1 && record.at("price_addition_type") == 1;
    services_[record.at("id")] = {.id = record.at("id"),
                                  .price = price_of(record),
                                  .per_night = record.at("price_calculation_method") == 2,
                                  .in_quoted_price = added};
  }
}

const RoomType* Hotel::room_type(int id) const {
  const auto found =
      std::find_if(room_types_.begin(), room_types_.end(), [&](const auto& type) { return type.id == id; });
  return found == room_types_.end() ? nullptr : &*found;
}

const Service* Hotel::service(int id) const {
  const auto found = services_.find(id);
  return found == services_.end() ? nullptr : &found->second;
}

const Room& Hotel::room(int id) const { return rooms_.at(id); }

std::string Hotel::room_type_name(int id, int language) const {
  return in_language(with_id(facts_.at("tables").at("room_types"), id).at("name"), language);
}

std::string Hotel::service_name(int id) const {
  return in_language(with_id(facts_.at("tables").at("services"), id).at("name"), 1);
}

std::vector<Record> Hotel::records(const std::string& resource) const {
  const auto& tables = facts_.at("tables");
  const auto found = tables.find(resource);
  return found == tables.end() ? std::vector<Record>() : found->get<std::vector<Record>>();
}

Record Hotel::attributes(const std::string& resource, const std::string& field) const {
  const auto& all = facts_.at("attributes");
  const auto of_resource = all.find(resource);
  return of_resource == all.end() ? Record::object() : of_resource->value(field, Record::object());
}

std::string Hotel::synopsis(const std::string& resource) const {
  return facts_.at("synopsis").value(resource, std::string());
}

}  // namespace agente::sim::qloapps
