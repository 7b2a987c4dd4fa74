#include "ledger_pms.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <optional>

#include <nlohmann/json.hpp>

namespace {

using agente::stay_status;

std::string fold(std::string_view booking_id) {
  std::string folded{booking_id};
  for (char& c : folded)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return folded;
}

std::size_t find(const std::vector<Line>& lines, std::string_view booking_id) {
  for (std::size_t i = 0; i < lines.size(); ++i)
    if (lines[i].booking.booking_id == fold(booking_id)) return i;
  throw agente::error(AGENTE_E_NOT_FOUND, "no booking " + std::string{booking_id.substr(0, 40)});
}

std::optional<std::size_t> find_reference(const std::vector<Line>& lines, std::string_view reference) {
  for (std::size_t i = 0; i < lines.size(); ++i)
    if (lines[i].booking.reference == reference) return i;
  return std::nullopt;
}

bool has_room(const agente::booking& booking, agente::day night) {
  return (booking.status == stay_status::booked || booking.status == stay_status::in_house) &&
         booking.checkin <= night && night < booking.checkout;
}

/// Rooms of this type that are free in every night of [checkin, checkout).
std::uint32_t units_left(const std::vector<Line>& lines, const agente::room_type& type, agente::day checkin,
                         agente::day checkout, std::string_view except) {
  const auto own = fold(except);
  std::uint64_t busiest = 0;
  for (auto night = checkin; night < checkout; night += std::chrono::days{1}) {
    std::uint64_t taken = 0;
    for (const auto& [booking, keys, sequence] : lines)
      if (booking.room_type == type.id && has_room(booking, night) && booking.booking_id != own) taken += booking.rooms;
    busiest = std::max(busiest, taken);
  }
  return type.count - static_cast<std::uint32_t>(std::min<std::uint64_t>(busiest, type.count));
}

[[noreturn]] void conflict(const std::string& text) { throw agente::error(AGENTE_E_CONFLICT, text); }

std::string amount(const agente::money& money) { return std::to_string(money.minor) + " " + money.currency; }

std::uint64_t number_in(std::string_view cursor) {
  std::uint64_t number = 0;
  std::from_chars(cursor.data(), cursor.data() + cursor.size(), number);
  return number;
}

agente::booking new_booking(const agente::booking_request& request, std::size_t number, agente::time_point now) {
  char booking_id[32];
  std::snprintf(booking_id, sizeof booking_id, "L-%05zu", number);
  return {.booking_id = booking_id,
          .reference = std::string{request.reference},
          .room_type = std::string{request.room_type},
          .checkin = request.checkin,
          .checkout = request.checkout,
          .adults = request.adults,
          .children = request.children,
          .rooms = request.rooms,
          .guest_name = std::string{request.guest_name},
          .phone = std::string{request.phone},
          .email = std::string{request.email},
          .total = request.expected_total,
          .created = now};
}

}  // namespace

LedgerPms::LedgerPms(agente::host host, std::string_view config_json)
    : host_(host), ledger_(host), currency_(host.instance().currency) {
  const auto config = nlohmann::json::parse(config_json);
  for (const auto& [type, about] : config.at("rooms").items())
    kinds_.push_back({{.id = type, .count = about.at("count"), .capacity = about.at("capacity")},
                      about.at("rate_minor").get<std::int64_t>()});
}

/// Throws INVALID for what no hotel could offer.
template <class Asked>
LedgerPms::Stay LedgerPms::stay_of(const Asked& asked) {
  const auto nights = agente::nights(asked.checkin, asked.checkout);
  if (nights < 1 || nights > 365)
    throw agente::error(AGENTE_E_INVALID, "a stay has 1 to 365 nights, not " + std::to_string(nights));
  if (asked.adults > 1000 || asked.children > 1000)
    throw agente::error(AGENTE_E_INVALID, "a stay is for at most 1000 adults and 1000 children");
  if (asked.rooms < 1 || asked.rooms > 1000)
    throw agente::error(AGENTE_E_INVALID, "a stay is in 1 to 1000 rooms, not " + std::to_string(asked.rooms));
  return {asked.checkin, asked.checkout, asked.adults + asked.children, asked.rooms};
}

const LedgerPms::Kind& LedgerPms::kind(std::string_view room_type) const {
  for (const auto& kind : kinds_)
    if (kind.told.id == room_type) return kind;
  throw agente::error(AGENTE_E_NOT_FOUND, "no rooms of type " + std::string{room_type.substr(0, 40)});
}

agente::money LedgerPms::price(const Kind& kind, const Stay& stay) const {
  return {kind.rate_minor * agente::nights(stay.checkin, stay.checkout) * stay.rooms, currency_};
}

void LedgerPms::must_be_for_sale(const std::vector<Line>& lines, const Kind& kind, const Stay& stay,
                                 std::string_view except, const agente::money& expected) const {
  if (stay.heads == 0) throw agente::error(AGENTE_E_INVALID, "a booking is for somebody");
  if (stay.heads > std::uint64_t{kind.told.capacity} * stay.rooms)
    throw agente::error(AGENTE_E_INVALID, std::to_string(stay.heads) + " guests do not fit; ask for more rooms");
  if (units_left(lines, kind.told, stay.checkin, stay.checkout, except) < stay.rooms)
    conflict("sold out: not enough of type " + kind.told.id);
  if (const auto now = price(kind, stay); now != expected)
    conflict("the price is " + amount(now) + ", not " + amount(expected) + "; quote it anew");
}

