#include "concierge/flow.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "concierge/turn.hpp"

namespace agente::concierge {
namespace {

/// Below this a reading is a guess: nothing is done on it.
constexpr double kSure = 0.3;
/// A yes that books, changes or cancels must be clearer than that.
constexpr double kClearYes = 0.4;
constexpr int kPatience = 2;

bool has_words(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](unsigned char c) { return c > ' '; });
}

/// A caption is as good as a message of its own.
bool is_text(const Message& message) {
  const auto& kind = message.kind;
  if (kind == "text" || kind == "button" || kind == "interactive") return true;
  const bool has_caption = kind == "image" || kind == "video" || kind == "document" || kind == "order";
  return has_caption && has_words(message.text);
}

/// Filled in, or another answer to more than words: what it says is in no words that the bot could read.
bool is_form(const Message& message) { return message.kind == "interactive" && !has_words(message.text); }

/// Kept with the conversation, but there is nothing to say to it: a changed or deleted message is not asked anew, a new
/// number or an imported chat asks nothing, and what is said in a group is not said to the hotel.
bool asks_nothing(std::string_view kind) {
  constexpr std::array<std::string_view, 6> kSilent{"reaction", "edit", "revoke", "system", "history", "group"};
  return std::find(kSilent.begin(), kSilent.end(), kind) != kSilent.end();
}

/// A name or one short word says little about the language: a conversation changes it on two words or more.
void choose_language(Turn& turn, const Understanding& heard) {
  auto& talk = turn.talk;
  const auto in = folded(turn.message.text);
  const bool evidence = std::count(in.begin(), in.end(), ' ') > 2;
  const bool is_name = talk.question == Question::kName && heard.slots.name;
  if (!heard.language.empty() && (talk.language.empty() || (evidence && !is_name))) talk.language = heard.language;
  if (talk.language.empty()) talk.language = turn.hotel.language;
}

/// Ten pictures in a row are asked about once.
void ask_for_text(Turn& turn) {
  auto& talk = turn.talk;
  if (talk.text_asked && turn.message.now - *talk.text_asked < kTextAskedEvery) return;
  talk.text_asked = turn.message.now;
  turn.say("text_only");
}

/// A person is told of each; he himself once.
void leave_late_message(Turn& turn) {
  auto& talk = turn.talk;
  turn.tell_staff(staff_note(turn, "staff_late", ""));
  if (talk.excused && turn.message.now - *talk.excused < kTextAskedEvery) return;
  talk.excused = turn.message.now;
  turn.say("came_late");
}

/// Pictures, places, voice notes, and what a provider says of a chat.
void hear_no_words(Turn& turn) {
  const auto& kind = turn.message.kind;
  if (kind == "request_welcome") return turn.say("greet", {{"hotel", turn.hotel.name}});
  if (kind == "lost_file") return turn.say("file_lost");
  if (is_form(turn.message)) return hand_off(turn, "form_came", "staff_form");
  if (kind == "audio") return hand_off(turn, "voice_note", "staff_voice");
  ask_for_text(turn);
}

void not_understood(Turn& turn, const Understanding& heard) {
  auto& talk = turn.talk;
  // Chatter that is clearly none of our business is no misunderstanding.
  const bool chatter = heard.intent == Intent::other && heard.confidence >= 0.6;
  if (!chatter && ++talk.misunderstood >= kPatience) return hand_off(turn, "handoff_lost", "staff_lost");
  if (talk.wish == Wish::kNone) return turn.say(chatter ? "aside_other" : "help");
  turn.say("aside_other");
  ask_again(turn);
}

bool changes_summary(const Turn& turn, const Said& said) {
  auto stay = turn.talk.draft;
  if (turn.talk.wish == Wish::kCancel) stay = turn.talk.summary->stay;
  apply(stay, said, Question::kConfirmation);
  return !same_stay(stay, turn.talk.summary->stay);
}

