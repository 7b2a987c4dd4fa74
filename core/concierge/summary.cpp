#include "concierge/turn.hpp"

namespace agente::concierge {
namespace {

void say_booking_summary(Turn& turn, const Summary& shown) {
  const auto& words = turn.words();
  turn.say("summary_book", {{"hotel", turn.hotel.name},
                            {"checkin_long", long_date(words, *shown.stay.checkin)},
                            {"checkout_long", long_date(words, *shown.stay.checkout)},
                            {"nights", counted(words, "nights", shown.stay.nights.value_or(0))},
                            {"room", room_of(turn, shown.stay)},
                            {"party", party_word(words, shown.stay)},
                            {"name", shown.stay.name.value_or("")},
                            {"total", format_money(shown.total)}});
}

void say_change_summary(Turn& turn, const Summary& shown) {
  const auto& words = turn.words();
  const Held* held = find_held(turn.talk, shown.booking_id);
  const Held old = held ? *held : Held{};
  turn.say("summary_change", {{"ref", shown.booking_id},
                              {"old_room", room_of(turn, old.stay)},
                              {"old_stay", stay_word(words, old.stay)},
                              {"old_party", party_word(words, old.stay)},
                              {"old_total", format_money(old.total)},
                              {"room", room_of(turn, shown.stay)},
                              {"stay", stay_word(words, shown.stay)},
                              {"party", party_word(words, shown.stay)},
                              {"total", format_money(shown.total)}});
}

void say_short(Turn& turn, const Summary& shown, std::string_view key) {
  const auto& words = turn.words();
  turn.say(key, {{"ref", shown.booking_id},
                 {"room", room_of(turn, shown.stay)},
                 {"stay", stay_word(words, shown.stay)},
                 {"party", party_word(words, shown.stay)},
                 {"name", shown.stay.name.value_or("")},
                 {"total", format_money(shown.total)}});
}

Book booking_of(const Turn& turn, const Summary& shown) {
  const auto& stay = shown.stay;
  const auto& draft = turn.talk.draft;
  const auto digits = turn.message.guest.sender.find_first_not_of("+0123456789") == std::string::npos;
  plugins::BookingRequest request;
  request.room_type = *stay.room_type;
  request.checkin = *stay.checkin;
  request.checkout = *stay.checkout;
  request.adults = *stay.adults;
  request.children = stay.children.value_or(0);
  request.rooms = stay.rooms.value_or(1);
  request.guest_name = *stay.name;
  // On WhatsApp the sender is the number that may change the booking later: nothing the guest writes replaces it.
  request.phone = digits ? turn.message.guest.sender : draft.phone.value_or("");
  request.email = draft.email.value_or("");
  request.language = turn.talk.language;
  request.expected_total = shown.total;
  return Book{
      {.quote = shown.quote, .guest = turn.message.guest, .request = std::move(request), .backend = shown.backend}};
}

Change change_of(const Turn& turn, const Summary& shown) {
  const auto& stay = shown.stay;
  plugins::BookingChange change;
  change.booking_id = shown.booking_id;
  change.room_type = *stay.room_type;
  change.checkin = *stay.checkin;
  change.checkout = *stay.checkout;
  change.adults = *stay.adults;
  change.children = stay.children.value_or(0);
  change.rooms = stay.rooms.value_or(1);
  change.expected_total = shown.total;
  return Change{
      {.quote = shown.quote, .guest = turn.message.guest, .change = std::move(change), .backend = shown.backend}};
}

bool may_book_today(const Turn& turn) {
  return turn.message.bookings_made_last_day < turn.hotel.bookings_per_guest_per_day;
}

}  // namespace

void show_summary(Turn& turn, Summary::Kind kind, const Draft& stay, const Price& price) {
  auto& talk = turn.talk;
  ++talk.quotes;
  Summary shown;
  shown.kind = kind;
  shown.quote = "q" + std::to_string(turn.message.id) + "-" + std::to_string(talk.quotes);
  if (kind != Summary::Kind::kBook) shown.booking_id = talk.booking_ref;
  shown.stay = stay;
  shown.total = price.total;
  shown.backend = price.backend;
  shown.expires = turn.message.now + kQuoteHolds;
  talk.summary = shown;
  talk.state = State::kAwaitingConfirmation;
  talk.question = Question::kConfirmation;
  offer_answers(turn);
  if (kind == Summary::Kind::kCancel) return say_short(turn, shown, "summary_cancel");
  if (kind == Summary::Kind::kChange) return say_change_summary(turn, shown);
  talk.inquiry_status = store::ReservationStatus::kPendingConfirmation;
  say_booking_summary(turn, shown);
}

void repeat_summary(Turn& turn) {
  const auto& shown = *turn.talk.summary;
  turn.talk.question = Question::kConfirmation;
  offer_answers(turn);
  const bool booking = shown.kind == Summary::Kind::kBook;
  const bool change = shown.kind == Summary::Kind::kChange;
  say_short(turn, shown, booking ? "confirm_book_again" : change ? "confirm_change_again" : "confirm_cancel_again");
}

void accept(Turn& turn) {
  const auto& shown = *turn.talk.summary;
  if (shown.kind == Summary::Kind::kCancel) {
    return turn.act(Cancel{{.quote = shown.quote,
                            .guest = turn.message.guest,
                            .booking_id = shown.booking_id,
                            .reason = "guest",
                            .backend = shown.backend}});
  }
  if (turn.message.now > shown.expires) {
    withdraw_summary(turn);
    turn.say("price_refreshed");
    return check_availability(turn);
  }
  if (shown.kind == Summary::Kind::kChange) return turn.act(change_of(turn, shown));
  if (!may_book_today(turn)) return hand_off(turn, "limit_reached", "staff_limit");
  turn.act(booking_of(turn, shown));
}

void decline(Turn& turn) {
  auto& talk = turn.talk;
  if (talk.wish == Wish::kCancel || talk.question == Question::kWhatToChange) return drop_draft(turn);
  withdraw_summary(turn);
  talk.state = State::kCollecting;
  turn.ask(Question::kWhatToChange, "ask_what_to_change");
}

void withdraw_summary(Turn& turn) {
  auto& talk = turn.talk;
  if (!talk.summary) return;
  if (talk.summary->kind == Summary::Kind::kBook) talk.inquiry_status = store::ReservationStatus::kQuoteSent;
  talk.summary.reset();
  if (talk.state == State::kAwaitingConfirmation) talk.state = State::kCollecting;
  if (talk.question == Question::kConfirmation) talk.question = Question::kNone;
}

}  // namespace agente::concierge
