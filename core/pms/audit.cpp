#include "pms/audit.hpp"

#include <map>
#include <set>

#include "store/repositories.hpp"

namespace agente::pms {
namespace {

using store::PmsBooking;
using store::Reservation;
using store::ReservationStatus;
using store::StayState;
using store::sql::Connection;

/// What we say of a booking.
struct Ours {
  store::Id reservation = 0;
  PmsBooking booking = {};
};
using Books = std::map<std::string, Ours>;  ///< by the PMS' id

bool is_live(StayState state) { return state == StayState::kBooked || state == StayState::kInHouse; }

std::optional<StayState> state_of(ReservationStatus status) {
  switch (status) {
    case ReservationStatus::kConfirmed:
      return StayState::kBooked;
    case ReservationStatus::kCheckedIn:
      return StayState::kInHouse;
    case ReservationStatus::kCheckedOut:
      return StayState::kLeft;
    case ReservationStatus::kCancelled:
      return StayState::kCancelled;
    default:
      return std::nullopt;  // not in the PMS yet
  }
}

void take(Books& books, const Reservation& row) {
  const auto state = state_of(row.status);
  if (!state || row.pms_booking_id.empty()) return;
  auto& ours = books[row.pms_booking_id];
  ours.reservation = row.id;
  ours.booking.id = row.pms_booking_id;
  ours.booking.reference = row.reference;
  ours.booking.state = *state;
  ours.booking.room_type = row.room_type;
  ours.booking.checkin = row.checkin.value_or(Day{});
  ours.booking.checkout = row.checkout.value_or(Day{});
  ours.booking.total = row.total;
}

Result<Books> read_ours(store::Store& store, const std::string& hotel, const std::string& backend, Day today) {
  Books books;
  const auto read = store.read([&](Connection& connection) {
    books.clear();
    store::pms_bookings::Page page{.hotel = hotel, .backend = backend, .day = today};
    for (auto rows = store::pms_bookings::list(connection, page); !rows.empty();
         rows = store::pms_bookings::list(connection, page)) {
      page.after = rows.back().id;
      for (const auto& row : rows) books[row.id] = {.booking = row};
    }
    store::reservations::Filter filter{.hotel = hotel, .limit = 500};
    for (auto rows = store::reservations::list(connection, filter); !rows.empty();
         rows = store::reservations::list(connection, filter)) {
      filter.after = rows.back().id;
      for (const auto& row : rows) {
        if (row.pms_backend == backend && row.checkout && *row.checkout >= today) take(books, row);
      }
    }
  });
  if (!read) return read.error();
  return books;
}

Result<std::map<std::string, PmsBooking>> read_theirs(const Source& source, std::string_view trace) {
  const auto& gateway = source.gateway;
  std::map<std::string, PmsBooking> theirs;
  Pages pages;
  for (bool more = true; more;) {
    const auto page = source.changes(pages.cursor(), trace);
    if (!page) return page.error();
    for (const auto& booking : page->bookings)
      theirs[booking.booking_id] = mirrored(gateway.hotel(), gateway.backend(), booking, {});
    more = pages.go_on(*page);
  }
  return theirs;
}

std::string dates_of(const PmsBooking& b) { return format_day(b.checkin) + " to " + format_day(b.checkout); }
std::string amount_of(const PmsBooking& b) { return b.total ? format_money(*b.total) : ""; }
std::string summary_of(const PmsBooking& b) {
  return std::string(name_of(b.state)) + ", " + b.room_type + ", " + dates_of(b) + ", " + amount_of(b);
}

std::string how_to_follow(const Ours& ours) {
  return ours.reservation == 0 ? "run `agentctl pms sync`, which takes over what the PMS has"
                               : "run `agentctl pms sync`, which takes over what the PMS has; the guest was not told: "
                                 "write to him if it was not he who changed it";
}

std::string how_to_settle_state(const Ours& ours, const PmsBooking& theirs) {
  if (ours.booking.state == StayState::kCancelled)
    return "it is cancelled here: cancel it in the PMS, or book the guest anew if he is to come";
  if (ours.booking.state == StayState::kLeft || (ours.booking.state == StayState::kInHouse && is_live(theirs.state)))
    return "our record is ahead of the PMS: set it right in the PMS, a reservation does not go back";
  return how_to_follow(ours);
}

class Findings {
 public:
  explicit Findings(Audit& audit) : audit_(audit) {}

