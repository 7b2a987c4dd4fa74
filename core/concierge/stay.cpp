#include <algorithm>

#include "base/text.hpp"
#include "concierge/turn.hpp"

namespace agente::concierge {
namespace {

constexpr int kMostNights = 365;
constexpr int kMostDaysAhead = 731;
constexpr int kMostPeople = 60;
constexpr int kTooMany = 1000;
constexpr int kMostRooms = 20;
constexpr std::size_t kLongestName = 80;

/// Names and addresses end up in the PMS and in our own messages: one line, and short enough.
std::optional<std::string> one_line(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  std::string line;
  for (const char c : clean_utf8(*text)) line += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  while (count_code_points(line) > kLongestName) line = clean_utf8(line.substr(0, line.size() * 3 / 4));
  if (line.find_first_not_of(' ') == std::string::npos) return std::nullopt;
  return line;
}

/// Days and nights brought into agreement; the days win.
void settle(Draft& draft) {
  if (draft.checkin && draft.checkout) {
    draft.nights = nights_between(*draft.checkin, *draft.checkout);
  } else if (draft.checkin && draft.nights) {
    draft.checkout = *draft.checkin + std::chrono::days(*draft.nights);
  } else if (draft.checkout && draft.nights) {
    draft.checkin = *draft.checkout - std::chrono::days(*draft.nights);
  }
}

void apply_nights(Draft& draft, const Said& said) {
  const int before = said.more ? draft.nights.value_or(0) : 0;
  draft.nights = std::clamp(before + *said.nights, 0, kMostNights + 1);
  if (said.checkout) {
    draft.checkin.reset();
  } else {
    draft.checkout.reset();
  }
}

void apply_dates(Draft& draft, const Said& said, Question question) {
  const bool until_when = question == Question::kDates && draft.checkin && !draft.checkout;
  if (said.checkin && said.checkout) {
    draft.checkin = said.checkin;
    draft.checkout = said.checkout;
  } else if (said.checkin && until_when && *said.checkin > *draft.checkin) {
    draft.checkout = said.checkin;
  } else if (said.checkin) {
    draft.checkin = said.checkin;
    draft.checkout.reset();
  } else if (said.checkout) {
    draft.checkout = said.checkout;
  }
  if (said.nights && !(said.checkin && said.checkout)) apply_nights(draft, said);
  settle(draft);
}

/// What was said, within what `check_possible` can refuse; "more" of it comes on top of what was there.
int count_said(const std::optional<int>& said, const std::optional<int>& there, bool more) {
  return std::clamp(*said, -1, kTooMany) + (more ? there.value_or(0) : 0);
}

void apply_party(Draft& draft, const Said& said) {
  const bool more = said.more && !said.nights;
  if (said.children) draft.children = count_said(said.children, draft.children, more);
  if (said.rooms) draft.rooms = count_said(said.rooms, draft.rooms, more);
  if (said.adults) {
    draft.adults = count_said(said.adults, draft.adults, more);
  } else if (said.guests) {
    const int heads = count_said(said.guests, draft.adults, more);
    const int children = more ? 0 : draft.children.value_or(0);
    draft.adults = heads > children ? heads - children : heads;
  }
}

/// The text that says why these dates cannot be, or nothing.
std::string_view impossible(const Draft& draft, Day today, bool arrived) {
  if (draft.checkin && *draft.checkin < today && !arrived) return "past_dates";
  if (draft.checkin && *draft.checkin > today + std::chrono::days(kMostDaysAhead)) return "too_far";
  if (draft.checkin && draft.checkout && *draft.checkout <= *draft.checkin) return "reversed_dates";
  if (draft.nights.value_or(1) > kMostNights) return "too_long";
  if (draft.nights.value_or(1) < 1) return "ask_exact_dates";
  if (draft.checkout && *draft.checkout <= today) return "ask_exact_dates";
  return {};
}

}  // namespace

Said said_in(const Understanding& heard, const Message& message, const Catalogue& words) {
  const auto& slots = heard.slots;
  Said said{.checkin = heard.checkin,
            .checkout = heard.checkout,
            .nights = slots.nights,
            .adults = slots.adults,
            .children = slots.children,
            .guests = slots.guests,
            .rooms = slots.rooms,
            .room_type = slots.room_type,
            .name = one_line(slots.name),
            .email = one_line(slots.email),
            .phone = one_line(slots.phone)};
  if (!said.children && !slots.ages.empty()) said.children = static_cast<int>(slots.ages.size());
  said.more = (said.nights || said.has_party()) && contains_phrase(message.text, words.list("more_words"));
  return said;
}

Said said_in(const Draft& draft, bool more_nights) {
  Said said{.checkin = draft.checkin,
            .checkout = draft.checkout,
            .adults = draft.adults,
            .children = draft.children,
            .rooms = draft.rooms,
            .room_type = draft.room_type};
  if (!(said.checkin && said.checkout)) said.nights = draft.nights;
  said.more = more_nights;
  return said;
}

void apply(Draft& draft, const Said& said, Question question) {
  if (said.has_dates()) apply_dates(draft, said, question);
  apply_party(draft, said);
  if (said.room_type) draft.room_type = said.room_type;
  if (said.name) draft.name = said.name;
  if (said.email) draft.email = said.email;
  if (said.phone) draft.phone = said.phone;
}

void forget_what_is_known(Understanding& heard, const Draft& draft) {
  auto& slots = heard.slots;
  const auto forget = [](auto& slot, bool known) {
    if (known) slot.reset();
  };
  const bool whole = heard.checkin && heard.checkout;  // another stay than the one that is being spoken of
  forget(heard.checkin, draft.checkin || (whole && draft.checkout));
  forget(heard.checkout, draft.checkout || (whole && draft.checkin));
  if (heard.checkin && draft.checkout) heard.checkout = draft.checkout;  // an arrival alone would move both
  forget(heard.checkout, draft.checkin && heard.checkout && *heard.checkout <= *draft.checkin);
  if (draft.checkin && draft.checkout) heard.dates_vague = heard.dates_ambiguous = heard.weekday_disagrees = false;
  forget(slots.nights, draft.nights.has_value());
  forget(slots.adults, draft.adults.has_value());
  forget(slots.guests, draft.adults.has_value());
  forget(slots.children, draft.children.has_value());
  if (draft.children) slots.ages.clear();
  forget(slots.rooms, draft.rooms.has_value());
  forget(slots.room_type, draft.room_type.has_value());
  forget(slots.name, draft.name.has_value());
  forget(slots.email, draft.email.has_value());
  forget(slots.phone, draft.phone.has_value());
}

Draft with_defaults(Draft draft) {
  draft.children = draft.children.value_or(0);
  draft.rooms = draft.rooms.value_or(1);
  return draft;
}

bool same_stay(const Draft& a, const Draft& b) {
  auto shown = [](Draft draft) {
    draft = with_defaults(std::move(draft));
    draft.email.reset();
    draft.phone.reset();
    return draft;
  };
  return shown(a) == shown(b);
}

int party_of(const Draft& draft) { return draft.adults.value_or(0) + draft.children.value_or(0); }

bool check_possible(Turn& turn) {
  auto& draft = turn.talk.draft;
  const bool party = (!draft.adults || *draft.adults >= 1) && draft.children.value_or(0) >= 0 &&
                     party_of(draft) <= kMostPeople && draft.rooms.value_or(1) >= 1 &&
                     draft.rooms.value_or(1) <= kMostRooms;
  if (!party) {
    draft.adults.reset();
    draft.children.reset();
    draft.rooms.reset();
    turn.ask(Question::kGuests, "bad_party");
    return false;
  }
  const Held* held = turn.talk.wish == Wish::kChange ? find_held(turn.talk, turn.talk.booking_ref) : nullptr;
  const bool arrived = held && held->stay.checkin == draft.checkin;
  const auto why = impossible(draft, turn.today(), arrived);
  if (why.empty()) return true;
  const auto& words = turn.words();
  turn.ask(Question::kDates, why,
           {{"checkin_long", draft.checkin ? long_date(words, *draft.checkin) : ""},
            {"checkout_long", draft.checkout ? long_date(words, *draft.checkout) : ""},
            {"n", std::to_string(kMostNights)}});
  draft.checkin = held ? held->stay.checkin : std::nullopt;
  draft.checkout = held ? held->stay.checkout : std::nullopt;
  draft.nights = held ? held->stay.nights : std::nullopt;
  return false;
}

}  // namespace agente::concierge
