#include "concierge/turn.hpp"

namespace agente::concierge {
namespace {

void note_doubtful_dates(Turn& turn, const Understanding& heard) {
  const auto day = heard.checkin ? heard.checkin : heard.checkout;
  if (!day) return;
  const auto date = long_date(turn.words(), *day);
  if (heard.dates_ambiguous) turn.say("note_ambiguous", {{"checkin_long", date}});
  if (heard.weekday_disagrees) {
    const auto weekday = turn.words().list("weekdays").at(std::chrono::weekday(*day).c_encoding());
    turn.say("note_weekday", {{"checkin_long", date}, {"weekday", weekday}});
  }
}

bool is_offered(const Hotel& hotel, const std::string& room_type) {
  if (hotel.room_types.empty()) return true;
  for (const auto& type : hotel.room_types) {
    if (type.id == room_type) return true;
  }
  return false;
}

/// A type the hotel does not have is said so and not kept.
void refuse_unknown_type(Turn& turn, Said& said) {
  if (!said.room_type || is_offered(turn.hotel, *said.room_type)) return;
  turn.say("unknown_type");
  said.room_type.reset();
}

/// A guest who books again is the same guest; the summary shows the name before anything is done. A booking that was
/// only looked up by its number tells nothing about who he is.
void know_guest(Conversation& talk) {
  for (const auto& held : talk.held) {
    if (held.reservation == 0) continue;
    if (!talk.draft.name) talk.draft.name = held.stay.name;
    if (!talk.draft.email) talk.draft.email = held.stay.email;
    if (!talk.draft.phone) talk.draft.phone = held.stay.phone;
  }
}

void ask_dates(Turn& turn, bool vague) {
  const auto& draft = turn.talk.draft;
  if (draft.checkin) {
    turn.ask(Question::kDates, "ask_checkout", {{"checkin_long", long_date(turn.words(), *draft.checkin)}});
  } else if (draft.checkout) {
    turn.ask(Question::kDates, "ask_checkin", {{"checkout_long", long_date(turn.words(), *draft.checkout)}});
  } else {
    turn.ask(Question::kDates, vague ? "ask_exact_dates" : "ask_dates");
  }
}

void acknowledge_dates(Turn& turn) {
  const auto& words = turn.words();
  const auto& draft = turn.talk.draft;
  turn.say("stay_ack", {{"checkin_long", long_date(words, *draft.checkin)},
                        {"checkout_long", long_date(words, *draft.checkout)},
                        {"nights", counted(words, "nights", draft.nights.value_or(1))}});
}

}  // namespace

void start_booking(Turn& turn) {
  auto& talk = turn.talk;
  if (talk.wish == Wish::kBook && talk.inquiry != 0) return;
  if (talk.wish != Wish::kBook && talk.wish != Wish::kNone) rest(turn);
  talk.wish = Wish::kBook;
  talk.inquiry = turn.message.id;
  talk.inquiry_status = store::ReservationStatus::kInquiry;
  know_guest(talk);
}

void collect(Turn& turn, const Understanding& heard) {
  auto& talk = turn.talk;
  auto said = said_in(heard, turn.message, turn.words());
  start_booking(turn);
  note_doubtful_dates(turn, heard);
  refuse_unknown_type(turn, said);
  apply(talk.draft, said, talk.question);
  const bool price = heard.intent == Intent::ask_price || heard.intent == Intent::ask_availability;
  if (talk.summary && same_stay(talk.summary->stay, talk.draft)) return repeat_summary(turn);
  withdraw_summary(turn);
  talk.state = State::kCollecting;
  if (!check_possible(turn)) return;
  advance(turn, {.price = price, .vague = heard.dates_vague, .new_dates = said.has_dates()});
}

void advance(Turn& turn, const Asked& asked) {
  auto& talk = turn.talk;
  talk.state = State::kCollecting;
  if (!talk.draft.checkin || !talk.draft.checkout) return ask_dates(turn, asked.vague);
  if (!talk.draft.adults && !asked.price) {
    if (asked.new_dates) acknowledge_dates(turn);
    return turn.ask(Question::kGuests, "ask_guests");
  }
  check_availability(turn);
}

void ask_again(Turn& turn) {
  auto& talk = turn.talk;
  switch (talk.question) {
    case Question::kDates:
      return ask_dates(turn, false);
    case Question::kGuests:
      return turn.say("ask_guests");
    case Question::kRoomType:
      return turn.say("ask_room_type");
    case Question::kName:
      return turn.say("ask_name");
    case Question::kConfirmation:
      return repeat_summary(turn);
    case Question::kBookingRef:
      return turn.say("ask_booking_ref");
    case Question::kWhatToChange:
      return turn.say("ask_what_to_change");
    case Question::kNone:
      break;
  }
  // Nothing is open though something is wanted: the PMS did not answer, or a person gave the conversation back.
  if (talk.wish == Wish::kCancel) return turn.ask(Question::kBookingRef, "ask_booking_ref");
  if (talk.wish == Wish::kChange && !talk.draft.adults) return turn.ask(Question::kBookingRef, "ask_booking_ref");
  if (talk.wish != Wish::kNone) advance(turn);
}

void drop_draft(Turn& turn) {
  const auto wish = turn.talk.wish;
  const auto ref = turn.talk.booking_ref;
  rest(turn);
  if (wish == Wish::kBook) {
    turn.talk.state = State::kIdle;
    turn.say("dropped");
  } else if (!ref.empty()) {
    turn.say("left_as_is", {{"ref", ref}});
  } else {
    turn.say("alright");
  }
}

}  // namespace agente::concierge
