#include <algorithm>

#include "concierge/turn.hpp"

namespace agente::concierge {
namespace {

using Offers = std::vector<plugins::Offer>;

/// For prices asked before the party is known: two, or as many as the type asked for takes.
Draft assumed_party(const Turn& turn) {
  auto draft = with_defaults(turn.talk.draft);
  if (draft.adults) return draft;
  draft.adults = 2;
  for (const auto& type : turn.hotel.room_types) {
    if (type.id == draft.room_type && type.capacity == 1) draft.adults = 1;
  }
  return draft;
}

bool has_units(const plugins::Offer& offer, const Draft& draft) { return offer.units_left >= draft.rooms.value_or(1); }

bool holds_party(const plugins::Offer& offer, const Draft& draft) {
  return offer.capacity * draft.rooms.value_or(1) >= party_of(draft);
}

Offers only(const Offers& offers, auto&& wanted) {
  Offers some;
  std::copy_if(offers.begin(), offers.end(), std::back_inserter(some), wanted);
  return some;
}

Offers suitable(const Offers& offers, const Draft& draft) {
  return only(offers, [&](const auto& offer) { return has_units(offer, draft) && holds_party(offer, draft); });
}

std::string offer_lines(const Turn& turn, const Offers& offers) {
  const auto& words = turn.words();
  std::string lines;
  for (const auto& offer : offers) {
    if (!lines.empty()) lines += '\n';
    lines += words.text("offer_line", {{"room", room_word(turn, offer.room_type)},
                                       {"people", counted(words, "people", offer.capacity)},
                                       {"total", format_money(offer.total)},
                                       {"left", counted(words, "left", offer.units_left)}});
  }
  return lines;
}

void priced(Turn& turn) {
  if (turn.talk.wish == Wish::kBook) turn.talk.inquiry_status = store::ReservationStatus::kQuoteSent;
}

/// The party fits in no single free room: how many of the largest would do?
bool offer_more_rooms(Turn& turn, const Offers& offers, const Draft& draft) {
  const auto free = only(offers, [&](const auto& offer) { return has_units(offer, draft); });
  int largest = 0;
  for (const auto& offer : free) largest = std::max(largest, offer.capacity);
  if (largest == 0) return false;
  turn.ask(Question::kRoomType, "more_rooms",
           {{"party", party_word(turn.words(), draft)},
            {"n", std::to_string((party_of(draft) + largest - 1) / largest)},
            {"lines", offer_lines(turn, free)}});
  return true;
}

/// What can be had instead; the wanted type stays in the draft, so that other days ask for it again.
void offer_alternatives(Turn& turn, const Offers& offers, const Draft& draft) {
  const auto rooms = suitable(offers, draft);
  if (!rooms.empty()) {
    priced(turn);
    turn.ask(Question::kRoomType, "alternatives", {{"lines", offer_lines(turn, rooms)}});
    offer_rooms(turn, rooms);
  } else if (!offer_more_rooms(turn, offers, draft)) {
    turn.ask(Question::kDates, "sold_out_all", {{"stay", stay_word(turn.words(), draft)}});
  }
  if (turn.talk.wish == Wish::kChange) turn.say("still_as_is", {{"ref", turn.talk.booking_ref}});
}

void refuse_type(Turn& turn, const Offers& offers, const Draft& draft, bool sold_out, int capacity) {
  const auto room = room_word(turn, *draft.room_type);
  if (sold_out) {
    turn.say("sold_out", {{"room", room}, {"stay", stay_word(turn.words(), draft)}});
  } else {
    turn.say("too_many_guests", {{"room", room},
                                 {"people", counted(turn.words(), "people", capacity)},
                                 {"party", party_word(turn.words(), draft)}});
  }
  offer_alternatives(turn, offers, draft);
}

void list_types(Turn& turn, const Offers& offers, const Draft& draft) {
  const auto rooms = suitable(offers, draft);
  if (rooms.empty()) return offer_alternatives(turn, offers, draft);
  priced(turn);
  const auto& words = turn.words();
  turn.say(
      "offers",
      {{"stay", stay_word(words, draft)}, {"party", party_word(words, draft)}, {"lines", offer_lines(turn, rooms)}});
  offer_rooms(turn, rooms);
  if (turn.talk.draft.adults) return turn.ask(Question::kRoomType, "ask_room_type");
  turn.say("assumed_party", {{"party", party_word(words, draft)}});
  turn.ask(Question::kGuests, "ask_guests");
}

void say_quote(Turn& turn, const Draft& draft, const Money& total) {
  priced(turn);
  const auto& words = turn.words();
  turn.say("quote", {{"room", room_of(turn, draft)},
                     {"stay", stay_word(words, draft)},
                     {"party", party_word(words, draft)},
                     {"total", format_money(total)}});
  if (turn.talk.draft.adults) return turn.ask(Question::kName, "ask_name");
  turn.say("assumed_party", {{"party", party_word(words, draft)}});
  turn.ask(Question::kGuests, "ask_guests");
}

void answer_for_type(Turn& turn, const Offers& offers, const Draft& draft) {
  const auto& talk = turn.talk;
  const auto offer =
      std::find_if(offers.begin(), offers.end(), [&](const auto& each) { return each.room_type == draft.room_type; });
  const int capacity = offer == offers.end() ? 0 : offer->capacity;
  if (offer != offers.end() && !holds_party(*offer, draft)) return refuse_type(turn, offers, draft, false, capacity);
  if (offer == offers.end() || !has_units(*offer, draft)) return refuse_type(turn, offers, draft, true, capacity);
  if (talk.wish == Wish::kChange)
    return show_summary(turn, Summary::Kind::kChange, draft, {offer->total, offer->backend});
  if (!talk.draft.adults || !talk.draft.name) return say_quote(turn, draft, offer->total);
  show_summary(turn, Summary::Kind::kBook, draft, {offer->total, offer->backend});
}

/// Offers that the PMS could not renew are told as what they are.
void say_of_when(Turn& turn, const Offers& offers) {
  const auto old =
      std::find_if(offers.begin(), offers.end(), [](const auto& offer) { return offer.as_of.has_value(); });
  if (old == offers.end()) return;
  turn.say("offers_as_of", {{"time", wall_clock_in_zone(*old->as_of, turn.hotel.timezone)}});
}

}  // namespace

void check_availability(Turn& turn) {
  const auto draft = assumed_party(turn);
  plugins::StayQuery query;
  query.checkin = *draft.checkin;
  query.checkout = *draft.checkout;
  query.adults = *draft.adults;
  query.children = *draft.children;
  query.rooms = *draft.rooms;
  if (turn.talk.wish != Wish::kChange) return turn.act(CheckAvailability{std::move(query)});
  query.except_booking = turn.talk.booking_ref;
  const Held* held = find_held(turn.talk, turn.talk.booking_ref);
  turn.act(CheckAvailability{std::move(query), held == nullptr ? std::string() : held->backend});
}

void on_offers(Turn& turn, const Result<Offers>& offers) {
  turn.talk.state = State::kCollecting;
  turn.talk.question = Question::kNone;
  if (!offers && offers.error().code == Code::kUnsupported) {
    return hand_off(turn, "handoff_former_pms", "staff_former_pms", offers.error().text);
  }
  if (!offers) return turn.say("pms_unavailable");
  say_of_when(turn, *offers);
  auto cheapest_first = *offers;
  std::stable_sort(cheapest_first.begin(), cheapest_first.end(),
                   [](const auto& a, const auto& b) { return a.total.minor < b.total.minor; });
  const auto draft = assumed_party(turn);
  if (draft.room_type) return answer_for_type(turn, cheapest_first, draft);
  list_types(turn, cheapest_first, draft);
}

}  // namespace agente::concierge