/// Something about a stay outside of any question: goes to what is under way, or to the booking just made.
void on_said(Turn& turn, const Understanding& heard) {
  auto& talk = turn.talk;
  const auto said = said_in(heard, turn.message, turn.words());
  if (talk.question == Question::kBookingRef) return pick_booking(turn, heard);
  if (talk.wish == Wish::kChange) return go_on_changing(turn, heard);
  if (talk.wish == Wish::kCancel) return heard.slots.booking_ref ? start_cancel(turn, heard) : ask_again(turn);
  if (talk.wish == Wish::kNone && (talk.state == State::kConfirmed || talk.state == State::kModified)) {
    if (said.about_stay() && !live_bookings(talk).empty()) {
      auto last = heard;
      if (!last.slots.booking_ref) last.slots.booking_ref = talk.booking_ref;
      return start_change(turn, last);
    }
    if (said.name) return hand_off(turn, "handoff_name", "staff_name");
  }
  if (said.about_stay() || heard.dates_vague || talk.wish == Wish::kBook) return collect(turn, heard);
  if (said.empty()) return not_understood(turn, heard);
  apply(talk.draft, said, Question::kNone);
  turn.say("greet", {{"hotel", turn.hotel.name}});
}

/// The word for which a summary asks, by itself or with "I confirm". Who writes it unasked knows the way; "ok" may be
/// to anything, and so may a sentence with that word: in Spanish it is also "if".
bool says_yes(const Turn& turn) {
  const auto said = folded(turn.message.text);
  for (const auto* language : {"es", "en", "pt"}) {
    const auto yes = folded(Catalogue::of(language).text("choice_yes"));
    if (said == yes || (said.starts_with(yes) && said.find(" confirm") != std::string::npos)) return true;
  }
  return false;
}

void on_confirm(Turn& turn, const Understanding& heard) {
  auto& talk = turn.talk;
  const auto said = said_in(heard, turn.message, turn.words());
  if (talk.summary && talk.question == Question::kConfirmation) {
    const auto& ref = heard.slots.booking_ref;
    if (talk.wish == Wish::kCancel && ref && *ref != talk.summary->booking_id) return start_cancel(turn, heard);
    const bool clear = heard.confidence >= kClearYes;
    const bool knows = !turn.message.is_unasked || (!turn.message.is_untold && says_yes(turn));
    if (!changes_summary(turn, said)) return clear && knows ? accept(turn) : repeat_summary(turn);
    return talk.wish == Wish::kCancel ? repeat_summary(turn) : on_said(turn, heard);
  }
  if (!said.empty()) return on_said(turn, heard);
  if (talk.wish != Wish::kNone) return ask_again(turn);
  turn.say("nothing_to_confirm");
}

void on_deny(Turn& turn, const Understanding& heard) {
  auto& talk = turn.talk;
  const auto said = said_in(heard, turn.message, turn.words());
  if (said.about_stay() || said.name) return on_said(turn, heard);
  if (talk.wish == Wish::kNone) return turn.say("alright");
  decline(turn);
}

/// "Forget it" in any language, whatever the intent was taken for.
bool wants_to_drop(const Turn& turn, const Understanding& heard) {
  if (turn.talk.wish == Wish::kNone || heard.checkin || heard.checkout || heard.slots.room_type) return false;
  for (const auto* language : {"es", "en", "pt"}) {
    if (contains_phrase(turn.message.text, Catalogue::of(language).list("drop_phrases"))) return true;
  }
  return false;
}

void route(Turn& turn, const Understanding& heard) {
  if (heard.intent == Intent::human_handoff) return hand_off(turn, "handoff", "staff_asked");
  if (heard.intent == Intent::complaint) return hand_off(turn, "handoff_complaint", "staff_complaint");
  if (is_aside(heard.intent)) return answer_aside(turn, heard);
  switch (heard.intent) {
    case Intent::confirm:
      return on_confirm(turn, heard);
    case Intent::deny:
      return on_deny(turn, heard);
    case Intent::cancel_reservation:
      return start_cancel(turn, heard);
    case Intent::modify_reservation:
      return start_change(turn, heard);
    case Intent::make_reservation:
    case Intent::ask_availability:
    case Intent::ask_price:
      return turn.talk.wish == Wish::kChange && heard.intent != Intent::make_reservation ? go_on_changing(turn, heard)
                                                                                         : collect(turn, heard);
    case Intent::inform:
      return on_said(turn, heard);
    default:
      return not_understood(turn, heard);
  }
}

/// A guess that brings nothing usable, or nothing we serve at all.
bool is_guess(const Turn& turn, const Understanding& heard) {
  if (turn.talk.question == Question::kBookingRef) return false;
  const bool brings = !said_in(heard, turn.message, turn.words()).empty() || heard.slots.booking_ref;
  if (heard.intent == Intent::other) return !brings || turn.talk.summary.has_value();
  return heard.confidence < kSure && !brings;
}

