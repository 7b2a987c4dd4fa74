// Writes that happen once: the life of an intent from the accepted summary to the PMS' answer.
#include <algorithm>
#include <utility>

#include "base/killpoint.hpp"
#include "pms/gateway.hpp"
#include "pms/guarded.hpp"
#include "pms/intent_json.hpp"
#include "pms/reference.hpp"
#include "store/repositories.hpp"
#include "telemetry/log.hpp"

namespace agente::pms {
namespace {

using plugins::Booking;
using plugins::StayStatus;
using store::IntentState;
using Kind = WriteOutcome::Kind;

bool live(const Booking& booking) { return booking.status != StayStatus::kCancelled; }

bool same_stay(const Booking& booking, const plugins::BookingChange& change) {
  return live(booking) && booking.checkin == change.checkin && booking.checkout == change.checkout &&
         booking.room_type == change.room_type && booking.adults == change.adults &&
         booking.children == change.children && booking.rooms == change.rooms;
}

store::Intent intent_of(const std::string& hotel, const std::string& quote, const char* kind,
                        const store::GuestKey& guest, std::string request) {
  return {.hotel = hotel,
          .quote = quote,
          .kind = kind,
          .reference = reference_of(hotel, quote),
          .guest = guest,
          .request = std::move(request)};
}

constexpr Millis kStoreRetry{1000};

Millis pause_after(int attempts) { return Millis{1000} * (1 << std::clamp(attempts - 1, 0, 5)); }

}  // namespace

WriteOutcome Gateway::book(const AcceptedBooking& accepted, std::string_view trace) {
  auto request = accepted.request;
  request.reference = reference_of(hotel_, accepted.quote);
  const auto reference = request.reference;
  return once({.intent = intent_of(hotel_, accepted.quote, "book", accepted.guest, request_json(request)),
               .attempt = [&, request] { return backend_.book(request, trace); },
               .look_up = [&, reference] { return oldest_live(reference, trace); },
               .agreed = request.expected_total},
              trace);
}

WriteOutcome Gateway::change(const AcceptedChange& accepted, std::string_view trace) {
  auto change = accepted.change;
  change.key = reference_of(hotel_, accepted.quote);
  return once({.intent = intent_of(hotel_, accepted.quote, "change", accepted.guest, request_json(change)),
               .attempt = [&, change] { return backend_.change(change, trace); },
               .look_up = [&, change]() -> Result<Booking> {
                 auto booking = backend_.get(change.booking_id, trace);
                 if (!booking || same_stay(*booking, change)) return booking;
                 return Error{Code::kNotFound, "the change did not take effect"};
               }},
              trace);
}

WriteOutcome Gateway::cancel(const AcceptedCancel& accepted, std::string_view trace) {
  return once({.intent = intent_of(hotel_, accepted.quote, "cancel", accepted.guest, request_json(accepted)),
               .attempt = [&] { return backend_.cancel(accepted.booking_id, accepted.reason, trace); },
               .look_up = [&]() -> Result<Booking> {
                 auto booking = backend_.get(accepted.booking_id, trace);
                 if (!booking || !live(*booking)) return booking;
                 return Error{Code::kNotFound, "the cancellation did not take effect"};
               }},
              trace);
}

WriteOutcome Gateway::once(Write write, std::string_view trace) {
  write.intent.created_at = write.intent.updated_at = clock_.now();
  write.intent.backend = backend();
  // While the PMS answers, "asked" and "attempted" are one commit.
  const auto at_once = breaker_.allow_if_closed();
  if (at_once) mark_attempt(write.intent);
  bool first = false;
  // Committed before the PMS hears of it: whoever takes over after a crash knows what was asked, and by which name.
  const auto opened = store_.write([&](store::sql::Connection& connection) {
    first = store::intents::insert(connection, write.intent);
    if (!first) write.intent = store::intents::find(connection, hotel_, write.intent.quote).value();
  });
  if (!opened) return not_yet(write, kStoreRetry, opened.error().text, trace);
  if (first) return at_once ? attempt(write, *at_once, trace) : try_now(write, trace);

  if (write.intent.state == IntentState::kDone || write.intent.state == IntentState::kRefused) {
    auto before = outcome_of(write.intent.result);
    return before ? std::move(*before) : WriteOutcome{.kind = Kind::kRefused, .text = before.error().text};
  }
  if (!write.intent.backend.empty() && write.intent.backend != backend()) {
    return {.kind = Kind::kNotYet, .text = "it is under way at " + write.intent.backend, .wait = kStoreRetry};
  }
  if (write.intent.state == IntentState::kAttempted) {
    const auto left = doubts_.left(write.intent, settle());
    if (left > Millis{0}) return not_yet(write, left, "an earlier attempt is in doubt", trace);
    auto found = guarded<Booking>("look_up", trace, write.look_up);
    if (found) {
      cached_.forget();
      return keep(write, std::move(*found), trace);
    }
    if (found.error().code != Code::kNotFound) {
      return not_yet(write, pause_after(write.intent.attempts), found.error().text, trace);
    }
    // Staff may have seen to it meanwhile: another attempt could book a second time.
    if (patience_left(write.intent) == Millis{0}) return give_up(write, "no attempt had its effect", trace);
  }
  return try_now(write, trace);
}

WriteOutcome Gateway::try_now(Write& write, std::string_view trace) {
  const auto pass = permission();
  if (!pass) {
    return not_yet(write, std::max(breaker_.until_probe(), Millis{100}), "PMS is not answering; calls to it pause",
                   trace);
  }
  mark_attempt(write.intent);
  if (auto marked = save(write.intent); !marked) {
    static_cast<void>(breaker_.report(*pass, Sign::kNone));
    return not_yet(write, kStoreRetry, marked.error().text, trace);
  }
  return attempt(write, *pass, trace);
}

WriteOutcome Gateway::attempt(Write& write, Breaker::Pass pass, std::string_view trace) {
  auto result = alone(write);
  // A lost answer may have had its effect, a conflict means that offers are old.
  if (result || !did_not_happen(result.error().code)) cached_.forget();
  kill_point("pms.after_call");
  if (result && result->booking_id.empty()) {
    result = Error{Code::kUnknownOutcome, "PMS answered without a booking id"};
  }
  note(pass, {write.intent.kind, result ? nullptr : &result.error()}, trace);
  return judge(write, std::move(result), trace);
}

/// While no other booking or change is asked for.
Result<Booking> Gateway::alone(const Write& write) {
  const auto turn = turnstile_.pass(settings_.call_deadline);
  if (!turn) return Error{Code::kRate, "other bookings of the hotel take too long"};
  static_cast<void>(doubts_.left(write.intent, settle()));  // in doubt from here on
  kill_point("pms.before_call");
  return write.attempt();
}

void Gateway::mark_attempt(store::Intent& intent) const {
  intent.state = IntentState::kAttempted;
  ++intent.attempts;
  intent.settles_at = clock_.now() + settle();
}

WriteOutcome Gateway::judge(Write& write, Result<Booking> result, std::string_view trace) {
  if (result && write.intent.kind == "book" && !live(*result)) {
    result = Error{Code::kConflict, "PMS holds this booking as cancelled"};
  }
  // After a second attempt two bookings may live: the oldest stays, before anything is told.
  if (result && write.intent.kind == "book" && write.intent.attempts > 1) {
    result = guarded<Booking>("look_up", trace, write.look_up);
    if (!result && result.error().code == Code::kNotFound) {
      result = Error{Code::kUnknownOutcome, "PMS booked but does not find the reference"};
    }
  }
  if (result) return keep(write, std::move(*result), trace);
  const auto& error = result.error();
  if (did_not_happen(error.code)) {  // no need to let anything settle
    write.intent.state = IntentState::kOpen;
    write.intent.settles_at.reset();
    const auto saved = save(write.intent);
    return not_yet(write, error.retry_after.value_or(pause_after(write.intent.attempts)),
                   saved ? error.text : saved.error().text, trace);
  }
  switch (error.code) {
    case Code::kConflict:
      return finish(write, {.kind = Kind::kConflict, .text = error.text});
    case Code::kInvalid:
    case Code::kConfig:
    case Code::kNotFound:
    case Code::kUnsupported:
      return finish(write, {.kind = Kind::kRefused, .text = error.text});
    default:
      return not_yet(write, doubts_.left(write.intent, settle()), error.text, trace);
  }
}

WriteOutcome Gateway::keep(Write& write, Booking booking, std::string_view trace) {
  if (!write.agreed || *write.agreed == booking.total) {
    const auto waited = std::chrono::floor<Millis>(clock_.now() - write.intent.created_at);
    log::info("PMS", write.intent.kind + " done",
              {{"booking_id", booking.booking_id},
               {"reference", write.intent.reference},
               {"waited_ms", std::to_string(waited.count())},
               {"trace", trace}});
    return finish(write, {.kind = Kind::kDone, .booking = std::move(booking)});
  }
  const auto why =
      "PMS booked for " + format_money(booking.total) + ", the guest accepted " + format_money(*write.agreed);
  log::warn("PMS", why + "; the booking is cancelled",
            {{"booking_id", booking.booking_id}, {"reference", write.intent.reference}, {"trace", trace}});
  const auto undone =
      guarded<Booking>("cancel", trace, [&] { return backend_.cancel(booking.booking_id, "price", trace); });
  cached_.forget();
  if (undone) return finish(write, {.kind = Kind::kConflict, .text = why});
  // It is still attempted: the next look-up finds the booking, and it is cancelled then.
  const auto wait = std::max(doubts_.left(write.intent, settle()), pause_after(write.intent.attempts));
  return not_yet(write, wait, why + ", and did not cancel it: " + undone.error().text, trace);
}

WriteOutcome Gateway::finish(Write& write, WriteOutcome outcome) {
  outcome.booking.backend = backend();
  write.intent.state = outcome.kind == Kind::kDone ? IntentState::kDone : IntentState::kRefused;
  write.intent.settles_at.reset();
  write.intent.result = outcome_json(outcome);
  if (auto saved = save(write.intent); !saved) {
    // Told only once it is remembered: the next attempt looks the booking up.
    return {.kind = Kind::kNotYet, .text = saved.error().text, .wait = kStoreRetry};
  }
  kill_point("pms.after_outcome");
  return outcome;
}

WriteOutcome Gateway::not_yet(Write& write, Millis wait, std::string text, std::string_view trace) {
  const auto left = patience_left(write.intent);
  const bool overdue = left == Millis{0};
  if (overdue && write.intent.state == IntentState::kOpen) return give_up(write, std::move(text), trace);
  if (!overdue) wait = std::min(wait, left);  // so that it is given up, or staff told, in time
  log::warn("PMS", write.intent.kind + " waits: " + text,
            {{"reference", write.intent.reference}, {"wait_ms", std::to_string(wait.count())}, {"trace", trace}});
  if (overdue) text = write.intent.reference + ": " + text;  // staff looks for it in the PMS
  return {.kind = Kind::kNotYet, .text = std::move(text), .wait = wait, .overdue = overdue};
}

WriteOutcome Gateway::give_up(Write& write, std::string why, std::string_view trace) {
  log::warn("PMS", write.intent.kind + " is given to a person, it is not done: " + why,
            {{"hotel", hotel_}, {"backend", backend()}, {"reference", write.intent.reference}, {"trace", trace}});
  return finish(write, {.kind = Kind::kGivenUp, .text = std::move(why)});
}

Millis Gateway::patience_left(const store::Intent& intent) const {
  const auto waited = std::chrono::floor<Millis>(clock_.now() - intent.created_at);
  return std::max(Millis{0}, settings_.booking_wait - waited);
}

Result<Booking> Gateway::oldest_live(const std::string& reference, std::string_view trace) {
  auto found = backend_.find_by_reference(reference, trace);
  if (!found) return found.error();
  std::erase_if(*found, [](const Booking& booking) { return !live(booking); });
  if (found->empty()) return Error{Code::kNotFound, "no live booking with reference " + reference};
  const auto oldest = std::ranges::min_element(*found, {}, &Booking::created);
  for (const auto& booking : *found) {
    if (booking.booking_id == oldest->booking_id) continue;
    log::warn("PMS", "a second booking for one reference is cancelled",
              {{"booking_id", booking.booking_id}, {"reference", reference}, {"trace", trace}});
    if (auto cancelled = backend_.cancel(booking.booking_id, "duplicate", trace); !cancelled) return cancelled.error();
  }
  return *oldest;
}

Result<void> Gateway::save(const store::Intent& intent) {
  auto row = intent;
  row.updated_at = clock_.now();
  bool kept = false;
  auto written =
      store_.write([&](store::sql::Connection& connection) { kept = store::intents::update(connection, row); });
  if (written && !kept) return Error{Code::kConflict, "another host has finished it meanwhile"};
  return written;
}

}  // namespace agente::pms
