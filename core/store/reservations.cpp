#include "store/columns.hpp"
#include "store/repositories.hpp"

namespace agente::store::reservations {

namespace {

constexpr std::string_view kPut = R"(
INSERT INTO reservations (hotel_id, id, channel, sender, status, guest_name, room_type, checkin, checkout, adults,
  children, rooms, total_minor, currency, pms_backend, pms_booking_id, reference, reason, created_at, updated_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)
ON CONFLICT (hotel_id, id) DO UPDATE SET channel = excluded.channel, sender = excluded.sender,
  status = excluded.status, guest_name = excluded.guest_name, room_type = excluded.room_type,
  checkin = excluded.checkin, checkout = excluded.checkout, adults = excluded.adults, children = excluded.children,
  rooms = excluded.rooms, total_minor = excluded.total_minor, currency = excluded.currency,
  pms_backend = excluded.pms_backend, pms_booking_id = excluded.pms_booking_id, reference = excluded.reference,
  reason = excluded.reason, updated_at = excluded.updated_at)";

constexpr std::string_view kLog = R"(
INSERT INTO reservation_events (hotel_id, reservation_id, number, happened_at, old_status, new_status,
  pms_booking_id, reason)
VALUES (?1, ?2,
  (SELECT COALESCE(MAX(number), 0) + 1 FROM reservation_events WHERE hotel_id = ?1 AND reservation_id = ?2),
  ?3, ?4, ?5, ?6, ?7))";

// CROSS JOIN: for SQLite, the guest's few reservations first, and not every event of the hotel.
constexpr std::string_view kConfirmedSince = R"(
SELECT COUNT(DISTINCT e.reservation_id) FROM reservations r
CROSS JOIN reservation_events e
WHERE e.hotel_id = r.hotel_id AND e.reservation_id = r.id AND r.hotel_id = ?1 AND r.channel = ?2 AND r.sender = ?3
  AND e.new_status = 'CONFIRMED' AND e.old_status <> 'CONFIRMED' AND e.happened_at >= ?4)";

const std::string kSelect =
    "SELECT id, hotel_id, channel, sender, status, guest_name, room_type, checkin, checkout, adults, children, rooms, "
    "total_minor, currency, pms_backend, pms_booking_id, reference, reason, created_at, updated_at FROM reservations";

std::optional<Money> read_money(Columns& in) {
  const auto minor = in.maybe_integer();
  auto currency = in.text();
  if (!minor) return std::nullopt;
  return Money{*minor, std::move(currency)};
}

std::optional<int> read_adults(Columns& in) {
  const auto adults = in.maybe_integer();
  return adults ? std::optional(static_cast<int>(*adults)) : std::nullopt;
}

Reservation read(Columns& in) {
  return {.id = in.integer(),
          .guest = in.guest(),
          .status = parse_name(in.text(), ReservationStatus::kCancelled),
          .guest_name = in.text(),
          .room_type = in.text(),
          .checkin = in.maybe_day(),
          .checkout = in.maybe_day(),
          .adults = read_adults(in),
          .children = in.number(),
          .rooms = in.number(),
          .total = read_money(in),
          .pms_backend = in.text(),
          .pms_booking_id = in.text(),
          .reference = in.text(),
          .reason = in.text(),
          .created_at = in.time(),
          .updated_at = in.time()};
}

std::optional<std::string> day_text(const std::optional<Day>& day) {
  return day ? std::optional(format_day(*day)) : std::nullopt;
}

void save(sql::Connection& connection, const Reservation& r) {
  const auto checkin = day_text(r.checkin);
  const auto checkout = day_text(r.checkout);
  const auto minor = r.total ? std::optional(r.total->minor) : std::nullopt;
  const std::string_view currency = r.total ? std::string_view(r.total->currency) : "";
  connection.execute(kPut, values(r.guest.hotel, r.id, r.guest.channel, r.guest.sender, name_of(r.status), r.guest_name,
                                  r.room_type, checkin, checkout, r.adults, r.children, r.rooms, minor, currency,
                                  r.pms_backend, r.pms_booking_id, r.reference, r.reason, r.created_at, r.updated_at));
}

/// `day` holds the text of filter.date and must live as long as the result.
Where conditions(const Filter& filter, const std::string& day) {
  Where where;
  if (!filter.hotel.empty()) where.add("hotel_id = ?", value(filter.hotel));
  if (filter.status) where.add("status = ?", name_of(*filter.status));
  if (filter.field == DateField::kCreated) {
    where.add("created_at >= ?", value(filter.created_from));
    where.add("created_at < ?", value(filter.created_to));
  } else if (filter.date && filter.field == DateField::kStay) {
    where.add("checkin <= ?", value(day));
    where.add("checkout > ?", value(day));
  } else if (filter.date) {
    where.add(filter.field == DateField::kArrival ? "checkin = ?" : "checkout = ?", value(day));
  }
  return where;
}

}  // namespace

void put(sql::Connection& connection, const Reservation& reservation) {
  const auto& hotel = reservation.guest.hotel;
  const auto old = find(connection, hotel, reservation.id);
  save(connection, reservation);

  if (old && old->status == reservation.status && old->pms_booking_id == reservation.pms_booking_id) return;
  const std::string_view old_status = old ? name_of(old->status) : "";
  connection.execute(kLog, values(hotel, reservation.id, reservation.updated_at, old_status,
                                  name_of(reservation.status), reservation.pms_booking_id, reservation.reason));
}

std::optional<Reservation> find(sql::Connection& connection, std::string_view hotel, Id id) {
  return first(connection, kSelect + " WHERE hotel_id = ?1 AND id = ?2", values(hotel, id), read);
}

std::optional<Reservation> find_by_booking_id(sql::Connection& connection, std::string_view hotel,
                                              std::string_view pms_backend, std::string_view pms_booking_id) {
  return first(connection,
               kSelect +
                   " WHERE hotel_id = ?1 AND pms_booking_id = ?2 AND pms_booking_id <> '' AND pms_backend = ?3 "
                   "ORDER BY id LIMIT 1",
               values(hotel, pms_booking_id, pms_backend), read);
}

std::vector<Reservation> list_of_guest(sql::Connection& connection, const GuestKey& guest) {
  return collect(connection, kSelect + " WHERE hotel_id = ?1 AND channel = ?2 AND sender = ?3 ORDER BY id",
                 values(guest.hotel, guest.channel, guest.sender), read);
}

std::int64_t count_confirmed_since(sql::Connection& connection, const GuestKey& guest, Time since) {
  return first(connection, kConfirmedSince, values(guest.hotel, guest.channel, guest.sender, since),
               [](Columns& in) { return in.integer(); })
      .value_or(0);
}

std::vector<Reservation> list(sql::Connection& connection, const Filter& filter) {
  const auto day = filter.date ? format_day(*filter.date) : std::string();
  auto where = conditions(filter, day);
  where.add("id > ?", value(filter.after));
  const auto limit = where.mark(value(filter.limit));
  return collect(connection, kSelect + where.text() + " ORDER BY id LIMIT " + limit, where.parameters(), read);
}

std::int64_t count(sql::Connection& connection, const Filter& filter) {
  const auto day = filter.date ? format_day(*filter.date) : std::string();
  const auto where = conditions(filter, day);
  return first(connection, "SELECT COUNT(*) FROM reservations" + where.text(), where.parameters(),
               [](Columns& in) { return in.integer(); })
      .value_or(0);
}

}  // namespace agente::store::reservations
