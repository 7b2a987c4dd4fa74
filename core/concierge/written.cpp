#include "concierge/turn.hpp"

/// What the PMS made of an accepted summary.
namespace agente::concierge {
namespace {

using Outcome = pms::WriteOutcome;

void say_result(Turn& turn, std::string_view key, const Held& held) {
  const auto& words = turn.words();
  turn.say(key, {{"ref", held.booking_id},
                 {"room", room_of(turn, held.stay)},
                 {"stay", stay_word(words, held.stay)},
                 {"party", party_word(words, held.stay)},
                 {"name", held.stay.name.value_or("")},
                 {"total", format_money(held.total)}});
}

void booked(Turn& turn, const Summary& shown, const plugins::Booking& booking) {
  auto& talk = turn.talk;
  Held held{.reservation = talk.inquiry,
            .booking_id = booking.booking_id,
            .stay = shown.stay,
            .total = shown.total,
            .backend = booking.backend};
  held.stay.email = talk.draft.email;
  held.stay.phone = talk.draft.phone;
  talk.held.push_back(held);
  talk.booking_ref = held.booking_id;
  ++talk.reservations_created;
  rest(turn);
  talk.inquiry_status = store::ReservationStatus::kConfirmed;
  talk.state = State::kConfirmed;
  say_result(turn, "booked", held);
}

void changed(Turn& turn, const Summary& shown) {
  rest(turn);
  turn.talk.state = State::kModified;
  Held* held = find_held(turn.talk, shown.booking_id);
  if (!held) return;
  held->stay = shown.stay;
  held->total = shown.total;
  say_result(turn, "changed", *held);
}

void cancelled(Turn& turn, const Summary& shown) {
  rest(turn);
  turn.talk.state = State::kCancelled;
  ++turn.talk.reservations_cancelled;
  Held* held = find_held(turn.talk, shown.booking_id);
  if (!held) return;
  held->cancelled = true;
  say_result(turn, "cancelled", *held);
}

void done(Turn& turn, const Summary& shown, const Outcome& outcome) {
  // A booking without an id is none: the guest is never told otherwise.
  if (outcome.booking.booking_id.empty()) return hand_off(turn, "write_refused", "staff_refused", "no booking id");
  switch (shown.kind) {
    case Summary::Kind::kBook:
      return booked(turn, shown, outcome.booking);
    case Summary::Kind::kChange:
      return changed(turn, shown);
    case Summary::Kind::kCancel:
      return cancelled(turn, shown);
  }
}

void conflict(Turn& turn, const Summary& shown, const Outcome& outcome) {
  if (shown.kind == Summary::Kind::kCancel) return hand_off(turn, "write_refused", "staff_refused", outcome.text);
  withdraw_summary(turn);
  turn.say("price_moved");
  check_availability(turn);
}

/// What the summary showed, for the hotel's people.
std::string accepted_word(const Turn& turn, const Summary& shown) {
  const auto& words = Catalogue::of(turn.hotel.language);
  const Values values{{"ref", shown.booking_id},
                      {"room", room_of(turn, shown.stay)},
                      {"stay", stay_word(words, shown.stay)},
                      {"party", party_word(words, shown.stay)},
                      {"name", shown.stay.name.value_or("")},
                      {"total", format_money(shown.total)}};
  switch (shown.kind) {
    case Summary::Kind::kBook:
      return words.text("staff_accepted_book", values);
    case Summary::Kind::kChange:
      return words.text("staff_accepted_change", values);
    case Summary::Kind::kCancel:
      return words.text("staff_accepted_cancel", values);
  }
  return {};
}

}  // namespace

std::string note_in_doubt(const Step& asked, const Message& message, const Hotel& hotel, const std::string& why) {
  const Turn turn(asked, message, hotel);
  if (!turn.talk.summary) return {};
  return staff_note(turn, "staff_in_doubt", accepted_word(turn, *turn.talk.summary) + "; " + why);
}

void on_written(Turn& turn, const pms::WriteOutcome& outcome) {
  if (!turn.talk.summary) return turn.say("pms_unavailable");
  const auto shown = *turn.talk.summary;
  switch (outcome.kind) {
    case Outcome::Kind::kDone:
      return done(turn, shown, outcome);
    case Outcome::Kind::kConflict:
      return conflict(turn, shown, outcome);
    case Outcome::Kind::kRefused:
      return hand_off(turn, "write_refused", "staff_refused", outcome.text);
    case Outcome::Kind::kGivenUp:
      return hand_off(turn, "handoff_given_up", "staff_given_up", accepted_word(turn, shown) + "; " + outcome.text);
    case Outcome::Kind::kNotYet:
      return turn.say("please_wait");
  }
}

}  // namespace agente::concierge