  void add(std::string kind, const Ours& ours, std::string here, std::string there, std::string suggestion) {
    audit_.differences.push_back(
        {std::move(kind), ours.reservation, ours.booking.id, std::move(here), std::move(there), std::move(suggestion)});
  }
  void compare(const Ours& ours, const PmsBooking& theirs) {
    const auto& here = ours.booking;
    if (here.state != theirs.state)
      add("state", ours, std::string(name_of(here.state)), std::string(name_of(theirs.state)),
          how_to_settle_state(ours, theirs));
    if (!is_live(here.state) || !is_live(theirs.state)) return;
    if (here.checkin != theirs.checkin || here.checkout != theirs.checkout)
      add("dates", ours, dates_of(here), dates_of(theirs), how_to_follow(ours));
    if (here.room_type != theirs.room_type) add("room", ours, here.room_type, theirs.room_type, how_to_follow(ours));
    if (here.total && theirs.total && *here.total != *theirs.total)
      add("amount", ours, amount_of(here), amount_of(theirs), how_to_follow(ours));
  }
  void missing_there(const Ours& ours) {
    add("missing_there", ours, summary_of(ours.booking), "",
        ours.reservation == 0
            ? "somebody deleted it in the PMS; run `agentctl pms sync`, which cancels it here"
            : "somebody deleted it in the PMS: ask the front desk; if the guest is to come, enter it there anew; "
              "otherwise run `agentctl pms sync`, which cancels it here, and write to the guest");
  }
  void missing_here(const PmsBooking& theirs) {
    add("missing_here", {.booking = theirs}, "", summary_of(theirs),
        theirs.reference.empty() ? "made elsewhere; run `agentctl pms sync`, which takes it over"
                                 : "it carries our reference " + theirs.reference +
                                       ": a guest of ours may wait for it; run `agentctl pms sync` and look at his "
                                       "conversation");
  }

  void given_up(const PmsBooking& theirs) {
    add("given_up", {.booking = theirs}, "", summary_of(theirs),
        "it came to be after the booking with our reference " + theirs.reference +
            " was given up, and the guest was told that he has none: ask whoever took over; cancel it in the PMS if he "
            "was helped otherwise");
  }

 private:
  Audit& audit_;
};

Result<std::set<std::string>> read_given_up(store::Store& store, const Gateway& gateway) {
  std::set<std::string> references;
  const auto read = store.read([&](Connection& connection) {
    references = store::intents::refused_bookings(connection, gateway.hotel(), gateway.backend());
  });
  if (!read) return read.error();
  return references;
}

/// What each side has on record, and what is said of it.
struct Comparison {
  const Books& ours;
  const std::map<std::string, PmsBooking>& theirs;
  Audit& audit;
};

/// Each booking that we know. An error: the PMS does not answer any more.
Result<void> look_at_ours(const Comparison& between, Gateway& gateway, std::string_view trace) {
  Findings findings(between.audit);
  for (const auto& [id, record] : between.ours) {
    ++between.audit.checked;
    if (const auto there = between.theirs.find(id); there != between.theirs.end()) {
      findings.compare(record, there->second);
      continue;
    }
    if (!is_live(record.booking.state)) continue;
    const auto asked = gateway.find(id, trace);
    if (!asked && asked.error().code != Code::kNotFound) return asked.error();
    if (asked) findings.compare(record, mirrored(gateway.hotel(), gateway.backend(), *asked, {}));
    if (!asked) findings.missing_there(record);
  }
  return {};
}

/// Each live booking there that no guest of ours is known to have.
void look_at_theirs(const Comparison& between, const std::set<std::string>& given_up, Day today) {
  Findings findings(between.audit);
  for (const auto& [id, booking] : between.theirs) {
    if (!is_live(booking.state) || booking.checkout < today) continue;
    const auto here = between.ours.find(id);
    const bool unknown = here == between.ours.end();
    if (unknown) ++between.audit.checked;
    const bool of_no_guest = unknown || here->second.reservation == 0;
    if (of_no_guest && given_up.contains(booking.reference)) {
      findings.given_up(booking);
    } else if (unknown) {
      findings.missing_here(booking);
    }
  }
}

}  // namespace

Result<Audit> audit(const Source& source, store::Store& store, Day today, std::string_view trace) {
  auto& gateway = source.gateway;
  const auto theirs = read_theirs(source, trace);
  const auto ours = read_ours(store, gateway.hotel(), gateway.backend(), today);
  if (!ours) return ours.error();
  const auto given_up = read_given_up(store, gateway);
  if (!given_up) return given_up.error();
  Audit result;
  const auto silent = [&](const Error& why) { result.unreachable.push_back({gateway.backend(), why.text}); };
  if (!theirs) {
    silent(theirs.error());
    return result;
  }
  const Comparison between{.ours = *ours, .theirs = *theirs, .audit = result};
  if (const auto looked = look_at_ours(between, gateway, trace); !looked) silent(looked.error());
  look_at_theirs(between, *given_up, today);
  return result;
}

}  // namespace agente::pms
