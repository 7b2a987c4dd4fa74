#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/calendar.hpp"
#include "base/money.hpp"
#include "concierge/conversation.hpp"
#include "concierge/understanding/understanding.hpp"
#include "plugins/pms_backend.hpp"
#include "pms/gateway.hpp"

/// The concierge's head: a pure function from a conversation and a message to the next conversation, what to say and
/// what to do. No I/O, no clock: the same inputs always give the same outputs, which is what makes a message handled
/// again after a crash end the same way. One turn:
///
///     Step step = begin(conversation, message, understand(message.text, context_for(...)), hotel);
///     while (step.action) step = resume(step, message, carry_out(*step.action), hotel);
///     // now store step.next, send step.say, write reservation_rows(conversation, step.next, message, hotel)
namespace agente::concierge {

/// The hotel as far as a conversation needs it.
struct Hotel {
  std::string id;
  std::string name;
  std::string timezone;
  std::string currency;
  std::string language = "es";                ///< es, en, pt
  std::vector<plugins::RoomType> room_types;  ///< empty while the PMS has not told them
  int bookings_per_guest_per_day = 5;
};

/// The guest's message and what is known around it.
struct Message {
  store::Id id = 0;  ///< quotes and inquiry rows take their ids from it: handled again it gives the same ones
  store::GuestKey guest;
  std::string sender_name;
  std::string kind = "text";  ///< text, image, ...; or what a person of the hotel did (is_by_staff)
  std::string text;
  std::optional<std::string> tapped;  ///< the id of the choice he tapped, "" for one nobody knows; none: he typed
  Time now{};                         ///< when it was written: every date in it is relative to this
  bool is_dated = false;              ///< `now` is by his provider's clock, the same for all his messages
  bool is_stale = false;              ///< so old that a person is to answer it
  bool is_unasked = false;            ///< the open summary was not on its way to him when this was stored
  bool is_untold = false;             ///< it was put off, held or had failed
  int bookings_made_last_day = 0;     ///< by this guest
  bool answered_before = false;       ///< an operator has it handled again: its yes was to a summary of then
};

/// Kinds of messages that are not the guest's: what a person of the hotel did, at its place in the talk.
inline constexpr std::string_view kEcho = "echo";  ///< wrote to the guest by phone
/// Acts at the host's front desk; the message's `sender_name` is who did it.
inline constexpr std::string_view kStaffSaid = "staff_said";      ///< wrote to the guest; his words are in the outbox
inline constexpr std::string_view kStaffPaused = "staff_paused";  ///< took the word; `text`: until when, or empty
inline constexpr std::string_view kStaffResumed = "staff_resumed";
[[nodiscard]] bool is_by_staff(std::string_view kind);

/// The id of the choice that accepts the summary which is open; empty: none is.
[[nodiscard]] std::string yes_to_summary(const Conversation& conversation);

/// What must be done before the conversation can go on; its result comes back through `resume`.
struct CheckAvailability {
  plugins::StayQuery query;  ///< of all room types
  std::string backend{};     ///< the plugin whose PMS holds the booking to be changed; empty: where the hotel books
};
/// A booking of another guest (by phone, or by our own reservations row) must never be acted on: the flow compares
/// phones, the caller answers kNotFound when a row of ours says that the booking is another guest's, and kUnsupported
/// when the PMS that holds it is not configured any more.
struct FindBooking {
  std::string booking_id;
  std::string backend{};  ///< the plugin whose PMS holds it; empty: not known
};
struct Book {
  pms::AcceptedBooking booking;
};
struct Change {
  pms::AcceptedChange change;
};
struct Cancel {
  pms::AcceptedCancel cancel;
};
using Action = std::variant<CheckAvailability, FindBooking, Book, Change, Cancel>;

/// Results in the same order: offers, booking, outcome of a write. A write's kNotYet never gets here: the caller waits.
using ActionResult = std::variant<Result<std::vector<plugins::Offer>>, Result<plugins::Booking>, pms::WriteOutcome>;

/// Something the guest may tap instead of typing it; he sees the title.
struct Choice {
  std::string id;  ///< names what it belongs to, so that a tap below an old message cannot mean a new one
  std::string title;
  std::string description;
};
/// What goes with the last message of a turn. `label` opens them where they are many.
struct Choices {
  std::string label;
  std::vector<Choice> each;
};

/// One turn so far. `say` and `staff` hold everything since `begin`: after the last step they are the turn's.
struct Step {
  Conversation next;
  std::vector<std::string> say;      ///< messages for the guest, in order, in `next.language`; none: stay silent
  Choices choices;                   ///< below the last of them; what they say stands in its text, too
  std::optional<Action> action;      ///< carry it out and call resume; empty: the turn is over
  std::optional<std::string> staff;  ///< a note for the hotel's people (hand-over), in the hotel's language, not masked
};

/// Takes a guest's message.
[[nodiscard]] Step begin(const Conversation& conversation, const Message& message, const Understanding& understanding,
                         const Hotel& hotel);
/// Takes the result of the action that the step before asked for.
[[nodiscard]] Step resume(const Step& asked, const Message& message, const ActionResult& result, const Hotel& hotel);

/// What the guest is told while an accepted booking waits for the PMS (once per message).
[[nodiscard]] std::string please_wait(const std::string& language);
/// Something waits that can only be sent once the guest has written.
[[nodiscard]] std::string answer_waiting(const std::string& language);
/// The answer to what a guest writes meanwhile.
[[nodiscard]] std::string still_waiting(const std::string& language);

/// The note for the hotel's people while it is in doubt for too long whether the PMS did what `asked` wants of it.
[[nodiscard]] std::string note_in_doubt(const Step& asked, const Message& message, const Hotel& hotel,
                                        const std::string& why);

/// What understanding should know about where the conversation stands.
[[nodiscard]] Context context_for(const Conversation& conversation, const Message& message, const Hotel& hotel);

/// How long the bot leaves a conversation to the hotel's people unless an operator gives it back earlier.
inline constexpr std::chrono::hours kHandoffSilence{12};
/// How long the bot is silent after a person of the hotel has written to the guest, by phone or through the host.
inline constexpr std::chrono::minutes kPersonSilence{60};
/// How often a guest is told at most that only text is read.
inline constexpr std::chrono::hours kTextAskedEvery{1};
/// How long a summary's price holds.
inline constexpr std::chrono::minutes kQuoteHolds{30};

/// Gives a conversation back to the bot: the draft stands, a summary must be shown anew.
void leave_handoff(Conversation& conversation);

/// The reservations rows a turn changed: the inquiry that began, moved on or was dropped, and held bookings that were
/// made, changed or cancelled. `reference` is the caller's to fill in, `pms_backend` where it is empty, `created_at`
/// his to keep. A row with id 0 is of a booking made elsewhere: find it by `pms_booking_id`, or leave it.
[[nodiscard]] std::vector<store::Reservation> reservation_rows(const Conversation& before, const Conversation& after,
                                                               const Message& message, const Hotel& hotel);

}  // namespace agente::concierge
