#include "simulators/qloapps/bookings.hpp"
#include "simulators/qloapps/xml.hpp"

namespace agente::sim::qloapps {
namespace {

Record services_of(const Hotel& hotel, const RoomBooking& row) {
  auto services = Record::array();
  for (const auto& service : row.services) {
    services.push_back({{"id_service", service.id},
                        {"name", hotel.service_name(service.id)},
                        {"quantity", service.quantity},
                        {"unit_price_without_tax", php_number(service.unit_net)},
                        {"total_price_without_tax", php_number(service.net)},
                        {"total_tax", php_number(service.tax)},
                        {"per_night", service.per_night ? 1 : 0},
                        {"price_mode", 2}});
  }
  return services;
}

/// Rooms of one type for the same nights are shown together.
Record room_types_of(const Hotel& hotel, const Order& order, const std::vector<RoomBooking*>& rows) {
  auto types = Record::array();
  std::vector<double> taxes;
  for (const auto* row : rows) {
    std::size_t at = 0;
    while (at < types.size() && !(types[at]["id_room_type"] == row->room_type &&
                                  types[at]["checkin_date"] == row->from && types[at]["checkout_date"] == row->to)) {
      ++at;
    }
    if (at == types.size()) {
      types.push_back({{"id_room_type", row->room_type},
                       {"checkin_date", row->from},
                       {"checkout_date", row->to},
                       {"total_tax", 0},
                       {"number_of_rooms", 0},
                       {"name", hotel.room_type_name(row->room_type, order.language)},
                       {"rooms", Record::array()}});
      taxes.push_back(0);
    }
    Record room{{"id_room", row->room},
                {"id_hotel_booking", row->id},
                {"adults", row->adults},
                {"child", row->children},
                {"unit_price_without_tax", php_number(row->net)},  // of the whole stay, in spite of its name
                {"total_tax", php_number(row->tax)}};
    if (!row->services.empty()) room["services"] = services_of(hotel, *row);
    auto& type = types[at];
    type["total_tax"] = php_number(taxes[at] += row->tax);
    type["rooms"].push_back(room);
    type["number_of_rooms"] = type["rooms"].size();
  }
  return types;
}

Record booking_of(World& world, const Order& order) {
  const auto rows = world.book.rooms_of(order.id);
  const auto* guest = world.book.customer(order.customer);
  Record associations{{"customer_detail",
                       {{"id_customer", guest->id},
                        {"firstname", guest->firstname},
                        {"lastname", guest->lastname},
                        {"email", guest->email},
                        {"phone", guest->phone}}},
                      {"price_details",
                       {{"total_paid", php_number(order.paid)},
                        {"total_price_without_tax", php_number(order.net)},
                        {"total_tax", php_number(order.tax)}}},
                      {"cart_rules", Record::array()},
                      {"remarks", order.remarks},
                      {"room_types", room_types_of(world.hotel, order, rows)}};
  return {{"id", order.id},
          {"id_property", rows.empty() ? 0 : 1},
          {"currency", "EUR"},
          {"source", order.source},
          {"booking_date", order.date_add},
          {"id_language", order.language},
          {"associations", associations}};
}

std::string to_xml(const std::string& name, const Record& value) {  // NOLINT(misc-no-recursion): as deep as a booking
  const auto start = "<" + name + ">";
  const auto end = "</" + name + ">";
  if (!value.is_structured()) return start + cdata(text_of(value)) + end + "\n";
  if (value.empty()) return start + cdata("0") + end + "\n";
  std::string content;
  for (const auto& [key, inner] : value.items()) content += to_xml(value.is_array() ? singular(name) : key, inner);
  return start + content + end;
}

}  // namespace

Reply booking_answer(World& world, const Asked& asked, int order) {
  const auto booking = booking_of(world, *world.book.order(order));
  if (asked.json) return enveloped(asked, 200, php_json({{"booking", booking}}, true));
  return enveloped(asked, 200, kXmlHead + to_xml("booking", booking) + kXmlTail);
}

}  // namespace agente::sim::qloapps
