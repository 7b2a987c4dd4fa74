#pragma once

#include <optional>
#include <string>
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
/// again after a crash end the same way.
namespace agente::concierge {

/// The hotel as far as a conversation needs it.
struct Hotel {
  std::string id;
  std::string name;
  std::string timezone;
  std::string currency;
  std::string language;  ///< es, en, pt
  std::vector<plugins::RoomType> room_types;
  int bookings_per_guest_per_day = 5;
};

/// The guest's message and what is known around it.
struct Message {
  store::Id id = 0;  ///< quotes take their id from it, so that handling it again makes the same quote
  store::GuestKey guest;
  std::string sender_name;
  std::string kind;  ///< text, image, ...
  std::string text;
  Time now{};                      ///< when it was written: every date in it is relative to this
  int bookings_made_last_day = 0;  ///< by this guest
};

/// What must be done before the conversation can go on; its result comes back through `resume`.
struct CheckAvailability {
  plugins::StayQuery query;
};
struct FindBooking {
  std::string booking_id;
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

/// One turn's outcome so far.
struct Step {
  Conversation next;
  std::vector<std::string> say;      ///< messages for the guest, in order, in `next.language`
  std::optional<Action> action;      ///< carry it out and call resume; empty: the turn is over
  std::optional<std::string> staff;  ///< a note for the hotel's people (hand-over), masked of nothing
};

/// Takes a guest's message.
Step begin(const Conversation& conversation, const Message& message, const Understanding& understanding,
           const Hotel& hotel);
/// Takes the result of the action that the step before asked for.
Step resume(const Conversation& conversation, const Message& message, const ActionResult& result, const Hotel& hotel);

/// What the guest is told while an accepted booking waits for the PMS (once per message).
std::string please_wait(const std::string& language);

/// What understanding should know about where the conversation stands.
Context context_for(const Conversation& conversation, const Message& message, const Hotel& hotel);

}  // namespace agente::concierge
