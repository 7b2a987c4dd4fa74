#include "messaging/switchboard.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

#include "store/repositories.hpp"

namespace agente::messaging {
namespace {

using Kind = pms::WriteOutcome::Kind;

constexpr Millis kNotConnected{1000};

/// What the three kinds of accepted writes have in common.
struct Accepted {
  std::string quote;
  std::string backend;
  std::string booking_id;  ///< empty: a new booking
};

Accepted accepted_of(const concierge::Action& action) {
  if (const auto* book = std::get_if<concierge::Book>(&action)) return {book->booking.quote, book->booking.backend, ""};
  if (const auto* change = std::get_if<concierge::Change>(&action)) {
    return {change->change.quote, change->change.backend, change->change.change.booking_id};
  }
  const auto& cancel = std::get<concierge::Cancel>(action).cancel;
  return {cancel.quote, cancel.backend, cancel.booking_id};
}

pms::WriteOutcome carry_out(const concierge::Action& action, pms::Gateway& gateway, std::string_view trace) {
  if (const auto* book = std::get_if<concierge::Book>(&action)) return gateway.book(book->booking, trace);
  if (const auto* change = std::get_if<concierge::Change>(&action)) return gateway.change(change->change, trace);
  return gateway.cancel(std::get<concierge::Cancel>(action).cancel, trace);
}

bool is_over(store::IntentState state) {
  return state == store::IntentState::kDone || state == store::IntentState::kRefused;
}

/// A guest may write it in small letters.
bool same_id(const std::string& a, const std::string& b) {
  const auto lower = [](unsigned char c) { return std::tolower(c); };
  return !a.empty() && std::ranges::equal(a, b, {}, lower, lower);
}

/// The PMS that hold a booking of the guest with this id.
std::vector<std::string> held_at(store::sql::Connection& connection, const store::GuestKey& guest,
                                 const std::string& booking_id) {
  std::vector<std::string> backends;
  for (const auto& row : store::reservations::list_of_guest(connection, guest)) {
    const bool known = std::ranges::count(backends, row.pms_backend) > 0;
    if (same_id(row.pms_booking_id, booking_id) && !known) backends.push_back(row.pms_backend);
  }
  return backends;
}

}  // namespace

/// The PMS that an accepted write is for.
struct Switchboard::Place {
  std::string backend;
  bool begun = false;  ///< it was asked before
  bool over = false;   ///< and the outcome is known
};

Result<std::vector<plugins::Offer>> Switchboard::offers(const concierge::CheckAvailability& check,
                                                        const store::Inbound& row) {
  const auto& hotel = row.guest.hotel;
  if (check.backend.empty()) return hotels_.gateway(hotel)->availability(check.query, row.trace);
  const auto gateway = hotels_.gateway(hotel, check.backend);
  if (!gateway) return gateway.error();
  return (*gateway)->availability(check.query, row.trace);
}

Result<plugins::Booking> Switchboard::find(const concierge::FindBooking& find, const store::Inbound& row) {
  const auto backends = backends_of(find, row);
  if (!backends) return backends.error();
  Result<plugins::Booking> found = Error{Code::kNotFound, "no booking " + find.booking_id};
  for (const auto& backend : *backends) {
    auto here = find_at(backend, find.booking_id, row);
    if (here) return here;
    if (here.error().code != Code::kNotFound) found = std::move(here);  // it may be there
  }
  return found;
}

Result<std::vector<std::string>> Switchboard::backends_of(const concierge::FindBooking& find,
                                                          const store::Inbound& row) {
  if (!find.backend.empty()) return std::vector{find.backend};
  std::vector<std::string> backends;
  const auto read = store_.read(
      [&](store::sql::Connection& connection) { backends = held_at(connection, row.guest, find.booking_id); });
  if (!read) return read.error();
  if (!backends.empty()) return backends;
  return hotels_.backends(row.guest.hotel);
}

Result<plugins::Booking> Switchboard::find_at(const std::string& backend, const std::string& booking_id,
                                              const store::Inbound& row) {
  const auto gateway = hotels_.gateway(row.guest.hotel, backend);
  if (!gateway) return gateway.error();
  auto booking = (*gateway)->find(booking_id, row.trace);
  if (!booking) return booking;
  std::optional<store::Reservation> ours;  // by the PMS' own spelling of the id
  const auto read = store_.read([&](store::sql::Connection& connection) {
    ours = store::reservations::find_by_booking_id(connection, row.guest.hotel, backend, booking->booking_id);
  });
  if (!read) return read.error();
  // Somebody else's: the same answer as for one that does not exist, so that ids cannot be tried out.
  if (ours && ours->guest != row.guest) return Error{Code::kNotFound, "no booking " + booking_id + " of this guest"};
  return booking;
}

Result<Switchboard::Place> Switchboard::place_of(const concierge::Action& action, const store::Inbound& row) {
  const auto accepted = accepted_of(action);
  std::optional<store::Intent> intent;
  std::vector<std::string> held;
  const auto read = store_.read([&](store::sql::Connection& connection) {
    intent = store::intents::find(connection, row.guest.hotel, accepted.quote);
    const bool unknown = accepted.backend.empty() && !accepted.booking_id.empty();
    held = unknown ? held_at(connection, row.guest, accepted.booking_id) : std::vector<std::string>();
  });
  if (!read) return read.error();
  Place place{.begun = intent.has_value(), .over = intent && is_over(intent->state)};
  place.backend = intent && !intent->backend.empty() ? intent->backend : accepted.backend;
  if (place.backend.empty() && !held.empty()) place.backend = held.front();
  if (place.backend.empty()) place.backend = hotels_.gateway(row.guest.hotel)->backend();
  return place;
}

/// What was told, or would have been, when it was done. Much may have happened since to a message that is replayed.
pms::WriteOutcome Switchboard::told_then(const concierge::Action& action, const Place& place,
                                         const store::Inbound& row) {
  auto then = carry_out(action, *hotels_.gateway(row.guest.hotel), row.trace);  // any gateway knows how it ended
  const bool booked = then.kind == Kind::kDone && std::holds_alternative<concierge::Book>(action);
  if (row.replayed.empty() || !booked) return then;
  const auto now = find_at(place.backend, then.booking.booking_id, row);
  if (now && now->status != plugins::StayStatus::kCancelled) return then;
  if (now || now.error().code == Code::kNotFound) {
    return {.kind = Kind::kRefused,
            .text = "it was booked as " + then.booking.booking_id + " and is not there any more"};
  }
  if (now.error().code == Code::kUnsupported) return {.kind = Kind::kRefused, .text = now.error().text};
  return {.kind = Kind::kNotYet, .text = now.error().text, .wait = kNotConnected};
}

pms::WriteOutcome Switchboard::write(const concierge::Action& action, const store::Inbound& row) {
  const auto place = place_of(action, row);
  if (!place) return {.kind = Kind::kNotYet, .text = place.error().text, .wait = kNotConnected};
  auto& here = *hotels_.gateway(row.guest.hotel);
  if (place->over) return told_then(action, *place, row);
  if (std::holds_alternative<concierge::Book>(action) && !place->begun) {
    if (place->backend != here.backend()) {
      return {.kind = Kind::kConflict, .text = "the hotel books at " + here.backend() + " now"};
    }
    // His yes may be weeks old; the desk may have helped him meanwhile.
    if (!row.replayed.empty()) return {.kind = Kind::kConflict, .text = "his yes was to a price of then"};
  }
  const auto gateway = hotels_.gateway_to_write(row.guest.hotel, place->backend);
  if (gateway) return carry_out(action, **gateway, row.trace);
  const auto& why = gateway.error();
  if (why.code == Code::kRetry) return {.kind = Kind::kNotYet, .text = why.text, .wait = kNotConnected};
  return {
      .kind = Kind::kRefused,
      .text = place->begun ? why.text + "; it was asked already and may hold what he accepted: look there" : why.text};
}

}  // namespace agente::messaging
