#include "concierge/turn.hpp"

/// Questions beside the booking. The hotel's own facts (hours, services, address) are not known here, and what is not
/// known is said so; the open question comes back.
namespace agente::concierge {
namespace {

std::string_view answer_to(Intent intent) {
  switch (intent) {
    case Intent::ask_checkin_time:
      return "aside_checkin_time";
    case Intent::ask_checkout_time:
      return "aside_checkout_time";
    case Intent::ask_services:
      return "aside_services";
    case Intent::ask_location:
      return "aside_location";
    case Intent::ask_policy:
      return "aside_policy";
    case Intent::check_in:
    case Intent::check_out:
    case Intent::late_checkout:
    case Intent::invoice:
      return "aside_front_desk";
    case Intent::feedback_score:
      return "aside_feedback";
    case Intent::thanks:
      return "thanks";
    case Intent::goodbye:
      return "goodbye";
    default:
      return "aside_other";
  }
}

/// "A double from 5 to 7 October for two, is there parking?" has a stay in it; "breakfast on the 6th?" has none.
bool brings_a_stay(const Conversation& talk, const Understanding& heard) {
  if (talk.summary || talk.wish == Wish::kChange || talk.wish == Wish::kCancel) return false;
  const auto& slots = heard.slots;
  const bool party = slots.adults || slots.guests;
  return (heard.checkin && heard.checkout) || (talk.wish == Wish::kBook && (slots.room_type || party || slots.name));
}

void greet(Turn& turn, const Understanding& heard) {
  auto& talk = turn.talk;
  if (talk.wish != Wish::kNone) {
    turn.say("greet_short");
    return ask_again(turn);
  }
  apply(talk.draft, {.name = said_in(heard, turn.message, turn.words()).name}, Question::kNone);
  turn.say("greet", {{"hotel", turn.hotel.name}});
}

}  // namespace

bool is_aside(Intent intent) { return intent == Intent::greet || answer_to(intent) != "aside_other"; }

void answer_aside(Turn& turn, const Understanding& heard) {
  if (heard.intent == Intent::greet) return greet(turn, heard);
  turn.say(answer_to(heard.intent));
  if (heard.intent == Intent::goodbye) return;
  if (brings_a_stay(turn.talk, heard)) return collect(turn, heard);
  if (turn.talk.wish != Wish::kNone) ask_again(turn);
}

}  // namespace agente::concierge
