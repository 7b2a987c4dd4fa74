#include "books.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <optional>

namespace house {
namespace {

constexpr int kMostNights = 365;
constexpr std::uint32_t kMostUnits = 1000;

bool holds_units(const agente::booking& booking) {
  return booking.status == agente::stay_status::booked || booking.status == agente::stay_status::in_house;
}

/// Adds the booking's units to each of these nights that it covers.
void count_in(std::vector<std::int64_t>& per_night, Nights nights, const agente::booking& booking) {
  const auto first = std::max(nights.from, booking.checkin);
  const auto end = std::min(nights.to, booking.checkout);
  for (auto night = first; night < end; night += std::chrono::days{1})
    per_night[static_cast<std::size_t>((night - nights.from).count())] += booking.rooms;
}

/// "sequence.fingerprint.index": changes seen, and how many of that config's bookings were told.
struct Cursor {
  std::uint64_t sequence = 0;
  std::string fingerprint{};
  std::size_t told = 0;
};

template <class Number>
bool read(std::string_view text, Number& out) {
  const auto end = text.data() + text.size();
  const auto [stop, ec] = std::from_chars(text.data(), end, out);
  return ec == std::errc{} && stop == end;
}

Cursor cursor_of(std::string_view text) {
  Cursor cursor;
  const auto first = text.find('.');
  const auto last = text.rfind('.');
  if (first == std::string_view::npos || first == last) return {};
  if (!read(text.substr(0, first), cursor.sequence) || !read(text.substr(last + 1), cursor.told)) return {};
  cursor.fingerprint = text.substr(first + 1, last - first - 1);
  return cursor;
}

std::string to_text(const Cursor& cursor) {
  return std::to_string(cursor.sequence) + "." + cursor.fingerprint + "." + std::to_string(cursor.told);
}

std::string amount(const agente::money& money) { return std::to_string(money.minor) + " " + money.currency; }

}  // namespace

Stay checked_stay(Nights nights, std::uint32_t adults, std::uint32_t children, std::uint32_t units) {
  const auto invalid = [](const std::string& text) { throw agente::error(AGENTE_E_INVALID, text); };
  const auto length = std::int64_t{(nights.to - nights.from).count()};
  if (length < 1)
    invalid("a stay must end after its first day, but this one has " + std::to_string(length) + " nights");
  if (length > kMostNights) invalid("a stay has at most 365 nights, but this one has " + std::to_string(length));
  if (units < 1 || units > kMostUnits) invalid("a booking is for 1 to 1000 units, not " + std::to_string(units));
  return {nights, adults, children, units};
}

const UnitType& Books::type(std::string_view unit_type) const {
  if (const auto* found = config_.find(unit_type)) return *found;
  std::string known;
  for (const auto& type : config_.types) known += (known.empty() ? "" : ", ") + type.told.id;
  throw agente::error(AGENTE_E_NOT_FOUND,
                      "unit type \"" + std::string{unit_type.substr(0, 40)} + "\" is not one of: " + known);
}

void Books::for_each(const std::function<void(const Record&)>& visit) const {
  for (const auto& record : config_.existing)
    if (is_untouched(record)) visit(record);
  for (const auto& entry : ledger.records) visit(entry.second);
}

std::uint32_t Books::units_left(const UnitType& type, Nights nights, std::string_view except) const {
  const auto own_id = fold(except);
  std::vector<std::int64_t> taken(static_cast<std::size_t>(nights.count()));
  std::vector<std::int64_t> own(taken.size());
  for_each([&](const Record& record) {
    const auto& b = record.booking;
    if (b.room_type != type.told.id || !holds_units(b)) return;
    count_in(fold(b.booking_id) == own_id ? own : taken, nights, b);
  });
  for (const auto& closed : config_.sold_out) {
    if (closed.unit_type != type.told.id) continue;
    const auto first = std::max(nights.from, closed.nights.from);
    const auto end = std::min(nights.to, closed.nights.to);
    for (auto night = first; night < end; night += std::chrono::days{1}) {
      // Nothing more is sold, but who has a unit keeps it.
      const auto i = static_cast<std::size_t>((night - nights.from).count());
      taken[i] = std::max(taken[i], std::int64_t{type.told.count} - own[i]);
    }
  }
  const auto busiest = *std::max_element(taken.begin(), taken.end());
  return static_cast<std::uint32_t>(std::max<std::int64_t>(0, std::int64_t{type.told.count} - busiest));
}

agente::money Books::price(const UnitType& type, const Stay& stay) const {
  return {type.rate_minor * stay.nights.count() * stay.units, config_.currency};
}

void Books::must_be_sellable(const UnitType& type, const Stay& stay, std::string_view except,
                             const agente::money& expected) const {
  if (stay.adults < 1) throw agente::error(AGENTE_E_INVALID, "a booking needs at least one adult");
  if (const auto fits = std::uint64_t{type.told.capacity} * stay.units; stay.heads() > fits)
    throw agente::error(AGENTE_E_INVALID,
                        std::to_string(stay.heads()) + " guests do not fit: " + std::to_string(stay.units) + " x " +
                            type.told.id + " is for " + std::to_string(fits) + "; ask for more units or another type");
  if (const auto left = units_left(type, stay.nights, except); left < stay.units)
    throw agente::error(AGENTE_E_CONFLICT, "sold out: " + std::to_string(left) + " of type " + type.told.id +
                                               " left, asked for " + std::to_string(stay.units));
  if (const auto now = price(type, stay); now != expected)
    throw agente::error(AGENTE_E_CONFLICT,
                        "the price is " + amount(now) + ", not " + amount(expected) + "; quote it anew");
}

Record Books::record(std::string_view booking_id) const {
  const auto id = fold(booking_id);
  if (const auto found = ledger.records.find(id); found != ledger.records.end()) return found->second;
  for (const auto& record : config_.existing)
    if (fold(record.booking.booking_id) == id) return record;
  throw agente::error(AGENTE_E_NOT_FOUND, "no booking \"" + std::string{booking_id.substr(0, 64)} + "\"");
}

std::vector<agente::booking> Books::with_reference(std::string_view reference) const {
  std::vector<agente::booking> found;
  if (reference.empty()) return found;  // that is every booking made elsewhere
  for (const auto& entry : ledger.records)
    if (entry.second.booking.reference == reference) found.push_back(entry.second.booking);
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.created < b.created; });
  return found;
}

