#include "base/text.hpp"
#include "concierge/turn.hpp"

namespace agente::concierge {
namespace {

constexpr std::size_t kLongestExcerpt = 600;

void append(std::string& known, const std::string& part) {
  if (part.empty()) return;
  known += (known.empty() ? "" : "; ") + part;
}

/// What is known so far, in the hotel's language.
std::string known_of(const Turn& turn, const Catalogue& words) {
  const auto& draft = turn.talk.draft;
  std::string known;
  append(known, stay_word(words, draft));
  if (draft.checkin && !draft.checkout) append(known, long_date(words, *draft.checkin));
  if (draft.adults) append(known, party_word(words, draft));
  if (draft.room_type) append(known, room_of(turn, draft));
  append(known, draft.name.value_or(""));
  append(known, turn.talk.booking_ref);
  return known.empty() ? words.text("staff_nothing") : known;
}

std::string guest_of(const Message& message) {
  const auto who = message.guest.channel + " " + message.guest.sender;
  return message.sender_name.empty() ? who : message.sender_name + " (" + who + ")";
}

}  // namespace

void hand_off(Turn& turn, std::string_view reply, std::string_view reason, const std::string& why) {
  auto& talk = turn.talk;
  const auto& words = Catalogue::of(turn.hotel.language);
  auto text = turn.message.text;
  if (text.size() > kLongestExcerpt) text = clean_utf8(text.substr(0, kLongestExcerpt)) + "…";
  turn.tell_staff(words.text("staff_note", {{"reason", words.text(reason, {{"why", why}})},
                                            {"guest", guest_of(turn.message)},
                                            {"text", text},
                                            {"known", known_of(turn, words)}}));
  withdraw_summary(turn);
  talk.state = State::kHandoff;
  talk.question = Question::kNone;
  talk.handed_off = turn.message.now;
  talk.handoff_told = false;
  turn.say(reply);
}

bool left_to_a_person(Turn& turn) {
  auto& talk = turn.talk;
  if (talk.paused) return true;
  if (talk.person_wrote && turn.message.now - *talk.person_wrote < kPersonSilence) return true;
  if (talk.state != State::kHandoff) return false;
  if (!talk.handed_off || turn.message.now - *talk.handed_off >= kHandoffSilence) {
    leave_handoff(talk);
    return false;
  }
  // The first message after the hand-over is never left without an answer; then the person has the word.
  if (!std::exchange(talk.handoff_told, true)) turn.say("handoff_wait");
  return true;
}

void person_wrote(Turn& turn) {
  auto& talk = turn.talk;
  if (talk.person_wrote && *talk.person_wrote >= turn.message.now) return;  // echoes come in any order
  talk.person_wrote = turn.message.now;
  withdraw_summary(turn);  // the guest's next yes is for the person
}

void leave_handoff(Conversation& conversation) {
  conversation.paused = false;
  conversation.handed_off.reset();
  conversation.person_wrote.reset();
  conversation.handoff_told = false;
  conversation.misunderstood = 0;
  conversation.summary.reset();
  conversation.question = Question::kNone;
  conversation.state = conversation.wish == Wish::kNone ? resting_state(conversation) : State::kCollecting;
}

}  // namespace agente::concierge
