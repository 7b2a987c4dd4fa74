#include "simulators/qloapps/book.hpp"

#include <algorithm>

namespace agente::sim::qloapps {
namespace {

template <class Things>
auto* with_id(Things& things, int id) {
  const auto found = std::find_if(things.begin(), things.end(), [&](const auto& thing) { return thing.id == id; });
  return found == things.end() ? nullptr : &*found;
}

bool issues_invoice(int state) {
  return state == kPaid || state == kProcessing || state == kRefunded || state == kOverbookingPaid ||
         state == kPartlyPaid || state == 10;
}

bool frees_rooms(int state) { return state == kCanceled || state == kRefunded || state == kPaymentError; }

}  // namespace

Order* Book::order(int id) { return with_id(orders, id); }
RoomBooking* Book::room_booking(int id) { return with_id(rooms, id); }
Customer* Book::customer(int id) { return with_id(customers, id); }

Customer* Book::customer_by_email(const std::string& email) {
  const auto found = std::find_if(customers.begin(), customers.end(), [&](const auto& c) { return c.email == email; });
  return found == customers.end() ? nullptr : &*found;
}

std::vector<RoomBooking*> Book::rooms_of(int order) {
  std::vector<RoomBooking*> found;
  for (auto& row : rooms) {
    if (row.order == order) found.push_back(&row);
  }
  return found;
}

bool Book::taken(int room, const std::string& from, const std::string& to, int except_order) const {
  return std::any_of(rooms.begin(), rooms.end(), [&](const RoomBooking& row) {
    return row.room == room && row.order != except_order && !row.refunded && row.status != kCheckedOut &&
           row.from < to && row.to > from;
  });
}

std::vector<int> Book::free_rooms(const RoomType& type, const std::string& from, const std::string& to,
                                  int except_order) const {
  std::vector<int> free;
  for (const auto& room : type.rooms) {
    if (!taken(room.id, from, to, except_order)) free.push_back(room.id);
  }
  return free;
}

void Book::enter(Order& order, int state, const std::string& now) {
  order.state = state;
  order.date_upd = now;
  histories.push_back({.id = next.history++, .order = order.id, .state = state, .date_add = now});
  if (issues_invoice(state) && order.invoice == 0) {
    order.invoice = next.invoice++;
    order.invoice_date = now;
  }
  const double open = order.total() - order.paid;
  if ((state == kPaid || state == kOverbookingPaid) && open > 0) {
    pay(order, {.amount = open, .method = "Order from API"}, now);
  }
  if (!frees_rooms(state)) return;
  for (auto* row : rooms_of(order.id)) row->refunded = row->cancelled = true;  // their date_upd stays as it was
}

void Book::pay(Order& order, Payment payment, const std::string& now) {
  payment.id = next.payment++;
  payment.order_reference = order.reference;
  payment.date_add = now;
  order.paid += payment.amount;
  payments.push_back(std::move(payment));
}

}  // namespace agente::sim::qloapps
