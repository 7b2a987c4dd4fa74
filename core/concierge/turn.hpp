#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "concierge/flow.hpp"
#include "concierge/replies/catalogue.hpp"

/// Inside the flow: the turn being worked on and the small jobs that work on it.
namespace agente::concierge {

/// A turn under way. Every job takes it, changes the conversation, speaks, and may ask for one action.
class Turn {
 public:
  Turn(const Step& so_far, const Message& message, const Hotel& hotel);

  /// Adds a paragraph to the turn's one message.
  void say(std::string_view key, Values values = {});
  void ask(Question question, std::string_view key, Values values = {});
  void offer(Choices choices) { choices_ = std::move(choices); }
  void act(Action action) { action_ = std::move(action); }
  void tell_staff(std::string note) { staff_ = std::move(note); }

  [[nodiscard]] const Catalogue& words() const { return Catalogue::of(talk.language); }
  [[nodiscard]] Day today() const { return day_in_zone(message.now, hotel.timezone); }
  [[nodiscard]] bool is_over() const { return action_.has_value(); }
  [[nodiscard]] Step finish() &&;

  Conversation talk;
  const Message& message;
  const Hotel& hotel;

 private:
  std::string spoken_;
  Choices choices_;
  std::optional<Action> action_;
  std::optional<std::string> staff_;
};

// ---- stay.cpp: what was said of a stay, and whether it can be ----

/// The part of a message that is about a stay.
struct Said {
  std::optional<Day> checkin{}, checkout{};
  std::optional<int> nights{}, adults{}, children{}, guests{}, rooms{};
  std::optional<std::string> room_type{}, name{}, email{}, phone{};
  bool more = false;  ///< "one night more", "add a person": counts come on top

  [[nodiscard]] bool has_dates() const { return checkin || checkout || nights; }
  [[nodiscard]] bool has_party() const { return adults || children || guests || rooms; }
  [[nodiscard]] bool about_stay() const { return has_dates() || has_party() || room_type; }
  [[nodiscard]] bool empty() const { return !about_stay() && !name && !email && !phone; }
};
[[nodiscard]] Said said_in(const Understanding& heard, const Message& message, const Catalogue& words);
/// A draft read as something said, to be laid over a booking.
[[nodiscard]] Said said_in(const Draft& draft, bool more_nights);

/// Lays what was said over the draft; `question` is the open one ("the 12th" after "until when?" is a check-out).
void apply(Draft& draft, const Said& said, Question question);
/// Takes out of what was heard whatever the draft has already.
void forget_what_is_known(Understanding& heard, const Draft& draft);
/// Dates, party, rooms, type and name agree: what a summary shows.
[[nodiscard]] bool same_stay(const Draft& a, const Draft& b);
[[nodiscard]] Draft with_defaults(Draft draft);
[[nodiscard]] int party_of(const Draft& draft);
/// Says what is impossible about the draft's dates or party and forgets that part; true if nothing was.
bool check_possible(Turn& turn);

// ---- words.cpp: values as the guest reads them ----

[[nodiscard]] std::string long_date(const Catalogue& words, Day day);
[[nodiscard]] std::string counted(const Catalogue& words, std::string_view what, int n);  ///< "2 noches"
[[nodiscard]] std::string room_word(const Turn& turn, const std::string& room_type);
[[nodiscard]] std::string room_of(const Turn& turn, const Draft& stay);
[[nodiscard]] std::string party_word(const Catalogue& words, const Draft& stay);
[[nodiscard]] std::string stay_word(const Catalogue& words, const Draft& stay);
/// Lower case without accents, spaces squeezed, a space at both ends: for finding whole words.
[[nodiscard]] std::string folded(std::string_view text);
/// One of the phrases stands in `text` as whole words.
[[nodiscard]] bool contains_phrase(std::string_view text, const std::vector<std::string>& phrases);

// ---- collect.cpp: a new booking ----

/// Starts collecting for a booking unless one is under way.
void start_booking(Turn& turn);
/// Takes what was said, checks it and goes on to the next question or action.
void collect(Turn& turn, const Understanding& heard);
/// What the message itself asks for, beside what it says of the stay.
struct Asked {
  bool price = false;      ///< prices or free rooms: answered before the party is known
  bool vague = false;      ///< a span that names no stay
  bool new_dates = false;  ///< the days are repeated in full before the next question
};
/// Goes on with the draft as it stands: asks for what is missing, or asks the PMS.
void advance(Turn& turn, const Asked& asked = {});
/// Asks the open question again.
void ask_again(Turn& turn);
void drop_draft(Turn& turn);

// ---- availability.cpp ----

void check_availability(Turn& turn);
void on_offers(Turn& turn, const Result<std::vector<plugins::Offer>>& offers);

// ---- summary.cpp ----

/// What a stay costs, and which plugin's PMS says so.
struct Price {
  Money total;
  std::string backend;
};
void show_summary(Turn& turn, Summary::Kind kind, const Draft& stay, const Price& price);
void repeat_summary(Turn& turn);
/// A clear yes: does what the summary says, or refreshes it if its price no longer holds.
void accept(Turn& turn);
/// A clear no: leaves what was to be cancelled as it is, or asks what shall be different.
void decline(Turn& turn);
/// Takes the open summary back: what it showed is no longer what is wanted.
void withdraw_summary(Turn& turn);

// ---- taps.cpp: what the guest may tap, and what a tap means ----

/// Yes and no to the open summary, and to no other.
void offer_answers(Turn& turn);
/// These rooms, for the stay that is being put together.
void offer_rooms(Turn& turn, const std::vector<plugins::Offer>& offers);
/// Does what the tapped choice says if it belongs to what is open now; says so if it does not. False: it is not known
/// what was tapped, and its title may be taken as if it were typed.
bool take_tap(Turn& turn, const Understanding& heard);

// ---- written.cpp ----

void on_written(Turn& turn, const pms::WriteOutcome& outcome);

// ---- held.cpp, change.cpp, cancel.cpp ----

[[nodiscard]] Held* find_held(Conversation& talk, std::string_view booking_id);
[[nodiscard]] std::vector<const Held*> live_bookings(const Conversation& talk);
/// Where a conversation rests when nothing is under way.
[[nodiscard]] State resting_state(const Conversation& talk);
/// Back to rest: nothing wanted, nothing asked.
void rest(Turn& turn);
/// Finds out which booking is meant and looks it up, or asks.
void pick_booking(Turn& turn, const Understanding& heard);
void on_found(Turn& turn, const Result<plugins::Booking>& found);
void start_change(Turn& turn, const Understanding& heard);
/// More was said about the change under way.
void go_on_changing(Turn& turn, const Understanding& heard);
void change_found(Turn& turn, const Held& held);
void start_cancel(Turn& turn, const Understanding& heard);
void cancel_found(Turn& turn, const Held& held);

// ---- asides.cpp, handoff.cpp ----

[[nodiscard]] bool is_aside(Intent intent);
void answer_aside(Turn& turn, const Understanding& heard);
/// What the hotel's people are told, in the hotel's language; `why` completes the reason.
[[nodiscard]] std::string staff_note(const Turn& turn, std::string_view reason, const std::string& why);
void hand_off(Turn& turn, std::string_view reply, std::string_view reason, const std::string& why = {});
/// True if a person has the conversation; the guest was told or is left to him.
bool left_to_a_person(Turn& turn);
/// The message is what a person of the hotel did (is_by_staff): he takes the word, or gives it back.
void person_acted(Turn& turn);

}  // namespace agente::concierge
