#pragma once

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
enum class State { kIdle, kCollecting, kAwaitingConfirmation, kConfirmed, kModified, kCancelled, kHandoff };
[[nodiscard]] std::string_view name_of(State state);

/// What the guest has said so far of the stay he wants. A slot stays until he changes it.
struct Draft {
  std::optional<Day> checkin;
  std::optional<Day> checkout;
  std::optional<int> nights;
  std::optional<int> adults;
  std::optional<int> children;
  std::optional<int> rooms;
  std::optional<std::string> room_type;
  std::optional<std::string> name;
  std::optional<std::string> email;

  bool operator==(const Draft&) const = default;
};

/// A summary that was shown with its price; only a clear yes to exactly this one does anything.
struct Summary {
  enum class Kind { kBook, kChange, kCancel };
  Kind kind = Kind::kBook;
  std::string quote;       ///< unique; names the intent if it is accepted
  std::string booking_id;  ///< of kChange and kCancel
  Draft stay;              ///< what was shown
  Money total;
  Time expires{};
};

/// The question that is open; an aside is answered and it comes back.
enum class Question { kNone, kDates, kGuests, kRoomType, kName, kConfirmation, kBookingRef };

/// A booking this guest made or touched in this conversation, as last seen in the PMS.
struct Held {
  store::Id reservation = 0;
  std::string booking_id;
  Draft stay;
  Money total;
  bool cancelled = false;
};

/// All that is remembered of one guest; stored as JSON with a schema number (from_json reads every earlier one).
struct Conversation {
  State state = State::kIdle;
  std::string language;  ///< empty until a message told
  Draft draft;
  std::optional<Summary> summary;
  Question question = Question::kNone;
  std::string wants;  ///< book, change or cancel while slots are being collected; empty otherwise
  std::vector<Held> held;
  std::string booking_ref;  ///< the one last talked about
  int misunderstood = 0;    ///< in a row
  int reservations_created = 0;
  int reservations_cancelled = 0;
  store::Id inquiry = 0;  ///< id of the reservations row of the draft; 0 none yet
  store::ReservationStatus inquiry_status = store::ReservationStatus::kInquiry;
  bool paused = false;  ///< a person answers; the bot stays silent
};

[[nodiscard]] nlohmann::json to_json(const Conversation& conversation);
[[nodiscard]] Result<Conversation> from_json(const nlohmann::json& document);

}  // namespace agente::concierge
