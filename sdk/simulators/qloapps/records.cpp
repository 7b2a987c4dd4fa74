#include <array>
#include <cstdio>

#include "simulators/qloapps/book.hpp"
#include "simulators/qloapps/shop_time.hpp"

// The book in the form of the webservice's generic resources: names and order of fields as recorded.
namespace agente::sim::qloapps {
namespace {

std::string decimals(double amount, int digits = 6) {
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%.*f", digits, amount);
  return text.data();
}

Record record_of(const Customer& customer) {
  return {{"id", customer.id},
          {"id_default_group", 3},
          {"id_lang", 1},
          {"deleted", 0},
          {"passwd", "d41d8cd98f00b204e9800998ecf8427e"},
          {"secure_key", customer.secure_key},
          {"lastname", customer.lastname},
          {"firstname", customer.firstname},
          {"email", customer.email},
          {"phone", customer.phone},
          {"active", 1},
          {"date_add", customer.date_add},
          {"date_upd", customer.date_upd}};
}

Record record_of(const Payment& payment) {
  return {{"id", payment.id},
          {"order_reference", payment.order_reference},
          {"id_currency", 1},
          {"amount", decimals(payment.amount, 2)},
          {"payment_method", payment.method},
          {"payment_type", payment.type},
          {"conversion_rate", "1.000000"},
          {"transaction_id", payment.transaction_id},
          {"card_number", ""},
          {"card_brand", ""},
          {"card_expiration", ""},
          {"card_holder", ""},
          {"date_add", payment.date_add}};
}

Record record_of(const OrderHistory& history) {
  return {{"id", history.id},
          {"id_employee", 0},
          {"id_order_state", history.state},
          {"id_order", history.order},
          {"date_add", history.date_add}};
}

Record heading_of(const Order& order, const std::string& secure_key) {
  const bool counts = order.state == kPaid || order.state == kPartlyPaid || order.state == 10;
  return {{"id", order.id},
          {"id_address_delivery", 0},
          {"id_address_invoice", 0},
          {"id_address_tax", 2},
          {"id_cart", order.cart},
          {"id_currency", 1},
          {"id_lang", order.language},
          {"id_customer", order.customer},
          {"current_state", order.state},
          {"module", "wsorder"},
          {"invoice_number", order.invoice},
          {"invoice_date", order.invoice_date.empty() ? kNever : order.invoice_date},
          {"valid", counts ? 1 : 0},
          {"date_add", order.date_add},
          {"date_upd", order.date_upd},
          {"transaction_id", nullptr},
          {"secure_key", secure_key},
          {"payment", "Order from API"},
          {"payment_type", 1}};
}

Record record_of(const Order& order, const Book& book) {
  std::string secure_key;
  for (const auto& customer : book.customers) {
    if (customer.id == order.customer) secure_key = customer.secure_key;
  }
  auto record = heading_of(order, secure_key);
  const auto gross = decimals(order.total());
  const auto net = decimals(order.net);
  for (const auto* name : {"total_discounts", "total_discounts_tax_incl", "total_discounts_tax_excl"}) {
    record[name] = decimals(0);
  }
  record["total_paid"] = gross;
  record["total_paid_tax_incl"] = gross;
  record["total_paid_tax_excl"] = net;
  record["total_paid_real"] = decimals(order.paid);
  record["total_products"] = net;
  record["total_products_wt"] = gross;
  record["conversion_rate"] = "1.000000";
  record["source"] = order.source;
  record["reference"] = order.reference;
  record["is_advance_payment"] = 0;
  record["advance_paid_amount"] = gross;  // its name misleads: nothing may have been paid
  record["with_occupancy"] = 0;
  auto rooms = Record::array();
  for (const auto& row : book.rooms) {
    if (row.order == order.id) rooms.push_back({{"id", row.id}});
  }
  record["associations"] = {{"bookings", rooms}};
  return record;
}

Record heading_of(const RoomBooking& row) {
  return {{"id", row.id},
          {"id_product", row.room_type},
          {"id_hotel", 1},
          {"id_order", row.order},
          {"id_order_detail", row.order_detail},
          {"id_cart", row.cart},
          {"id_room", row.room},
          {"id_customer", row.customer},
          {"booking_type", 1},
          {"id_status", row.status},
          {"comment", row.comment},
          {"check_in", row.check_in},
          {"check_out", row.check_out},
          {"date_from", row.from},
          {"date_to", row.to},
          {"total_price_tax_excl", decimals(row.net)},
          {"total_price_tax_incl", decimals(row.net + row.tax)},
          {"total_paid_amount", decimals(row.net + row.tax)},
          {"is_refunded", row.refunded ? 1 : 0},
          {"is_cancelled", row.cancelled ? 1 : 0},
          {"is_back_order", row.back_order ? 1 : 0}};
}

Record record_of(const RoomBooking& row, const Hotel& hotel) {
  auto record = heading_of(row);
  const auto& property = hotel.property();
  record["room_num"] = hotel.room(row.room).number;
  record["room_type_name"] = hotel.room_type_name(row.room_type, 1);
  record["hotel_name"] = property.at("hotel_name").at("1");
  record["city"] = property.at("city");
  record["state"] = "";
  record["country"] = "Ireland";
  for (const auto* name : {"zipcode", "phone", "email"}) record[name] = property.at(name);
  record["check_in_time"] = property.at("check_in");
  record["check_out_time"] = property.at("check_out");
  record["planned_check_out"] = row.to.substr(0, 10) + " 11:00:00";
  record["adults"] = row.adults;
  record["children"] = row.children;
  record["child_ages"] = row.child_ages;
  record["date_add"] = row.date_add;
  record["date_upd"] = row.date_upd;
  record["associations"] = {{"booking_extra_demands", Record::array()}};
  return record;
}

template <class Things, class... More>
std::vector<Record> list(const Things& things, const More&... more) {
  std::vector<Record> records;
  records.reserve(things.size());
  for (const auto& thing : things) records.push_back(record_of(thing, more...));
  return records;
}

}  // namespace

std::vector<Record> records_of(const Book& book, const Hotel& hotel, const std::string& resource) {
  if (resource == "orders") return list(book.orders, book);
  if (resource == "room_bookings") return list(book.rooms, hotel);
  if (resource == "customers") return list(book.customers);
  if (resource == "order_payments") return list(book.payments);
  if (resource == "order_histories") return list(book.histories);
  return {};
}

Record blank_record(const Hotel& hotel, const std::string& resource) {
  const auto& type = hotel.room_types().front();
  const Book blank{.orders = {Order{}},
                   .rooms = {RoomBooking{.room = type.rooms.front().id, .room_type = type.id, .to = midnight_of({})}},
                   .customers = {Customer{}},
                   .payments = {Payment{}},
                   .histories = {OrderHistory{}}};
  const auto records = records_of(blank, hotel, resource);
  return records.empty() ? Record::object({{"id", 0}}) : records.front();
}

}  // namespace agente::sim::qloapps
