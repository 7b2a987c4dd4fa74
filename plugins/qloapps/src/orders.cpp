#include "orders.hpp"

#include <algorithm>

#include "values.hpp"

namespace qloapps {
namespace {

using agente::error;
using nlohmann::json;

constexpr std::string_view kOurs = "agente:";
constexpr std::int64_t kCheckedIn = 2;
constexpr std::int64_t kCheckedOut = 3;
constexpr auto kRowFields =
    "[id,id_order,id_product,id_hotel,id_room,id_status,date_from,date_to,is_refunded,is_cancelled,"
    "is_back_order,adults,children,room_type_name]";

/// Canceled, Refunded, Payment error: the states that set an order's rooms free.
bool is_gone(std::int64_t state) { return state >= 4 && state <= 6; }

std::string in_brackets(std::string_view value) { return "[" + std::string{value} + "]"; }

bool is_id(std::string_view text) {
  constexpr std::size_t kLongest = 10;
  return !text.empty() && text.size() <= kLongest && text.front() != '0' &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::uint32_t heads_at(const json& row, const char* key) {
  constexpr std::int64_t kMost = 1000;
  return static_cast<std::uint32_t>(std::clamp(id_at(row, key), std::int64_t{0}, kMost));
}

Row row_of(const json& given) {
  const auto flag = [&](const char* name) { return id_at(given, name) != 0; };
  return {.id = id_at(given, "id"),
          .order = id_at(given, "id_order"),
          .type = id_at(given, "id_product"),
          .hotel = id_at(given, "id_hotel"),
          .room = id_at(given, "id_room"),
          .status = id_at(given, "id_status"),
          .live = !flag("is_refunded") && !flag("is_cancelled") && !flag("is_back_order"),
          .from = parse_day(text_at(given, "date_from")).value_or(agente::day{}),
          .to = parse_day(text_at(given, "date_to")).value_or(agente::day{}),
          .party = {heads_at(given, "adults"), heads_at(given, "children")},
          .type_name = text_at(given, "room_type_name")};
}

std::vector<Row> rows_of(const json& answer) {
  std::vector<Row> rows;
  for (const auto& each : answer.at("bookings")) rows.push_back(row_of(each));
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.id < b.id; });
  return rows;
}

/// "[58|59]": any of them.
std::string any_of(const std::vector<std::int64_t>& ids) {
  std::string list;
  for (const auto id : ids) list += (list.empty() ? "" : "|") + std::to_string(id);
  return in_brackets(list);
}

Order order_of(const json& given) {
  Order order{.id = id_at(given, "id"), .state = id_at(given, "current_state"), .source = text_at(given, "source")};
  order.created = parse_moment(text_at(given, "date_add"));
  order.updated = parse_moment(text_at(given, "date_upd"));
  return order;
}

void take_customer(Order& order, const json& guest) {
  order.firstname = text_at(guest, "firstname");
  order.lastname = text_at(guest, "lastname");
  order.phone = text_at(guest, "phone");
  order.email = text_at(guest, "email");
}

void take_guest(Order& order, const json& booking) {
  const auto linked = booking.find("associations");
  if (linked == booking.end() || !linked->is_object()) return;
  take_customer(order, linked->value("customer_detail", json::object()));
  for (const auto& remark : linked->value("remarks", json::array()))
    if (remark.is_string()) order.remarks.push_back(remark.get<std::string>());
}

}  // namespace

std::string source_of(std::string_view reference) { return std::string{kOurs} + std::string{reference}; }

std::string reference_in(std::string_view source) {
  return source.starts_with(kOurs) ? std::string{source.substr(kOurs.size())} : std::string{};
}

std::vector<Row> Order::live_rows() const {
  std::vector<Row> live;
  std::copy_if(rows.begin(), rows.end(), std::back_inserter(live), [](const Row& row) { return row.live; });
  return live;
}

agente::stay_status Order::status() const {
  using enum agente::stay_status;
  const auto live = live_rows();
  const auto all_are = [&](std::int64_t wanted) {
    return std::all_of(live.begin(), live.end(), [&](const Row& row) { return row.status == wanted; });
  };
  if (live.empty()) return cancelled;
  if (all_are(kCheckedOut)) return left;
  const bool has_come = std::any_of(live.begin(), live.end(), [](const Row& row) { return row.status >= kCheckedIn; });
  if (has_come) return in_house;
  return is_gone(state) ? cancelled : booked;
}

Stay Order::stay() const {
  auto of = live_rows();
  if (of.empty()) of = rows;
  Stay stay;
  if (of.empty()) return stay;
  stay.checkin = std::min_element(of.begin(), of.end(), [](auto& a, auto& b) { return a.from < b.from; })->from;
  stay.checkout = std::max_element(of.begin(), of.end(), [](auto& a, auto& b) { return a.to < b.to; })->to;
  for (const auto& row : of)
    if (row.from == stay.checkin) stay.rooms.push_back(row.party);
  return stay;
}

