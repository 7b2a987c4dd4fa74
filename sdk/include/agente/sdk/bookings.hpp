/// The records that travel between a PMS plugin and the host.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <agente/pms.h>
#include <agente/sdk/values.hpp>

namespace agente {

/// A kind of room. `id` is one of the hotel's own words: single, double, twin, triple, quadruple, family, suite.
struct room_type {
  std::string id = {};
  std::uint32_t count = 0;     ///< units of this type
  std::uint32_t capacity = 0;  ///< heads in one unit, children included
  std::string name_es = {};    ///< for guests; empty: the host's own word
  std::string name_en = {};
  std::string name_pt = {};
};

/// Given to availability.
struct stay_query {
  day checkin = {};
  day checkout = {};
  std::uint32_t adults = 1;
  std::uint32_t children = 0;
  std::uint32_t rooms = 1;               ///< units of one type
  std::string_view room_type = {};       ///< empty: all
  std::string_view except_booking = {};  ///< a booking id whose own units count as free; may be empty
};

/// What the hotel offers for a query. units_left 0: sold out; capacity and price may still be told.
struct offer {
  std::string room_type = {};
  std::uint32_t units_left = 0;
  std::uint32_t capacity = 0;
  money total = {};  ///< whole stay, all rooms asked for, tax included
};

enum class stay_status : std::int32_t {
  booked = AGENTE_STAY_BOOKED,
  in_house = AGENTE_STAY_IN_HOUSE,
  left = AGENTE_STAY_LEFT,
  cancelled = AGENTE_STAY_CANCELLED,
};

/// A booking as the PMS has it.
struct booking {
  std::string booking_id = {};  ///< the PMS' own; what the guest is told
  std::string reference = {};   ///< ours; empty for bookings made elsewhere
  stay_status status = stay_status::booked;
  std::string room_type = {};
  day checkin = {};
  day checkout = {};
  std::uint32_t adults = 0;
  std::uint32_t children = 0;
  std::uint32_t rooms = 1;
  std::string guest_name = {};
  std::string phone = {};  ///< empty: unknown
  std::string email = {};
  money total = {};
  time_point created = {};
  time_point updated = {};

  bool operator==(const booking&) const = default;
};

/// Given to book.
struct booking_request {
  std::string_view reference = {};  ///< ours, unique per accepted summary, [A-Z0-9-]{1,32}
  std::string_view room_type = {};
  day checkin = {};
  day checkout = {};
  std::uint32_t adults = 1;
  std::uint32_t children = 0;
  std::uint32_t rooms = 1;
  std::string_view guest_name = {};  ///< as the guest wrote it
  std::string_view phone = {};
  std::string_view email = {};
  std::string_view language = {};
  money expected_total = {};  ///< what the guest accepted
};

/// Given to change: the booking as it shall be.
struct booking_change {
  std::string_view booking_id = {};
  std::string_view key = {};  ///< ours, unique per accepted change, the same at every attempt
  std::string_view room_type = {};
  day checkin = {};
  day checkout = {};
  std::uint32_t adults = 1;
  std::uint32_t children = 0;
  std::uint32_t rooms = 1;
  money expected_total = {};
};

/// What changes_since answers.
struct changes {
  std::vector<booking> bookings = {};
  std::string next_cursor = {};
};

namespace detail {

inline agente_room_type to_abi(const room_type& type) noexcept {
  auto raw = sized<agente_room_type>();
  raw.count = type.count;
  raw.capacity = type.capacity;
  raw.id = str(type.id);
  raw.name_es = str(type.name_es);
  raw.name_en = str(type.name_en);
  raw.name_pt = str(type.name_pt);
  return raw;
}

inline agente_offer to_abi(const offer& o) noexcept {
  auto raw = sized<agente_offer>();
  raw.units_left = o.units_left;
  raw.capacity = o.capacity;
  raw.room_type = str(o.room_type);
  raw.total = to_abi(o.total);
  return raw;
}

inline agente_booking to_abi(const booking& b) noexcept {
  auto raw = sized<agente_booking>();
  raw.status = static_cast<std::int32_t>(b.status);
  raw.booking_id = str(b.booking_id);
  raw.reference = str(b.reference);
  raw.room_type = str(b.room_type);
  raw.checkin = agente::to_abi(b.checkin);
  raw.checkout = agente::to_abi(b.checkout);
  raw.adults = b.adults;
  raw.children = b.children;
  raw.rooms = b.rooms;
  raw.guest_name = str(b.guest_name);
  raw.phone = str(b.phone);
  raw.email = str(b.email);
  raw.total = to_abi(b.total);
  raw.created_ms = agente::to_abi(b.created);
  raw.updated_ms = agente::to_abi(b.updated);
  return raw;
}

inline stay_query from_abi(const agente_stay_query* given) noexcept {
  const auto raw = read(given);
  return {.checkin = from_abi_day(raw.checkin),
          .checkout = from_abi_day(raw.checkout),
          .adults = raw.adults,
          .children = raw.children,
          .rooms = raw.rooms,
          .room_type = view(raw.room_type),
          .except_booking = view(raw.except_booking)};
}

inline booking_request from_abi(const agente_booking_request* given) {
  const auto raw = read(given);
  return {.reference = view(raw.reference),
          .room_type = view(raw.room_type),
          .checkin = from_abi_day(raw.checkin),
          .checkout = from_abi_day(raw.checkout),
          .adults = raw.adults,
          .children = raw.children,
          .rooms = raw.rooms,
          .guest_name = view(raw.guest_name),
          .phone = view(raw.phone),
          .email = view(raw.email),
          .language = view(raw.language),
          .expected_total = from_abi(raw.expected_total)};
}

inline booking_change from_abi(const agente_booking_change* given) {
  const auto raw = read(given);
  return {.booking_id = view(raw.booking_id),
          .key = view(raw.key),
          .room_type = view(raw.room_type),
          .checkin = from_abi_day(raw.checkin),
          .checkout = from_abi_day(raw.checkout),
          .adults = raw.adults,
          .children = raw.children,
          .rooms = raw.rooms,
          .expected_total = from_abi(raw.expected_total)};
}

/// Writes one record; stops a series when the host's sink does.
template <class Record, class Sink>
agente_status write_one(const Record& record, const Sink* out) {
  const auto raw = to_abi(record);
  return out->write(out->ctx, &raw);
}

template <class Records, class Sink>
agente_status write_all(const Records& records, const Sink* out) {
  for (const auto& record : records)
    if (const auto status = write_one(record, out); status != AGENTE_OK) return status;
  return AGENTE_OK;
}

}  // namespace detail
}  // namespace agente
