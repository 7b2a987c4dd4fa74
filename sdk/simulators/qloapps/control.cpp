#include "simulators/qloapps/control.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "simulators/qloapps/arming.hpp"
#include "simulators/qloapps/shop_time.hpp"

namespace agente::sim::qloapps {
namespace {

using nlohmann::json;

Reply done() { return {.body = "{\"ok\":true}\n"}; }

json room_of(const RoomBooking& row, const Hotel& hotel) {
  static const std::map<int, std::string> kStatuses{
      {kAllotted, "allotted"}, {kCheckedIn, "checked_in"}, {kCheckedOut, "checked_out"}};
  const auto status = kStatuses.find(row.status);
  return {{"row", row.id},
          {"room", row.room},
          {"number", hotel.room(row.room).number},
          {"room_type", row.room_type},
          {"from", row.from.substr(0, 10)},
          {"to", row.to.substr(0, 10)},
          {"status", status == kStatuses.end() ? "unknown" : status->second},
          {"live", row.live()}};
}

json booking_of(Book& book, const Order& order, const Hotel& hotel) {
  const auto& guest = *book.customer(order.customer);
  auto rooms = json::array();
  for (const auto* row : book.rooms_of(order.id)) rooms.push_back(room_of(*row, hotel));
  const bool live = std::any_of(rooms.begin(), rooms.end(), [](const json& room) { return room.at("live") == true; });
  return {{"id", order.id},
          {"source", order.source},
          {"state", order.state},
          {"live", live},
          {"total", order.total()},
          {"paid", order.paid},
          {"remarks", order.remarks},
          {"guest", {{"name", guest.firstname + " " + guest.lastname}, {"email", guest.email}, {"phone", guest.phone}}},
          {"rooms", rooms}};
}

/// Pairs of live rows that have one room in one night, counted from the rows alone.
json double_booked(const Book& book, const Hotel& hotel) {
  auto found = json::array();
  for (auto a = book.rooms.begin(); a != book.rooms.end(); ++a) {
    for (auto b = a + 1; b != book.rooms.end(); ++b) {
      const bool both_live = a->live() && b->live() && a->status != kCheckedOut && b->status != kCheckedOut;
      if (!both_live || a->room != b->room || a->from >= b->to || b->from >= a->to) continue;
      found.push_back({{"room", a->room},
                       {"number", hotel.room(a->room).number},
                       {"rows", {a->id, b->id}},
                       {"bookings", {a->order, b->order}}});
    }
  }
  return found;
}

}  // namespace

Control::Control(World& world)
    : world_(world),
      desk_{{"GET /__sim/log", [this](const Request& request) { return log(request); }},
            {"GET /__sim/book", [this](const Request& request) { return book(request); }},
            {"POST /__sim/fault", [this](const Request& request) { return fault(request); }},
            {"POST /__sim/shop", [this](const Request& request) { return shop(request); }},
            {"POST /__sim/rights", [this](const Request& request) { return rights(request); }},
            {"POST /__sim/numbers", [this](const Request& request) { return numbers(request); }},
            {"POST /__sim/reset", [this](const Request& request) { return reset(request); }}} {}

Reply Control::log(const Request& request) { return {.body = world_.journal.since(read_since(request))}; }

Reply Control::fault(const Request& request) {
  if (const auto refusal = arm(world_.faults, read_rule(read_object(request)))) return problem(400, *refusal);
  return done();
}

Reply Control::book(const Request&) {
  const std::lock_guard lock(world_.at_book);
  auto rooms = json::array();
  for (const auto& type : world_.hotel.room_types()) {
    for (const auto& room : type.rooms) {
      rooms.push_back({{"id", room.id}, {"number", room.number}, {"room_type", type.id}});
    }
  }
  auto bookings = json::array();
  for (const auto& order : world_.book.orders) bookings.push_back(booking_of(world_.book, order, world_.hotel));
  const json shown{
      {"rooms", rooms}, {"bookings", bookings}, {"double_booked", double_booked(world_.book, world_.hotel)}};
  return {.body = shown.dump(-1, ' ', false, json::error_handler_t::replace) + "\n"};
}

Reply Control::shop(const Request& request) {
  const auto body = read_object(request);
  const std::lock_guard lock(world_.at_book);
  auto changed = world_.shop;
  changed.webservice = body.value("webservice", changed.webservice);
  changed.database = body.value("database", changed.database);
  changed.maintenance = body.value("maintenance", changed.maintenance);
  changed.languages = body.value("languages", changed.languages);
  if (changed.languages < 1 || changed.languages > 2) throw Unclear("languages must be 1 or 2");
  world_.shop = std::move(changed);
  return done();
}

Reply Control::rights(const Request& request) {
  const auto body = read_object(request);
  const auto resource = body.at("resource").get<std::string>();
  const auto methods = body.at("methods").get<std::set<std::string>>();
  const auto known = world_.hotel.permitted();
  if (std::find(known.begin(), known.end(), resource) == known.end()) {
    throw Unclear("there is no resource '" + resource + "' that the key could have rights for");
  }
  const std::lock_guard lock(world_.at_book);
  world_.shop.rights[resource] = methods;
  return done();
}

Reply Control::numbers(const Request& request) {
  const auto body = read_object(request);
  const std::lock_guard lock(world_.at_book);
  auto changed = world_.book.next;
  const std::map<std::string, int*> kinds{{"order", &changed.order},
                                          {"room_booking", &changed.room_booking},
                                          {"customer", &changed.customer},
                                          {"cart", &changed.cart},
                                          {"order_detail", &changed.order_detail},
                                          {"history", &changed.history},
                                          {"payment", &changed.payment},
                                          {"invoice", &changed.invoice}};
  for (const auto& [kind, number] : body.items()) {
    const auto known = kinds.find(kind);
    if (known == kinds.end()) throw Unclear("there is no number of '" + kind + "'");
    *known->second = number.get<int>();
  }
  world_.book.next = changed;
  return done();
}

Reply Control::reset(const Request&) {
  world_.faults.clear();
  world_.journal.clear();
  const std::lock_guard lock(world_.at_book);
  world_.book = {};
  world_.shop = {.languages = world_.options.languages};
  world_.chance.seed(world_.options.seed);
  return done();
}

}  // namespace agente::sim::qloapps
