#include <utility>

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

void leave_to(Turn& turn, Pause pause) {
  turn.talk.pause = std::move(pause);
  withdraw_summary(turn);  // the guest's next yes is for the person
}

/// Echoes come in any order, and who writes within a longer pause does not shorten it.
void person_wrote(Turn& turn, std::string by) {
  const auto until = turn.message.now + kPersonSilence;
  const auto& pause = turn.talk.pause;
  if (pause && (!pause->until || *pause->until >= until)) return;
  leave_to(turn, {.since = turn.message.now, .until = until, .by = std::move(by)});
}

}  // namespace

std::string staff_note(const Turn& turn, std::string_view reason, const std::string& why) {
  const auto& words = Catalogue::of(turn.hotel.language);
  auto text = turn.message.text;
  if (text.size() > kLongestExcerpt) text = clean_utf8(text.substr(0, kLongestExcerpt)) + "…";
  return words.text("staff_note", {{"reason", words.text(reason, {{"why", why}})},
                                   {"guest", guest_of(turn.message)},
                                   {"text", text},
                                   {"known", known_of(turn, words)}});
}

void hand_off(Turn& turn, std::string_view reply, std::string_view reason, const std::string& why) {
  auto& talk = turn.talk;
  turn.tell_staff(staff_note(turn, reason, why));
  withdraw_summary(turn);
  talk.state = State::kHandoff;
  talk.question = Question::kNone;
  talk.handed_off = turn.message.now;
  talk.handoff_told = false;
  turn.say(reply);
}

bool left_to_a_person(Turn& turn) {
  auto& talk = turn.talk;
  if (talk.pause && talk.pause->holds_at(turn.message.now)) return true;
  if (talk.state != State::kHandoff) return false;
  if (!talk.handed_off || turn.message.now - *talk.handed_off >= kHandoffSilence) {
    leave_handoff(talk);
    return false;
  }
  // The first message after the hand-over is never left without an answer; then the person has the word.
  if (!std::exchange(talk.handoff_told, true)) turn.say("handoff_wait");
  return true;
}

void person_acted(Turn& turn) {
  const auto& kind = turn.message.kind;
  const auto& by = turn.message.sender_name;
  auto& talk = turn.talk;
  if (kind == kEcho) return person_wrote(turn, "");
  if (kind == kStaffSaid) return person_wrote(turn, by);
  if (kind == kStaffPaused) {
    return leave_to(turn, {.since = turn.message.now, .until = parse_time(turn.message.text), .by = by});
  }
  const bool silent = talk.state == State::kHandoff || (talk.pause && talk.pause->holds_at(turn.message.now));
  if (silent) leave_handoff(talk);
}

void leave_handoff(Conversation& conversation) {
  conversation.pause.reset();
  conversation.handed_off.reset();
  conversation.handoff_told = false;
  conversation.misunderstood = 0;
  conversation.summary.reset();
  conversation.question = Question::kNone;
  conversation.state = conversation.wish == Wish::kNone ? resting_state(conversation) : State::kCollecting;
}

}  // namespace agente::concierge
