#include "simulators/qloapps/front_desk.hpp"

#include <algorithm>
#include <cstdlib>

#include "simulators/qloapps/listing.hpp"
#include "simulators/qloapps/shop_time.hpp"
#include "simulators/qloapps/xml.hpp"

namespace agente::sim::qloapps {
namespace {

/// The element `node` of an XML body. Throws what QloApps' generic resources say of anything else.
Record read_generic(const std::string& body, const std::string& node) {
  const auto document = body.starts_with("<") ? read_xml(body) : std::nullopt;
  if (document && document->contains(node) && document->at(node).is_object()) return document->at(node);
  auto complaints = not_xml("SimpleXMLElement::__construct()", body, "classes/webservice/WebserviceRequest.php", 1389);
  complaints.push_back({127, "XML error : String could not be parsed as XML\nXML length : " +
                                 std::to_string(body.size()) + "\nOriginal XML : " + body});
  throw Refusal{500, complaints};
}

std::string text_at(const Record& within, const char* name) {
  const auto found = within.find(name);
  return found != within.end() && found->is_string() ? found->get<std::string>() : std::string();
}

int integer_at(const Record& within, const char* name) { return std::atoi(text_at(within, name).c_str()); }
double amount_at(const Record& within, const char* name) { return std::atof(text_at(within, name).c_str()); }

void write_row(RoomBooking& row, const Record& given, const std::string& now) {
  row.status = integer_at(given, "id_status");
  row.room = integer_at(given, "id_room");
  row.comment = text_at(given, "comment");
  row.check_in = text_at(given, "check_in");
  row.check_out = text_at(given, "check_out");
  row.from = text_at(given, "date_from");
  row.to = text_at(given, "date_to");
  row.net = amount_at(given, "total_price_tax_excl");
  row.tax = amount_at(given, "total_price_tax_incl") - row.net;
  row.refunded = integer_at(given, "is_refunded") != 0;
  row.cancelled = integer_at(given, "is_cancelled") != 0;
  row.back_order = integer_at(given, "is_back_order") != 0;
  row.adults = integer_at(given, "adults");
  row.children = integer_at(given, "children");
  row.child_ages = text_at(given, "child_ages");
  row.date_upd = now;
}

}  // namespace

Reply change_state(World& world, const Asked& asked) {
  const auto given = read_generic(asked.request.body, "order_history");
  const int state = integer_at(given, "id_order_state");
  const std::lock_guard lock(world.at_book);
  auto& book = world.book;
  auto* order = book.order(integer_at(given, "id_order"));
  const auto states = world.hotel.records("order_states").size();
  if (order == nullptr || state < 1 || static_cast<std::size_t>(state) > states) {
    throw BareText{200, "Invalid new order status"};
  }
  book.enter(*order, state, shop_time(world.now()));
  if (asked.has("sendemail")) throw Refusal{500, {{46, "Unable to save resource"}}};  // it is saved: the mail failed
  const auto& history = book.histories.back();
  return enveloped(asked, 201,
                   one_of(asked, world.hotel,
                          {{"id", std::to_string(history.id)},
                           {"id_employee", ""},
                           {"id_order_state", history.state},
                           {"id_order", std::to_string(history.order)},
                           {"date_add", history.date_add}}));
}

Reply rewrite_row(World& world, const Asked& asked) {
  auto given = read_generic(asked.request.body, "booking");
  for (const auto* name : {"id_product", "id_hotel", "id_order", "id_room", "id_customer", "date_from", "date_to"}) {
    if (text_at(given, name).empty()) {
      throw Refusal{400, {{41, "parameter \"" + std::string(name) + "\" required"}}};
    }
  }
  const std::lock_guard lock(world.at_book);
  auto* row = world.book.room_booking(std::atoi(asked.id.c_str()));
  if (row == nullptr) return {.status = 404, .content_type = ""};
  const int room = integer_at(given, "id_room");
  if (!world.hotel.has_room(room)) throw Refusal{400, {{41, "parameter \"id_room\" not valid"}}};
  const auto now = shop_time(world.now());
  write_row(*row, given, now);
  given.erase("associations");
  given["date_upd"] = now;
  return enveloped(asked, 200, one_of(asked, world.hotel, given));  // every value a text, as it came
}

Reply delete_rows(World& world, const Asked& asked) {
  const int id = std::atoi(asked.id.c_str());
  const std::lock_guard lock(world.at_book);
  const auto gone = std::erase_if(world.book.rooms, [&](const RoomBooking& row) {
    return (asked.resource == "orders" ? row.order : row.id) == id;
  });
  return {.status = gone == 0 ? 404 : 200, .content_type = ""};
}

}  // namespace agente::sim::qloapps
