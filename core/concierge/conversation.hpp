#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/calendar.hpp"
#include "base/money.hpp"
#include "base/result.hpp"
#include "store/records.hpp"

namespace agente::concierge {

/// The seven of CONTRACTS §3.
enum class State : std::uint8_t {
  kIdle,
  kCollecting,
  kAwaitingConfirmation,
  kConfirmed,
  kModified,
  kCancelled,
  kHandoff
};
[[nodiscard]] std::string_view name_of(State state);

/// What the guest has said so far of the stay he wants. A slot stays until he changes it.
struct Draft {
  std::optional<Day> checkin;
  std::optional<Day> checkout;
  std::optional<int> nights;  ///< follows from the days once both are known
  std::optional<int> adults;
  std::optional<int> children;  ///< none said: 0
  std::optional<int> rooms;     ///< none said: 1
  std::optional<std::string> room_type;
  std::optional<std::string> name;
  std::optional<std::string> email;
  std::optional<std::string> phone;

  bool operator==(const Draft&) const = default;
};

/// A summary that was shown with its price; only a clear yes to exactly this one does anything.
struct Summary {
  enum class Kind : std::uint8_t { kBook, kChange, kCancel };
  Kind kind = Kind::kBook;
  std::string quote;       ///< unique; names the intent if it is accepted
  std::string booking_id;  ///< of kChange and kCancel
  Draft stay;              ///< what was shown
  Money total;
  std::string backend;  ///< the plugin whose PMS said so; empty in a talk from before it was noted
  Time expires{};

  bool operator==(const Summary&) const = default;
};

/// The question that is open; an aside is answered and it comes back.
enum class Question : std::uint8_t {
  kNone,
  kDates,
  kGuests,
  kRoomType,
  kName,
  kConfirmation,
  kBookingRef,
  kWhatToChange
};

/// What the slots are being collected for.
enum class Wish : std::uint8_t { kNone, kBook, kChange, kCancel };

/// A booking this guest made or touched in this conversation, as last seen in the PMS.
struct Held {
  store::Id reservation = 0;  ///< its row, 0 when it was not made in this conversation
  std::string booking_id;
  Draft stay;
  Money total;
  std::string backend;  ///< the plugin whose PMS holds it; empty in a talk from before it was noted
  bool cancelled = false;

  bool operator==(const Held&) const = default;
};

/// A person of the hotel has the word with the guest: the bot keeps what the guest writes and is silent.
struct Pause {
  Time since{};
  std::optional<Time> until;  ///< none: until an operator gives the word back
  std::string by;             ///< the operator; empty: somebody who wrote by phone

  [[nodiscard]] bool holds_at(Time now) const { return !until || now < *until; }
  bool operator==(const Pause&) const = default;
};

/// All that is remembered of one guest; stored as JSON with a schema number (from_json reads every earlier one).
struct Conversation {
  State state = State::kIdle;
  std::string language;      ///< empty until a message told
  Draft draft;               ///< of a change whose booking is not known yet: only what shall be different
  bool more_nights = false;  ///< the draft's nights come on top of those of the booking to be changed
  std::optional<Summary> summary;
  Question question = Question::kNone;
  Wish wish = Wish::kNone;
  std::vector<Held> held;
  std::string booking_ref;  ///< the one last talked about
  int misunderstood = 0;    ///< messages in a row
  int quotes = 0;           ///< summaries shown so far
  int reservations_created = 0;
  int reservations_cancelled = 0;
  store::Id inquiry = 0;  ///< id of the reservations row of the draft; 0 none
  store::ReservationStatus inquiry_status = store::ReservationStatus::kInquiry;
  std::optional<Time> handed_off;  ///< when it was left to a person; the bot is silent for kHandoffSilence from then
  std::optional<Time> heard;       ///< when the newest of his messages was written, by his provider's clock
  std::optional<Pause> pause;      ///< the last one, over or not
  std::optional<Time> text_asked;  ///< when the guest was last told that only text is read
  std::optional<Time> excused;     ///< when he was last told that his message came late
  bool handoff_told = false;       ///< the guest wrote since and was told that a person will answer

  bool operator==(const Conversation&) const = default;
};

[[nodiscard]] nlohmann::json to_json(const Conversation& conversation);
/// kInvalid for a newer schema, for a value of the wrong type and for one out of range; a missing key has its default.
[[nodiscard]] Result<Conversation> from_json(const nlohmann::json& document);

/// What `agentctl conversation` shows of it (CONTRACTS §3): state, lang, the stay now talked about or held,
/// booking_ref, the two counts, handoff, and the pause that holds at `now`; unknown is null.
[[nodiscard]] nlohmann::json summary_json(const Conversation& conversation, Time now);

}  // namespace agente::concierge
