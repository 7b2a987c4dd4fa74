#include "store/pms_bookings.hpp"

#include "store/columns.hpp"

namespace agente::store {

std::string_view name_of(StayState state) {
  switch (state) {
    case StayState::kBooked:
      return "BOOKED";
    case StayState::kInHouse:
      return "IN_HOUSE";
    case StayState::kLeft:
      return "LEFT";
    case StayState::kCancelled:
      return "CANCELLED";
  }
  return "";
}

namespace pms_bookings {
namespace {

constexpr std::string_view kPut = R"(
INSERT INTO pms_bookings (hotel_id, pms_backend, pms_booking_id, reference, status, guest_name, room_type, checkin,
  checkout, adults, children, rooms, total_minor, currency, seen_at)
VALUES (?1, ?2, ?3, ?4, ?5, '', ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
ON CONFLICT (hotel_id, pms_backend, pms_booking_id) DO UPDATE SET reference = excluded.reference,
  status = excluded.status, room_type = excluded.room_type,
  checkin = excluded.checkin, checkout = excluded.checkout, adults = excluded.adults, children = excluded.children,
  rooms = excluded.rooms, total_minor = excluded.total_minor, currency = excluded.currency,
  seen_at = excluded.seen_at)";

const std::string kSelect =
    "SELECT hotel_id, pms_backend, pms_booking_id, reference, status, room_type, checkin, checkout, "
    "adults, children, rooms, total_minor, currency, seen_at FROM pms_bookings";

PmsBooking read(Columns& in) {
  PmsBooking booking{.hotel = in.text(),
                     .backend = in.text(),
                     .id = in.text(),
                     .reference = in.text(),
                     .state = parse_name(in.text(), StayState::kCancelled),
                     .room_type = in.text(),
                     .checkin = in.maybe_day().value_or(Day{}),
                     .checkout = in.maybe_day().value_or(Day{}),
                     .adults = in.number(),
                     .children = in.number(),
                     .rooms = in.number(),
                     .total = {},
                     .seen_at = {}};
  const auto minor = in.maybe_integer();
  auto currency = in.text();
  if (minor) booking.total = Money{*minor, std::move(currency)};
  booking.seen_at = in.time();
  return booking;
}

}  // namespace

void put(sql::Connection& connection, const PmsBooking& b) {
  const auto checkin = format_day(b.checkin);
  const auto checkout = format_day(b.checkout);
  const auto minor = b.total ? std::optional(b.total->minor) : std::nullopt;
  const std::string_view currency = b.total ? std::string_view(b.total->currency) : "";
  connection.execute(kPut, values(b.hotel, b.backend, b.id, b.reference, name_of(b.state), b.room_type, checkin,
                                  checkout, b.adults, b.children, b.rooms, minor, currency, b.seen_at));
}

std::optional<PmsBooking> find(sql::Connection& connection, std::string_view hotel, std::string_view backend,
                               std::string_view id) {
  return first(connection, kSelect + " WHERE hotel_id = ?1 AND pms_backend = ?2 AND pms_booking_id = ?3",
               values(hotel, backend, id), read);
}

std::vector<PmsBooking> list(sql::Connection& connection, const Page& page) {
  const auto day = format_day(page.day);
  return collect(connection,
                 kSelect +
                     " WHERE hotel_id = ?1 AND pms_backend = ?2 AND pms_booking_id > ?3 AND checkout >= ?4 "
                     "ORDER BY pms_booking_id LIMIT ?5",
                 values(page.hotel, page.backend, page.after, day, page.limit), read);
}

std::vector<Taken> taken(sql::Connection& connection, std::string_view hotel, Day day, bool is_past) {
  constexpr std::string_view kTaken = R"(
SELECT pms_backend, room_type, rooms FROM pms_bookings
WHERE hotel_id = ?1 AND checkout > ?2 AND checkin <= ?2 AND status IN ('BOOKED', 'IN_HOUSE', ?3))";
  const auto night = format_day(day);
  const auto left = name_of(is_past ? StayState::kLeft : StayState::kInHouse);
  return collect(connection, kTaken, values(hotel, night, left),
                 [](Columns& in) { return Taken{.backend = in.text(), .room_type = in.text(), .rooms = in.number()}; });
}

}  // namespace pms_bookings
}  // namespace agente::store