Order Orders::read(agente::call call, std::string_view booking_id) const {
  const auto unknown = [&] { return error(AGENTE_E_NOT_FOUND, "QloApps has no such booking"); };
  if (!is_id(booking_id)) throw unknown();
  const auto found = api_.get(call, "orders", "orders",
                              {{"display", "[id,current_state,source,total_paid_tax_incl,date_add,date_upd]"},
                               {"filter[id]", in_brackets(booking_id)}});
  const auto& orders = found.at("orders");
  if (!orders.is_array() || orders.empty()) throw unknown();
  const auto& of = orders.front();
  auto order = order_of(of);
  order.rows = rows_of(api_.get(call, "room_bookings", "bookings",
                                {{"display", kRowFields}, {"filter[id_order]", in_brackets(booking_id)}}));
  if (order.rows.empty() || order.rows.front().hotel != settings_.hotel_id) throw unknown();
  const auto booking = api_.get(call, "bookings/" + std::string{booking_id}, "booking");
  take_guest(order, booking.at("booking"));
  order.total = to_money(number_at(of, "total_paid_tax_incl"), text_at(booking.at("booking"), "currency"));
  return order;
}

std::vector<Order> Orders::read_some(agente::call call, const std::vector<std::int64_t>& ids,
                                     std::map<std::int64_t, std::string>& currencies) const {
  const auto found = api_.get(call, "orders", "orders",
                              {{"display",
                                "[id,id_customer,id_currency,current_state,source,total_paid_tax_incl,"
                                "date_add,date_upd]"},
                               {"filter[id]", any_of(ids)}});
  auto rows = rows_of(
      api_.get(call, "room_bookings", "bookings", {{"display", kRowFields}, {"filter[id_order]", any_of(ids)}}));
  std::erase_if(rows, [&](const Row& row) { return row.hotel != settings_.hotel_id; });
  std::vector<Order> orders;
  std::vector<std::int64_t> guests;
  for (const auto& given : found.at("orders")) {
    auto order = order_of(given);
    std::copy_if(rows.begin(), rows.end(), std::back_inserter(order.rows),
                 [&](const Row& row) { return row.order == order.id; });
    if (order.rows.empty()) continue;
    auto& currency = currencies[id_at(given, "id_currency")];
    if (currency.empty())
      currency = text_at(api_.get(call, "bookings/" + order.name(), "booking").at("booking"), "currency");
    order.total = to_money(number_at(given, "total_paid_tax_incl"), currency);
    guests.push_back(id_at(given, "id_customer"));
    orders.push_back(std::move(order));
  }
  if (orders.empty()) return orders;
  const auto known = api_.get(call, "customers", "customers",
                              {{"display", "[id,firstname,lastname,email,phone]"}, {"filter[id]", any_of(guests)}});
  for (std::size_t i = 0; i < orders.size(); ++i)
    for (const auto& guest : known.at("customers"))
      if (id_at(guest, "id") == guests[i]) take_customer(orders[i], guest);
  return orders;
}

std::vector<Order> Orders::read_all(agente::call call, const std::vector<std::int64_t>& ids,
                                    std::map<std::int64_t, std::string>& currencies) const {
  constexpr std::size_t kAtOnce = 50;  // an address has its length
  std::vector<Order> orders;
  for (std::size_t at = 0; at < ids.size(); at += kAtOnce) {
    const auto begin = ids.begin() + static_cast<std::ptrdiff_t>(at);
    const auto count = static_cast<std::ptrdiff_t>(std::min(kAtOnce, ids.size() - at));
    for (auto& order : read_some(call, {begin, begin + count}, currencies)) orders.push_back(std::move(order));
  }
  const auto place = [&](const Order& order) { return std::find(ids.begin(), ids.end(), order.id); };
  std::sort(orders.begin(), orders.end(), [&](const Order& a, const Order& b) { return place(a) < place(b); });
  return orders;
}

std::vector<std::int64_t> Orders::with_reference(agente::call call, std::string_view reference) const {
  const auto source = source_of(reference);
  const auto found =
      api_.get(call, "orders", "orders", {{"display", "[id,source]"}, {"filter[source]", in_brackets(source)}});
  std::vector<std::int64_t> ids;
  for (const auto& order : found.at("orders"))
    if (text_at(order, "source") == source) ids.push_back(id_at(order, "id"));
  std::sort(ids.begin(), ids.end());
  return ids;
}

std::vector<Row> Orders::rivals(agente::call call, const Row& row) const {
  const auto found = api_.get(call, "room_bookings", "bookings",
                              {{"display", kRowFields},
                               {"filter[id_room]", in_brackets(std::to_string(row.room))},
                               {"filter[is_refunded]", "[0]"},
                               {"filter[date_from]", "<" + in_brackets(to_text(row.to))},
                               {"filter[date_to]", ">" + in_brackets(to_text(row.from))}});
  auto rows = rows_of(found);
  std::erase_if(rows, [&](const Row& other) {
    return !other.live || other.id == row.id || other.order == row.order || !other.overlaps(row);
  });
  return rows;
}

}  // namespace qloapps