agente::changes Books::changes_since(std::string_view text, std::uint32_t limit) const {
  auto cursor = cursor_of(text);
  if (cursor.sequence > ledger.last_sequence) cursor = {};
  if (cursor.fingerprint != config_.fingerprint) cursor = {cursor.sequence, config_.fingerprint, 0};
  limit = std::max(limit, 1U);
  agente::changes answer;
  while (cursor.told < config_.existing.size() && answer.bookings.size() < limit) {
    const auto& record = config_.existing[cursor.told++];
    if (is_untouched(record)) answer.bookings.push_back(record.booking);
  }
  std::vector<const Record*> later;
  for (const auto& entry : ledger.records)
    if (entry.second.sequence > cursor.sequence) later.push_back(&entry.second);
  std::sort(later.begin(), later.end(), [](const auto* a, const auto* b) { return a->sequence < b->sequence; });
  for (const auto* record : later) {
    if (answer.bookings.size() == limit) break;
    answer.bookings.push_back(record->booking);
    cursor.sequence = record->sequence;
  }
  answer.next_cursor = to_text(cursor);
  return answer;
}

std::string Books::take_id() {
  const auto is_ref = [&](const std::string& id) {
    return std::any_of(config_.existing.begin(), config_.existing.end(),
                       [&](const Record& r) { return fold(r.booking.booking_id) == fold(id); });
  };
  for (;;) {
    char id[32];
    std::snprintf(id, sizeof id, "H-%06llu", static_cast<unsigned long long>(++ledger.last_number));
    if (!is_ref(id) && !ledger.records.contains(fold(id))) return id;
  }
}

const Record& Books::enter(Record record, agente::time_point now) {
  record.sequence = ++ledger.last_sequence;
  record.booking.updated = now;
  const auto id = fold(record.booking.booking_id);
  return ledger.records.insert_or_assign(id, std::move(record)).first->second;
}

void Books::must_agree_with_config() const {
  for (const auto& of_config : config_.existing) {
    const auto found = ledger.records.find(fold(of_config.booking.booking_id));
    if (found != ledger.records.end() && !found->second.from_config)
      throw agente::error(AGENTE_E_CONFIG, "existing: ref \"" + of_config.booking.booking_id +
                                               "\" is the id of a booking made here; give the entry another ref");
  }
}

}  // namespace house
