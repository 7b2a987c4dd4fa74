#include "pms/follow.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

#include "pms/known.hpp"
#include "store/repositories.hpp"

namespace agente::pms {

using plugins::Booking;
using plugins::StayStatus;
using store::PmsBooking;
using store::Reservation;
using store::ReservationStatus;
using store::StayState;
using store::sql::Connection;

namespace {

constexpr std::string_view kCursorKey = "cursor";
constexpr int kMostOutdated = 10;  // then so much is going on that the next sync may have more luck

Error pauses() { return {Code::kRetry, "PMS is not answering; calls to it pause"}; }

StayState state_of(StayStatus status) {
  switch (status) {
    case StayStatus::kBooked:
      return StayState::kBooked;
    case StayStatus::kInHouse:
      return StayState::kInHouse;
    case StayStatus::kLeft:
      return StayState::kLeft;
    case StayStatus::kCancelled:
      return StayState::kCancelled;
  }
  return StayState::kBooked;
}

/// Where the PMS leads a reservation; as it is when it may not go there.
ReservationStatus led(ReservationStatus from, StayState to) {
  using enum ReservationStatus;
  const bool awaited = from == kConfirmed || from == kPendingConfirmation;
  if (to == StayState::kCancelled && (awaited || from == kCheckedIn)) return kCancelled;
  if (to == StayState::kInHouse && awaited) return kCheckedIn;
  if (to == StayState::kLeft && (awaited || from == kCheckedIn)) return kCheckedOut;
  return from;
}

bool is_over(ReservationStatus status) {
  return status == ReservationStatus::kCancelled || status == ReservationStatus::kCheckedOut;
}

std::set<std::string> alive_in_mirror(Connection& connection, store::pms_bookings::Page page) {
  std::set<std::string> ids;
  for (auto rows = store::pms_bookings::list(connection, page); !rows.empty();
       rows = store::pms_bookings::list(connection, page)) {
    for (const auto& row : rows) {
      if (row.state == StayState::kBooked || row.state == StayState::kInHouse) ids.insert(row.id);
    }
    page.after = rows.back().id;
  }
  return ids;
}

/// The ids that the PMS gave to our reservations that end on `today` or later.
std::set<std::string> alive_with_us(Connection& connection, const std::string& hotel, const std::string& backend,
                                    Day today) {
  std::set<std::string> ids;
  for (const auto status : {ReservationStatus::kConfirmed, ReservationStatus::kCheckedIn}) {
    store::reservations::Filter filter{.hotel = hotel, .status = status, .limit = 500};
    for (auto rows = store::reservations::list(connection, filter); !rows.empty();
         rows = store::reservations::list(connection, filter)) {
      for (const auto& row : rows) {
        const bool awaited = row.pms_backend == backend && row.checkout && *row.checkout >= today;
        if (awaited && !row.pms_booking_id.empty()) ids.insert(row.pms_booking_id);
      }
      filter.after = rows.back().id;
    }
  }
  return ids;
}

}  // namespace

PmsBooking mirrored(const std::string& hotel, const std::string& backend, const Booking& booking, Time seen_at) {
  return {.hotel = hotel,
          .backend = backend,
          .id = booking.booking_id,
          .reference = booking.reference,
          .state = state_of(booking.status),
          .room_type = booking.room_type,
          .checkin = booking.checkin,
          .checkout = booking.checkout,
          .adults = booking.adults,
          .children = booking.children,
          .rooms = booking.rooms,
          .total = booking.total,
          .seen_at = seen_at};
}

Result<plugins::Changes> Source::changes(std::string_view cursor, std::string_view trace) const {
  if (gateway.breaker_status().state == BreakerState::kOpen) return pauses();
  return gateway.pms().changes_since(cursor, Follow::kPage, trace);
}

Result<std::vector<plugins::RoomType>> Source::rooms(std::string_view trace) const {
  if (gateway.breaker_status().state == BreakerState::kOpen) return pauses();
  return gateway.pms().rooms(trace);
}

bool Pages::go_on(const plugins::Changes& page) {
  constexpr int kMostEmpty = 200;  // in a row: a plugin may count time in its cursor, which never stays
  empty_ = page.bookings.empty() ? empty_ + 1 : 0;
  const bool more = page.next_cursor != cursor_ && empty_ < kMostEmpty;
  cursor_ = page.next_cursor;
  return more;
}

bool lead(Reservation& ours, const PmsBooking& theirs) {
  auto after = ours;
  after.status = led(ours.status, theirs.state);
  if (after.status != ours.status && after.status == ReservationStatus::kCancelled) after.reason = "PMS";
  if (!is_over(ours.status) && theirs.state != StayState::kCancelled) {
    after.checkin = theirs.checkin;
    after.checkout = theirs.checkout;
    after.room_type = theirs.room_type;
    after.adults = theirs.adults;
    after.children = theirs.children;
    after.rooms = theirs.rooms;
    after.total = theirs.total;
  }
  const auto facts = [](const Reservation& r) {
    return std::tie(r.status, r.checkin, r.checkout, r.room_type, r.adults, r.children, r.rooms, r.total);
  };
  const bool changed = facts(after) != facts(ours);
  ours = std::move(after);
  return changed;
}

Result<Follow::Mark> Follow::mark() const {
  Mark mark;
  const auto read = store_.read([&](Connection& connection) {
    const auto kept = store::kv::get(connection, known::owner(hotel_, gateway_.backend()), kCursorKey);
    mark = kept ? Mark{kept->value, kept->revision} : Mark{};
  });
  if (!read) return read.error();
  return mark;
}

Result<Follow::Step> Follow::next_changes(std::string_view trace) {
  const auto from = mark();
  if (!from) return from.error();
  const auto asked_at = clock_.now();
  const auto changes = take_over(*from, from->cursor, true, trace);
  if (!changes) return changes.error();
  const Step step{.bookings = static_cast<int>(changes->bookings.size()),
                  .is_at_end = changes->next_cursor == from->cursor};
  if (!step.is_at_end) return step;
  const auto noted =
      store_.write([&](Connection& connection) { known::put_up_to(connection, hotel_, gateway_.backend(), asked_at); });
  if (!noted) return noted.error();
  return step;
}

Result<void> Follow::count_rooms(std::string_view trace) {
  const auto told = source_.rooms(trace);
  if (!told) return told.error();
  known::Rooms rooms;
  for (const auto& type : *told) rooms[type.id] += type.count;
  return store_.write([&](Connection& connection) { known::put_rooms(connection, hotel_, gateway_.backend(), rooms); });
}

/// Asks for a page and writes it.
Result<plugins::Changes> Follow::take_over(const Mark& mark, std::string_view cursor, bool keep_cursor,
                                           std::string_view trace) {
  const auto asked_at = clock_.now();
  auto changes = source_.changes(cursor, trace);
  if (!changes) return changes;
  const auto& next = keep_cursor ? changes->next_cursor : mark.cursor;
  if (changes->bookings.empty() && next == mark.cursor) return changes;  // nothing to write
  if (auto saved = save(mark, next, changes->bookings, asked_at); !saved) return saved.error();
  return changes;
}

Result<void> Follow::save(const Mark& mark, const std::string& cursor, const std::vector<Booking>& bookings,
                          Time asked_at) const {
  const auto backend = gateway_.backend();
  const auto now = clock_.now();
  bool outdated = false;
  const auto written = store_.write([&](Connection& connection) {
    outdated = false;
    std::vector<std::pair<PmsBooking, std::optional<Reservation>>> rows;
    for (const auto& booking : bookings) {
      auto ours = store::reservations::find_by_booking_id(connection, hotel_, backend, booking.booking_id);
      outdated = outdated || (ours && ours->updated_at > asked_at);
      rows.emplace_back(mirrored(hotel_, backend, booking, now), std::move(ours));
    }
    const store::kv::Entry entry{.key = std::string(kCursorKey), .value = cursor, .schema = 1};
    outdated = outdated || !store::kv::put(connection, known::owner(hotel_, backend), entry, mark.revision);
    if (outdated) return;
    for (auto& [theirs, ours] : rows) {
      store::pms_bookings::put(connection, theirs);
      if (!ours || !lead(*ours, theirs)) continue;
      ours->updated_at = now;
      store::reservations::put(connection, *ours);
    }
  });
  if (!written) return written;
  if (outdated)
    return Error{Code::kConflict, "the bookings were changed while the PMS was asked; they are asked for again"};
  return {};
}

Result<void> Follow::everything(Day today, const Progress& progress, std::string_view trace) {
  std::set<std::string> seen;
  Pages pages;
  int outdated = 0;  // pages in a row
  const auto stopped = [] { return Error{Code::kCancelled, "the host stops"}; };
  for (bool more = true; more;) {
    const auto from = mark();
    if (!from) return from.error();
    const auto& cursor = pages.cursor();
    const auto page = take_over(*from, cursor, from->cursor.empty() || cursor == from->cursor, trace);
    if (!page && page.error().code == Code::kConflict && ++outdated < kMostOutdated) continue;
    if (!page) return page.error();
    outdated = 0;
    for (const auto& booking : page->bookings) seen.insert(booking.booking_id);
    more = pages.go_on(*page);
    if (!progress(static_cast<int>(seen.size()), static_cast<int>(seen.size()))) return stopped();
  }
  const auto left = unseen(today, seen);
  if (!left) return left.error();
  const auto total = static_cast<int>(seen.size() + left->size());
  int done = static_cast<int>(seen.size());
  for (const auto& id : *left) {
    if (auto looked = look_after(id, trace); !looked) return looked;
    if (!progress(++done, total)) return stopped();
  }
  return {};
}

/// What we believe to be alive and the PMS did not name.
Result<std::vector<std::string>> Follow::unseen(Day today, const std::set<std::string>& seen) const {
  std::set<std::string> ids;
  const auto read = store_.read([&](Connection& connection) {
    ids = alive_in_mirror(connection, {.hotel = hotel_, .backend = gateway_.backend(), .day = today});
    ids.merge(alive_with_us(connection, hotel_, gateway_.backend(), today));
  });
  if (!read) return read.error();
  std::vector<std::string> unnamed;
  std::set_difference(ids.begin(), ids.end(), seen.begin(), seen.end(), std::back_inserter(unnamed));
  return unnamed;
}

Result<void> Follow::look_after(const std::string& booking_id, std::string_view trace) {
  const auto from = mark();
  if (!from) return from.error();
  const auto asked_at = clock_.now();
  const auto found = gateway_.find(booking_id, trace);
  if (found) {
    auto saved = save(*from, from->cursor, {*found}, asked_at);
    return saved || saved.error().code == Code::kConflict ? Result<void>{} : saved;  // whoever wrote it knew it better
  }
  if (found.error().code != Code::kNotFound) return found.error();
  return store_.write([&](Connection& connection) { forget(connection, booking_id); });
}

void Follow::forget(Connection& connection, const std::string& booking_id) const {
  const auto now = clock_.now();
  auto theirs = store::pms_bookings::find(connection, hotel_, gateway_.backend(), booking_id);
  if (theirs) {
    theirs->state = StayState::kCancelled;
    theirs->seen_at = now;
    store::pms_bookings::put(connection, *theirs);
  }
  auto ours = store::reservations::find_by_booking_id(connection, hotel_, gateway_.backend(), booking_id);
  if (!ours || is_over(ours->status)) return;
  ours->status = ReservationStatus::kCancelled;
  ours->reason = "PMS";
  ours->updated_at = now;
  store::reservations::put(connection, *ours);
}

}  // namespace agente::pms
