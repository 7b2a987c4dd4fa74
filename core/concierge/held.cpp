#include <algorithm>
#include <cctype>

#include "concierge/turn.hpp"

/// The guest's own bookings: which one is meant, and whether it is his.
namespace agente::concierge {
namespace {

constexpr std::size_t kPhoneTail = 8;

std::string digits_of(std::string_view text) {
  std::string digits;
  std::copy_if(text.begin(), text.end(), std::back_inserter(digits), [](unsigned char c) { return std::isdigit(c); });
  return digits;
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

/// Countries write one number in several ways (Argentina's 9, Mexico's 1, Brazil's ninth digit); the tail stays.
bool same_phone(std::string_view a, std::string_view b) {
  const auto one = digits_of(a);
  const auto other = digits_of(b);
  if (one.size() < kPhoneTail || other.size() < kPhoneTail) return one == other && !one.empty();
  return one.substr(one.size() - kPhoneTail) == other.substr(other.size() - kPhoneTail);
}

/// A booking made here is his; so is one under his number; one without a number belongs to who knows its id.
bool belongs_to_guest(Turn& turn, const plugins::Booking& booking) {
  if (find_held(turn.talk, booking.booking_id) || booking.phone.empty()) return true;
  const auto& sender = turn.message.guest.sender;
  return sender.find_first_not_of("+0123456789") == std::string::npos && same_phone(booking.phone, sender);
}

Held& remember(Conversation& talk, const plugins::Booking& booking) {
  Held* held = find_held(talk, booking.booking_id);
  if (!held) held = &talk.held.emplace_back();
  held->booking_id = booking.booking_id;
  held->stay.checkin = booking.checkin;
  held->stay.checkout = booking.checkout;
  held->stay.nights = nights_between(booking.checkin, booking.checkout);
  held->stay.adults = booking.adults;
  held->stay.children = booking.children;
  held->stay.rooms = booking.rooms;
  held->stay.room_type = booking.room_type;
  if (!booking.guest_name.empty()) held->stay.name = booking.guest_name;
  held->total = booking.total;
  held->backend = booking.backend;
  return *held;
}

/// The answer to "which number?": the one word with a digit in it.
std::string number_in(std::string_view text) {
  std::string word;
  std::string found;
  for (const char c : std::string(text) + ' ') {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '/') {
      word += c;
      continue;
    }
    if (!digits_of(word).empty() && found.empty() && word.size() <= 40) found = word;
    word.clear();
  }
  return found;
}

std::string refs_of(const std::vector<const Held*>& bookings) {
  std::string refs;
  for (const auto* held : bookings) refs += (refs.empty() ? "" : ", ") + held->booking_id;
  return refs;
}

/// Of several bookings the one that begins on the day he named, if he cancels "the one of the 10th".
const Held* only_one(const Turn& turn, const std::vector<const Held*>& live, const Understanding& heard) {
  if (live.size() == 1) return live.front();
  const Held* found = nullptr;
  for (const auto* held : live) {
    if (turn.talk.wish != Wish::kCancel || !heard.checkin || held->stay.checkin != heard.checkin) continue;
    if (found) return nullptr;
    found = held;
  }
  return found;
}

void look_up(Turn& turn, const std::string& booking_id) {
  turn.talk.booking_ref = booking_id;
  const Held* held = find_held(turn.talk, booking_id);
  turn.act(FindBooking{booking_id, held == nullptr ? std::string() : held->backend});
}

}  // namespace

Held* find_held(Conversation& talk, std::string_view booking_id) {
  const auto wanted = lower(booking_id);
  Held* found = nullptr;  // two PMS of the hotel may have given out one id: the later one, unless it is over
  for (auto& held : talk.held) {
    const bool fits = lower(held.booking_id) == wanted;
    if (fits && (found == nullptr || found->cancelled || !held.cancelled)) found = &held;
  }
  return found;
}

std::vector<const Held*> live_bookings(const Conversation& talk) {
  std::vector<const Held*> live;
  for (const auto& held : talk.held) {
    if (!held.cancelled) live.push_back(&held);
  }
  return live;
}

State resting_state(const Conversation& talk) {
  const bool made_here = std::any_of(talk.held.begin(), talk.held.end(),
                                     [](const Held& held) { return held.reservation != 0 && !held.cancelled; });
  return made_here ? State::kConfirmed : State::kIdle;
}

void rest(Turn& turn) {
  auto& talk = turn.talk;
  talk.draft = {};
  talk.more_nights = false;
  talk.summary.reset();
  talk.question = Question::kNone;
  talk.wish = Wish::kNone;
  talk.inquiry = 0;
  talk.state = resting_state(talk);
}

void pick_booking(Turn& turn, const Understanding& heard) {
  auto& talk = turn.talk;
  talk.state = State::kCollecting;
  auto said = heard.slots.booking_ref.value_or("");
  if (said.empty() && talk.question == Question::kBookingRef) said = number_in(turn.message.text);
  if (!said.empty()) return look_up(turn, said);
  const auto live = live_bookings(talk);
  if (const auto* one = only_one(turn, live, heard)) return look_up(turn, one->booking_id);
  if (live.empty()) return turn.ask(Question::kBookingRef, "ask_booking_ref");
  turn.ask(Question::kBookingRef, "ask_which_booking", {{"refs", refs_of(live)}});
}

void on_found(Turn& turn, const Result<plugins::Booking>& found) {
  auto& talk = turn.talk;
  const auto asked = std::exchange(talk.booking_ref, "");
  talk.question = Question::kNone;
  if (!found && found.error().code == Code::kUnsupported) {
    talk.booking_ref = asked;  // staff is told which one
    return hand_off(turn, "handoff_former_pms", "staff_former_pms", found.error().text);
  }
  if (!found && found.error().code != Code::kNotFound) return turn.say("pms_unavailable");
  if (!found || !belongs_to_guest(turn, *found)) {
    return turn.ask(Question::kBookingRef, "booking_not_found", {{"ref", asked}});
  }
  talk.booking_ref = found->booking_id;
  Held& held = remember(talk, *found);
  held.cancelled = found->status == plugins::StayStatus::kCancelled;
  if (held.cancelled || found->status == plugins::StayStatus::kLeft) {
    rest(turn);
    return turn.say("booking_over", {{"ref", talk.booking_ref}});
  }
  if (talk.wish == Wish::kCancel) return cancel_found(turn, held);
  change_found(turn, held);
}

}  // namespace agente::concierge