std::vector<agente::room_type> LedgerPms::rooms(agente::call /*call*/) {
  std::vector<agente::room_type> all;
  for (const auto& kind : kinds_) all.push_back(kind.told);
  return all;
}

std::vector<agente::offer> LedgerPms::availability(const agente::stay_query& query, agente::call /*call*/) {
  const auto stay = stay_of(query);
  const auto lines = ledger_.read();
  const auto offer = [&](const Kind& kind) {
    return agente::offer{.room_type = kind.told.id,
                         .units_left = units_left(lines, kind.told, stay.checkin, stay.checkout, query.except_booking),
                         .capacity = kind.told.capacity,
                         .total = price(kind, stay)};
  };
  if (!query.room_type.empty()) return {offer(kind(query.room_type))};
  std::vector<agente::offer> offers;
  for (const auto& each : kinds_) offers.push_back(offer(each));
  return offers;
}

agente::booking LedgerPms::book(const agente::booking_request& request, agente::call /*call*/) {
  if (request.reference.empty()) throw agente::error(AGENTE_E_INVALID, "a booking needs a reference");
  return ledger_.write([&](std::vector<Line>& lines) {
    if (const auto before = find_reference(lines, request.reference)) return *before;
    must_be_for_sale(lines, kind(request.room_type), stay_of(request), {}, request.expected_total);
    lines.push_back({.booking = new_booking(request, lines.size() + 1, host_.now())});  // no line is ever taken out
    return lines.size() - 1;
  });
}

std::vector<agente::booking> LedgerPms::find_by_reference(std::string_view reference, agente::call /*call*/) {
  const auto lines = ledger_.read();
  if (const auto at = find_reference(lines, reference)) return {lines[*at].booking};
  return {};
}

agente::booking LedgerPms::get(std::string_view booking_id, agente::call /*call*/) {
  const auto lines = ledger_.read();
  return lines[find(lines, booking_id)].booking;
}

agente::booking LedgerPms::change(const agente::booking_change& wish, agente::call /*call*/) {
  return ledger_.write([&](std::vector<Line>& lines) {
    const auto at = find(lines, wish.booking_id);
    auto& [booking, keys, sequence] = lines[at];
    if (std::find(keys.begin(), keys.end(), wish.key) != keys.end()) return at;  // this change was made before
    if (booking.status != stay_status::booked) conflict(booking.booking_id + " cannot be changed any more");
    must_be_for_sale(lines, kind(wish.room_type), stay_of(wish), booking.booking_id, wish.expected_total);
    booking.room_type = wish.room_type;
    booking.checkin = wish.checkin;
    booking.checkout = wish.checkout;
    booking.adults = wish.adults;
    booking.children = wish.children;
    booking.rooms = wish.rooms;
    booking.total = wish.expected_total;
    keys.emplace_back(wish.key);
    return at;
  });
}

/// From `before` only; a booking that has the status already is left as it is.
agente::booking LedgerPms::set_status(std::string_view booking_id, stay_status status, stay_status before) {
  return ledger_.write([&](std::vector<Line>& lines) {
    const auto at = find(lines, booking_id);
    auto& booking = lines[at].booking;
    if (booking.status != status && booking.status != before)
      conflict(booking.booking_id + " cannot go from status " + std::to_string(static_cast<int>(booking.status)) +
               " to " + std::to_string(static_cast<int>(status)));
    booking.status = status;
    return at;
  });
}

agente::booking LedgerPms::cancel(std::string_view booking_id, std::string_view /*reason*/, agente::call /*call*/) {
  return set_status(booking_id, stay_status::cancelled, stay_status::booked);
}

agente::booking LedgerPms::set_stay_status(std::string_view booking_id, stay_status status, agente::call /*call*/) {
  if (status == stay_status::in_house) return set_status(booking_id, status, stay_status::booked);
  if (status == stay_status::left) return set_status(booking_id, status, stay_status::in_house);
  throw agente::error(AGENTE_E_INVALID, "a stay can be set to in house or left");
}

/// The cursor is the sequence of the last change that was told.
agente::changes LedgerPms::changes_since(std::string_view cursor, std::uint32_t limit, agente::call /*call*/) {
  const auto told = number_in(cursor);
  auto lines = ledger_.read();
  std::erase_if(lines, [&](const Line& line) { return line.sequence <= told; });
  std::sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) { return a.sequence < b.sequence; });
  lines.resize(std::min<std::size_t>(lines.size(), std::max(limit, 1U)));
  agente::changes answer{.next_cursor = std::string{cursor}};
  for (const auto& line : lines) {
    answer.bookings.push_back(line.booking);
    answer.next_cursor = std::to_string(line.sequence);
  }
  return answer;
}

/// Reading throws what is wrong with the store.
void LedgerPms::health(agente::call /*call*/) { static_cast<void>(ledger_.read()); }

AGENTE_PMS_PLUGIN(LedgerPms);
