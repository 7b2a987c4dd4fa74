#include "plugins/pms_records.hpp"

#include <algorithm>
#include <cstdint>

#include "plugins/c_abi.hpp"

namespace agente::plugins::abi {
namespace {

constexpr std::uint32_t kMostUnits = 100'000;
constexpr agente_day kLastDay = 2'932'896;                                  // 9999-12-31
constexpr std::int64_t kLastMoment = std::int64_t{253'402'300'799} * 1000;  // the same in ms

std::optional<int> count(std::uint32_t value) {
  return value <= kMostUnits ? std::optional(static_cast<int>(value)) : std::nullopt;
}

std::optional<Day> day(agente_day value) {
  return value >= 0 && value <= kLastDay ? std::optional(Day{std::chrono::days{value}}) : std::nullopt;
}

std::optional<Time> moment(std::int64_t ms) {
  return ms >= 0 && ms <= kLastMoment ? std::optional(Time{Millis{ms}}) : std::nullopt;
}

bool is_currency(const std::string& text) {
  return text.size() == 3 && std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

/// A price; none at all (no currency, 0) is allowed where nothing is sold.
std::optional<Money> money(const agente_money& from) {
  auto currency = text(from.currency);
  if (!currency || from.minor < 0) return std::nullopt;
  if (!is_currency(*currency) && !(currency->empty() && from.minor == 0)) return std::nullopt;
  return Money{from.minor, std::move(*currency)};
}

agente_day to_c(Day day) { return static_cast<agente_day>(day.time_since_epoch().count()); }
agente_money to_c(const Money& from) { return {from.minor, str(from.currency)}; }
std::uint32_t to_c(int value) { return static_cast<std::uint32_t>(std::max(value, 0)); }

}  // namespace

std::optional<RoomType> read_room(const agente_room_type& from) {
  auto id = text(from.id);
  auto es = text(from.name_es);
  auto en = text(from.name_en);
  auto pt = text(from.name_pt);
  const auto units = count(from.count);
  const auto heads = count(from.capacity);
  if (!id || id->empty() || !es || !en || !pt || !units || !heads) return std::nullopt;
  return RoomType{std::move(*id), std::move(*es), std::move(*en), std::move(*pt), *units, *heads};
}

std::optional<Offer> read_offer(const agente_offer& from) {
  auto type = text(from.room_type);
  auto total = money(from.total);
  const auto left = count(from.units_left);
  const auto heads = count(from.capacity);
  if (!type || type->empty() || !total || !left || !heads) return std::nullopt;
  if (*left > 0 && total->currency.empty()) return std::nullopt;  // nothing can be sold without a price
  return Offer{std::move(*type), *left, *heads, std::move(*total)};
}

std::optional<Booking> read_booking(const agente_booking& from) {
  auto id = text(from.booking_id);
  auto reference = text(from.reference);
  auto type = text(from.room_type);
  auto name = text(from.guest_name);
  auto phone = text(from.phone);
  auto email = text(from.email);
  auto total = money(from.total);
  if (!id || id->empty() || !reference || !type || !name || !phone || !email || !total) return std::nullopt;
  const auto checkin = day(from.checkin);
  const auto checkout = day(from.checkout);
  const auto adults = count(from.adults);
  const auto children = count(from.children);
  const auto rooms = count(from.rooms);
  const auto created = moment(from.created_ms);
  const auto updated = moment(from.updated_ms);
  if (!checkin || !checkout || !adults || !children || !rooms || !created || !updated) return std::nullopt;
  if (from.status < AGENTE_STAY_BOOKED || from.status > AGENTE_STAY_CANCELLED) return std::nullopt;
  return Booking{.booking_id = std::move(*id),
                 .reference = std::move(*reference),
                 .status = static_cast<StayStatus>(from.status),
                 .room_type = std::move(*type),
                 .checkin = *checkin,
                 .checkout = *checkout,
                 .adults = *adults,
                 .children = *children,
                 .rooms = *rooms,
                 .guest_name = std::move(*name),
                 .phone = std::move(*phone),
                 .email = std::move(*email),
                 .total = std::move(*total),
                 .created = *created,
                 .updated = *updated};
}

agente_stay_query to_c(const StayQuery& query) {
  return {.struct_size = sizeof(agente_stay_query),
          .checkin = to_c(query.checkin),
          .checkout = to_c(query.checkout),
          .adults = to_c(query.adults),
          .children = to_c(query.children),
          .rooms = to_c(query.rooms),
          .room_type = str(query.room_type),
          .except_booking = str(query.except_booking)};
}

agente_booking_request to_c(const BookingRequest& request) {
  return {.struct_size = sizeof(agente_booking_request),
          .adults = to_c(request.adults),
          .children = to_c(request.children),
          .rooms = to_c(request.rooms),
          .reference = str(request.reference),
          .room_type = str(request.room_type),
          .checkin = to_c(request.checkin),
          .checkout = to_c(request.checkout),
          .guest_name = str(request.guest_name),
          .phone = str(request.phone),
          .email = str(request.email),
          .language = str(request.language),
          .expected_total = to_c(request.expected_total)};
}

agente_booking_change to_c(const BookingChange& change) {
  return {.struct_size = sizeof(agente_booking_change),
          .adults = to_c(change.adults),
          .children = to_c(change.children),
          .rooms = to_c(change.rooms),
          .booking_id = str(change.booking_id),
          .key = str(change.key),
          .room_type = str(change.room_type),
          .checkin = to_c(change.checkin),
          .checkout = to_c(change.checkout),
          .expected_total = to_c(change.expected_total)};
}

}  // namespace agente::plugins::abi