void hear(Turn& turn, const Understanding& heard) {
  if (wants_to_drop(turn, heard)) {
    turn.talk.misunderstood = 0;
    return drop_draft(turn);
  }
  if (is_guess(turn, heard)) return not_understood(turn, heard);
  turn.talk.misunderstood = 0;
  if (heard.intent == Intent::other) return on_said(turn, heard);
  route(turn, heard);
}

/// He wrote it before something that has been answered already, and his provider brings it late.
bool is_late(const Conversation& talk, const Message& message) {
  return message.is_dated && talk.heard && message.now < *talk.heard;
}

/// It fills gaps in what he has said since, but takes nothing back, and is no answer to what he was asked since.
void hear_late(Turn& turn, Understanding heard) {
  auto& talk = turn.talk;
  const bool drops = heard.intent == Intent::cancel_reservation && talk.wish != Wish::kNone && !heard.slots.booking_ref;
  const bool answers =
      heard.intent == Intent::confirm || heard.intent == Intent::deny || drops || wants_to_drop(turn, heard);
  const Held* booked = talk.wish == Wish::kNone ? find_held(talk, talk.booking_ref) : nullptr;
  forget_what_is_known(heard, booked != nullptr ? booked->stay : talk.draft);
  if (!answers) return hear(turn, heard);
  if (talk.summary) return repeat_summary(turn);
  if (talk.wish != Wish::kNone) return ask_again(turn);
  turn.say("nothing_to_confirm");
}

Expecting expecting(Question question) {
  switch (question) {
    case Question::kDates:
      return Expecting::dates;
    case Question::kGuests:
      return Expecting::guests;
    case Question::kRoomType:
      return Expecting::room_type;
    case Question::kName:
      return Expecting::name;
    case Question::kConfirmation:
      return Expecting::confirmation;
    default:
      return Expecting::nothing;
  }
}

}  // namespace

bool is_by_staff(std::string_view kind) {
  return kind == kEcho || kind == kStaffSaid || kind == kStaffPaused || kind == kStaffResumed;
}

Step begin(const Conversation& conversation, const Message& message, const Understanding& understanding,
           const Hotel& hotel) {
  Step start;
  start.next = conversation;
  if (asks_nothing(message.kind)) return start;
  Turn turn(start, message, hotel);
  if (message.answered_before) withdraw_summary(turn);
  if (is_by_staff(message.kind)) {
    person_acted(turn);
    return std::move(turn).finish();
  }
  const bool text = is_text(message);
  if (text && !has_words(message.text) && !is_form(message)) return start;
  if (text) choose_language(turn, understanding);
  if (turn.talk.language.empty()) turn.talk.language = hotel.language;
  const bool late = is_late(conversation, message);
  if (message.is_dated && !late) turn.talk.heard = message.now;
  if (left_to_a_person(turn)) return std::move(turn).finish();
  if (message.is_stale) {
    leave_late_message(turn);
  } else if (!text || is_form(message)) {
    hear_no_words(turn);
  } else if (!take_tap(turn, understanding)) {
    late ? hear_late(turn, understanding) : hear(turn, understanding);
  }
  return std::move(turn).finish();
}

Step resume(const Step& asked, const Message& message, const ActionResult& result, const Hotel& hotel) {
  Turn turn(asked, message, hotel);
  if (const auto* offers = std::get_if<0>(&result)) on_offers(turn, *offers);
  if (const auto* found = std::get_if<1>(&result)) on_found(turn, *found);
  if (const auto* outcome = std::get_if<2>(&result)) on_written(turn, *outcome);
  return std::move(turn).finish();
}

std::string please_wait(const std::string& language) { return Catalogue::of(language).text("please_wait"); }

std::string answer_waiting(const std::string& language) { return Catalogue::of(language).text("answer_waiting"); }

std::string still_waiting(const std::string& language) { return Catalogue::of(language).text("still_waiting"); }

Context context_for(const Conversation& conversation, const Message& message, const Hotel& hotel) {
  Context context;
  context.today = day_in_zone(message.now, hotel.timezone);
  context.hotel_language = hotel.language;
  if (!conversation.language.empty()) context.language = conversation.language;
  context.expecting = expecting(conversation.question);
  context.checkin = conversation.draft.checkin;
  context.checkout = conversation.draft.checkout;
  return context;
}

}  // namespace agente::concierge
