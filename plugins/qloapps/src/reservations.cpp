#include "reservations.hpp"

#include <algorithm>

#include "values.hpp"

namespace qloapps {
namespace {

using agente::error;
using enum agente::stay_status;

constexpr std::int64_t kAwaitingPayment = 1;

void must_be_reference(std::string_view reference) {
  const auto is_ours = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'; };
  if (reference.empty() || reference.size() > 32 || !std::all_of(reference.begin(), reference.end(), is_ours))
    throw error(AGENTE_E_INVALID, "a reference is 1 to 32 of A-Z, 0-9 and -");
}

}  // namespace

void must_not_be_second(const Order& order, const Desk& desk, agente::call call) {
  for (const auto& row : order.live_rows()) {
    for (const auto& rival : desk.orders.rivals(call, row)) {
      if (rival.id < row.id)
        throw error(AGENTE_E_CONFLICT, "sold out: QloApps sold the last one twice, and booking " +
                                           std::to_string(rival.order) + " came first");
      desk.host.warn(call, "QloApps holds two bookings for one place; the later has to go",
                     {{"booking", order.id}, {"later", rival.order}});
    }
  }
}

/// Only what stood every check leaves the state in which QloApps books.
bool Reservations::is_settled(const Order& order) const {
  return order.status() != booked || order.state != kAwaitingPayment ||
         desk_.settings.confirmed_state == kAwaitingPayment;
}

void Reservations::undo(const Order& order, agente::call call) const {
  desk_.host.warn(call, "a booking is undone in QloApps", {{"booking", order.id}});
  if (order.state != desk_.settings.cancelled_state)
    desk_.api.write_state(call, order.id, desk_.settings.cancelled_state);
}

/// Throws CONFLICT, once the booking is undone, when its rooms are not its own.
void Reservations::must_be_ours_alone(const Order& order, agente::call call) const {
  try {
    if (order.live_rows().size() < order.rows.size())
      throw error(AGENTE_E_CONFLICT, "sold out: QloApps took the booking and gave the place to another");
    must_not_be_second(order, desk_, call);
  } catch (const error& e) {
    if (e.code() == AGENTE_E_CONFLICT) undo(order, call);
    throw;
  }
}

/// The room is ours by now: a state that does not change is a matter for the front desk.
Order Reservations::confirmed(Order order, agente::call call) const {
  if (order.state == desk_.settings.confirmed_state) return order;
  try {
    desk_.api.write_state(call, order.id, desk_.settings.confirmed_state);
    order.state = desk_.settings.confirmed_state;
  } catch (const error& e) {
    desk_.host.warn(call, std::string{"a booking stays unconfirmed in QloApps: "} + e.what(), {{"booking", order.id}});
  }
  return order;
}

/// QloApps takes whoever gives a known address for that person and overwrites the phone, by which guests are told
/// apart: so a stranger's address is not used.
GuestCard Reservations::guest_of(const agente::booking_request& request, agente::call call) const {
  auto card = card_of(request.guest_name, request.phone, request.email, request.reference);
  if (own_email(card.email).empty()) return card;
  const auto known = desk_.api.get(call, "customers", "customers",
                                   {{"display", "[id,email,phone]"}, {"filter[email]", "[" + card.email + "]"}});
  for (const auto& customer : known.at("customers")) {
    if (digits_of(text_at(customer, "phone")) == digits_of(card.phone)) continue;
    hide_email(card, request.reference);
    break;
  }
  return card;
}

/// 0 when there is none, or QloApps does not say.
std::int64_t Reservations::found_after_doubt(std::string_view reference, agente::call call) const {
  try {
    const auto ids = desk_.orders.with_reference(call, reference);
    return ids.empty() ? 0 : ids.front();
  } catch (const error&) {
    return 0;
  }
}

std::int64_t Reservations::post(const agente::booking_request& request, const Type& type, const Segment& segment,
                                agente::call call) const {
  const auto body = new_booking_json(desk_.settings, segment, read_fees(call, desk_.api), guest_of(request, call),
                                     source_of(request.reference));
  try {
    const auto made = desk_.api.write_booking(call, body);
    if (const auto id = id_at(made.at("booking"), "id"); id != 0) return id;
    throw error(AGENTE_E_UNKNOWN_OUTCOME, "QloApps booked but names no booking");
  } catch (const error& e) {
    if (e.code() == AGENTE_E_UNKNOWN_OUTCOME) {
      if (const auto id = found_after_doubt(request.reference, call); id != 0) return id;
    }
    // Its texts are translated, so what is free tells whether this was the reason.
    if (e.code() == AGENTE_E_INVALID &&
        desk_.quotes.ask(call, segment.stay, type.id)[type.id].free < segment.stay.rooms.size())
      sold_out(type.word);
    throw;
  }
}

Order Reservations::book(const agente::booking_request& request, agente::call call) const {
  must_be_reference(request.reference);
  const auto stay = checked_stay(request.checkin, request.checkout, {request.adults, request.children}, request.rooms,
                                 desk_.settings.max_nights);
  const Desk::Turn turn(desk_, call);
  const auto before = desk_.orders.with_reference(call, request.reference);
  std::int64_t id = before.empty() ? 0 : before.front();
  if (id == 0) {
    const auto type = desk_.catalogue.type(request.room_type, call);
    must_not_be_past(stay, desk_.today());
    must_fit(type, stay);
    const auto quote = desk_.quotes.ask(call, stay, type.id)[type.id];
    must_be_sold_at(quote, type, stay, request.expected_total);
    id = post(request, type, {type.id, stay, quote}, call);
  }
  return after_write([&] {
    auto order = desk_.orders.read(call, std::to_string(id));
    if (!before.empty() && is_settled(order)) return order;
    must_be_ours_alone(order, call);
    if (order.total != request.expected_total) {
      undo(order, call);
      must_cost(order.total, request.expected_total);
    }
    return confirmed(std::move(order), call);
  });
}

std::vector<Order> Reservations::find(std::string_view reference, agente::call call) const {
  std::vector<Order> found;
  if (reference.empty()) return found;
  for (const auto id : desk_.orders.with_reference(call, reference)) {
    auto order = desk_.orders.read(call, std::to_string(id));
    if (!is_settled(order)) {
      const Desk::Turn turn(desk_, call);
      try {
        must_be_ours_alone(order, call);
        order = confirmed(std::move(order), call);
      } catch (const error& e) {
        if (e.code() != AGENTE_E_CONFLICT) throw;
        order = desk_.orders.read(call, std::to_string(id));
      }
    }
    found.push_back(std::move(order));
  }
  return found;
}

Order Reservations::cancel(std::string_view booking_id, agente::call call) const {
  const Desk::Turn turn(desk_, call);
  const auto order = desk_.orders.read(call, booking_id);
  if (order.status() == cancelled) return order;
  if (order.status() != booked)
    throw error(AGENTE_E_CONFLICT, "booking " + order.name() + " cannot be cancelled: the guest has arrived");
  try {
    desk_.api.write_state(call, order.id, desk_.settings.cancelled_state);
  } catch (const error& e) {
    if (e.code() != AGENTE_E_UNKNOWN_OUTCOME) throw;  // else what is read back tells
  }
  return after_write([&] {
    auto gone = desk_.orders.read(call, booking_id);
    if (gone.status() == cancelled) return gone;
    throw error(AGENTE_E_UNKNOWN_OUTCOME, "booking " + gone.name() +
                                              " is not cancelled in QloApps; look whether "
                                              "cancelled_state is the id of its state Canceled");
  });
}

}  // namespace qloapps
