#include "concierge/turn.hpp"

namespace agente::concierge {
namespace {

/// "Change it" while a new booking is being put together means that one, unless he names another.
bool is_about_draft(const Conversation& talk, const Understanding& heard) {
  return talk.wish == Wish::kBook && !heard.slots.booking_ref;
}

void quote_change(Turn& turn, const Held& held) {
  auto& talk = turn.talk;
  const auto& words = turn.words();
  if (!check_possible(turn)) return;
  if (!same_stay(talk.draft, held.stay)) return check_availability(turn);
  turn.ask(Question::kWhatToChange, "already_so",
           {{"ref", held.booking_id},
            {"room", room_of(turn, held.stay)},
            {"stay", stay_word(words, held.stay)},
            {"party", party_word(words, held.stay)}});
  turn.say("ask_what_to_change");
}

}  // namespace

void start_change(Turn& turn, const Understanding& heard) {
  auto& talk = turn.talk;
  const auto said = said_in(heard, turn.message, turn.words());
  if (is_about_draft(talk, heard)) {
    if (!said.empty()) return collect(turn, heard);
    withdraw_summary(turn);
    return turn.ask(Question::kWhatToChange, "ask_what_to_change");
  }
  if (talk.wish == Wish::kChange && !heard.slots.booking_ref) return go_on_changing(turn, heard);
  rest(turn);
  talk.wish = Wish::kChange;
  talk.more_nights = said.more;
  apply(talk.draft, said, Question::kNone);
  // A name that comes with the request says whose booking it is, not what to change.
  talk.draft.name.reset();
  pick_booking(turn, heard);
}

void go_on_changing(Turn& turn, const Understanding& heard) {
  auto& talk = turn.talk;
  const Held* held = find_held(talk, talk.booking_ref);
  if (!held || talk.question == Question::kBookingRef || heard.slots.booking_ref) return pick_booking(turn, heard);
  const auto said = said_in(heard, turn.message, turn.words());
  if (!said.about_stay()) {
    if (said.name) return hand_off(turn, "handoff_name", "staff_name");
    if (talk.summary) return repeat_summary(turn);
    return turn.ask(Question::kWhatToChange, "ask_what_to_change");
  }
  apply(talk.draft, said, talk.question);
  if (talk.summary && same_stay(talk.summary->stay, talk.draft)) return repeat_summary(turn);
  withdraw_summary(turn);
  quote_change(turn, *held);
}

void change_found(Turn& turn, const Held& held) {
  auto& talk = turn.talk;
  const auto wished = said_in(talk.draft, talk.more_nights);
  talk.draft = with_defaults(held.stay);
  talk.more_nights = false;
  apply(talk.draft, wished, Question::kNone);
  if (wished.about_stay()) return quote_change(turn, held);
  turn.ask(Question::kWhatToChange, "ask_what_to_change_ref",
           {{"ref", held.booking_id}, {"stay", stay_word(turn.words(), held.stay)}});
}

}  // namespace agente::concierge
