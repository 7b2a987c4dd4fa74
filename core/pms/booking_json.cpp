#include "pms/booking_json.hpp"

#include <nlohmann/json.hpp>

namespace agente::pms {

using nlohmann::json;

json money_json(const Money& money) { return {{"minor", money.minor}, {"currency", money.currency}}; }

Money money_of(const json& value) { return {value.at("minor"), value.at("currency")}; }

json booking_json(const plugins::Booking& b) {
  return {{"booking_id", b.booking_id},
          {"reference", b.reference},
          {"status", static_cast<int>(b.status)},
          {"room_type", b.room_type},
          {"checkin", format_day(b.checkin)},
          {"checkout", format_day(b.checkout)},
          {"adults", b.adults},
          {"children", b.children},
          {"rooms", b.rooms},
          {"guest_name", b.guest_name},
          {"phone", b.phone},
          {"email", b.email},
          {"total", money_json(b.total)},
          {"created", b.created.time_since_epoch().count()},
          {"updated", b.updated.time_since_epoch().count()},
          {"backend", b.backend}};
}

plugins::Booking booking_of(const json& v) {
  return {.booking_id = v.at("booking_id"),
          .reference = v.at("reference"),
          .status = static_cast<plugins::StayStatus>(v.at("status").get<int>()),
          .room_type = v.at("room_type"),
          .checkin = parse_day(v.at("checkin").get<std::string>()).value(),
          .checkout = parse_day(v.at("checkout").get<std::string>()).value(),
          .adults = v.at("adults"),
          .children = v.at("children"),
          .rooms = v.at("rooms"),
          .guest_name = v.at("guest_name"),
          .phone = v.at("phone"),
          .email = v.at("email"),
          .total = money_of(v.at("total")),
          .created = Time{Millis{v.at("created").get<Millis::rep>()}},
          .updated = Time{Millis{v.at("updated").get<Millis::rep>()}},
          .backend = v.value("backend", "")};
}

}  // namespace agente::pms
