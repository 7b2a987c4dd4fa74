#include <algorithm>

#include "concierge/flow.hpp"

namespace agente::concierge {
namespace {

using store::Reservation;
using store::ReservationStatus;

Reservation row_of(const Draft& stay, const Message& message) {
  Reservation row;
  row.guest = message.guest;
  row.guest_name = stay.name.value_or("");
  row.room_type = stay.room_type.value_or("");
  row.checkin = stay.checkin;
  row.checkout = stay.checkout;
  row.adults = stay.adults;
  row.children = stay.children.value_or(0);
  row.rooms = stay.rooms.value_or(1);
  row.created_at = message.now;
  row.updated_at = message.now;
  return row;
}

Reservation inquiry_row(const Conversation& talk, const Message& message) {
  auto row = row_of(talk.draft, message);
  row.id = talk.inquiry;
  row.status = talk.inquiry_status;
  if (talk.summary) row.total = talk.summary->total;
  if (talk.summary) row.pms_backend = talk.summary->backend;
  return row;
}

Reservation held_row(const Held& held, const Message& message) {
  auto row = row_of(held.stay, message);
  row.id = held.reservation;
  row.status = held.cancelled ? ReservationStatus::kCancelled : ReservationStatus::kConfirmed;
  if (held.cancelled) row.reason = "guest";
  row.total = held.total;
  row.pms_backend = held.backend;
  row.pms_booking_id = held.booking_id;
  return row;
}

const Held* find(const Conversation& talk, auto&& wanted) {
  const auto found = std::find_if(talk.held.begin(), talk.held.end(), wanted);
  return found == talk.held.end() ? nullptr : &*found;
}

bool inquiry_moved(const Conversation& before, const Conversation& after) {
  return after.inquiry != before.inquiry || after.inquiry_status != before.inquiry_status ||
         !(after.draft == before.draft) || after.summary.has_value() != before.summary.has_value() ||
         (after.summary && after.summary->quote != before.summary->quote);
}

/// Changed or cancelled since, or booked here; one that was only looked up changed nothing.
bool was_written(const Conversation& before, const Held& now) {
  const Held* then = find(before, [&](const Held& held) { return held.booking_id == now.booking_id; });
  if (!then) return now.reservation != 0;
  auto as_now = *then;
  as_now.backend = now.backend;  // found out by looking
  return !(as_now == now);
}

}  // namespace

std::vector<Reservation> reservation_rows(const Conversation& before, const Conversation& after, const Message& message,
                                          const Hotel& hotel) {
  std::vector<Reservation> rows;
  const bool booked = find(after, [&](const Held& held) { return held.reservation == before.inquiry; }) != nullptr;
  if (before.inquiry != 0 && after.inquiry != before.inquiry && !booked) {
    rows.push_back(inquiry_row(before, message));
    rows.back().status = ReservationStatus::kCancelled;
    rows.back().reason = "guest";
  }
  if (after.inquiry != 0 && inquiry_moved(before, after)) rows.push_back(inquiry_row(after, message));
  for (const auto& held : after.held) {
    if (was_written(before, held)) rows.push_back(held_row(held, message));
  }
  for (auto& row : rows) row.guest.hotel = hotel.id;
  return rows;
}

}  // namespace agente::concierge
