#include <algorithm>

#include "concierge/turn.hpp"

/// A choice's id names what it belongs to: yes:<quote>, no:<quote>, room:<draft>:<type>. Messages stay on a guest's
/// screen for ever, so a tap counts only while that is what is open.
namespace agente::concierge {
namespace {

/// As many as a list shows on any channel. The text names all of them.
constexpr std::size_t kMostRooms = 10;

const std::string kYes = "yes:";
const std::string kNo = "no:";
const std::string kRoom = "room:";

bool is_ours(const std::string& choice) {
  return choice.starts_with(kYes) || choice.starts_with(kNo) || choice.starts_with(kRoom);
}

/// What a list of rooms is for: the booking that is being put together, or the one to be changed.
std::string draft_of(const Conversation& talk) {
  if (talk.wish == Wish::kBook) return std::to_string(talk.inquiry);
  return talk.wish == Wish::kChange ? talk.booking_ref : std::string();
}

/// "room:101:double" -> "double" if it is of the list for what is wanted now.
std::optional<std::string> room_in(const Conversation& talk, const std::string& choice) {
  const auto draft = draft_of(talk);
  const auto list = kRoom + draft + ":";
  if (draft.empty() || !choice.starts_with(list)) return std::nullopt;
  return choice.substr(list.size());
}

void take_room(Turn& turn, const std::string& room_type) {
  Understanding heard;
  heard.language = turn.talk.language;
  heard.intent = Intent::inform;
  heard.confidence = 1;
  heard.slots.room_type = room_type;
  if (turn.talk.wish == Wish::kChange) return go_on_changing(turn, heard);
  collect(turn, heard);
}

void refuse_old_choice(Turn& turn) {
  turn.say("old_choice");
  if (turn.talk.summary) return repeat_summary(turn);
  if (turn.talk.wish != Wish::kNone) ask_again(turn);
}

}  // namespace

std::string yes_to_summary(const Conversation& conversation) {
  return conversation.summary ? kYes + conversation.summary->quote : std::string();
}

void offer_answers(Turn& turn) {
  const auto& words = turn.words();
  const auto& quote = turn.talk.summary->quote;
  turn.offer({.label = {},
              .each = {{kYes + quote, words.text("choice_yes"), {}}, {kNo + quote, words.text("choice_no"), {}}}});
}

void offer_rooms(Turn& turn, const std::vector<plugins::Offer>& offers) {
  const auto& words = turn.words();
  const auto list = kRoom + draft_of(turn.talk) + ":";
  Choices choices{.label = words.text("choice_rooms"), .each = {}};
  choices.each.reserve(offers.size());
  for (const auto& offer : offers) {
    if (choices.each.size() == kMostRooms) break;
    choices.each.push_back(
        {.id = list + offer.room_type,
         .title = room_word(turn, offer.room_type),
         .description = words.text("offer_choice", {{"people", counted(words, "people", offer.capacity)},
                                                    {"total", format_money(offer.total)},
                                                    {"left", counted(words, "left", offer.units_left)}})});
  }
  turn.offer(std::move(choices));
}

bool take_tap(Turn& turn, const Understanding& heard) {
  if (!turn.message.tapped) return false;
  const auto choice = is_ours(*turn.message.tapped) ? *turn.message.tapped : std::string();
  const auto& summary = turn.talk.summary;
  const bool answer = heard.intent == Intent::confirm || heard.intent == Intent::deny;
  if (choice.empty() && !(summary && answer)) return false;
  turn.talk.misunderstood = 0;
  if (choice.empty()) {
    repeat_summary(turn);  // his yes may be to another one
  } else if (summary && choice == kYes + summary->quote) {
    accept(turn);
  } else if (summary && choice == kNo + summary->quote) {
    decline(turn);
  } else if (const auto room_type = room_in(turn.talk, choice)) {
    take_room(turn, *room_type);
  } else {
    refuse_old_choice(turn);
  }
  return true;
}

}  // namespace agente::concierge
