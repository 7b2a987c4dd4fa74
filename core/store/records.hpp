#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/calendar.hpp"
#include "base/money.hpp"

/// The rows of the durable truth as C++ values. Times are UTC, money is minor units, stays are local days.
namespace agente::store {

/// Made by sql::Connection::next_id: grows with time within a store, fits JSON's 53 bits, unique across tables.
using Id = std::int64_t;

/// One guest on one channel of one hotel: the unit whose messages are handled in order.
struct GuestKey {
  std::string hotel;
  std::string channel;
  std::string sender;

  auto operator<=>(const GuestKey&) const = default;
};

enum class InboundStatus { kReceived, kProcessed, kFailed };

struct Inbound {
  Id id = 0;
  GuestKey guest;
  std::string account;
  std::string external_id;
  Time provider_time{};  ///< 0 unknown
  Time received_at{};
  std::string sender_name;
  std::string kind;
  std::string text;
  std::string reply_to;
  std::string raw;  ///< bytes
  InboundStatus status = InboundStatus::kReceived;
  std::string results;  ///< JSON: what its actions gave so far; empty until one with effect outside was carried out
  std::string trace;
  std::optional<Time> processed_at;
  std::string failure;   ///< why it could not be handled
  std::string replayed;  ///< an operator had it handled again: `processed` if it ever was before, else `failed`
  std::string choice;    ///< id of the choice he tapped, as we gave it; empty: none
};

struct Conversation {
  GuestKey guest;
  std::string account;   ///< the hotel's account the guest last wrote to
  std::string state;     ///< idle, collecting, ... (CONTRACTS §3)
  std::string language;  ///< es, en, pt
  std::string document;  ///< JSON: concierge::Conversation
  Time updated_at{};
};

/// pending -> sending -> sent -> delivered -> read; failed is a dead letter; doubtful waits for a receipt; held waits
/// for a word of the guest, without which his provider takes nothing for him.
enum class OutboundStatus { kPending, kSending, kDoubtful, kSent, kDelivered, kRead, kFailed, kHeld };

struct Outbound {
  Id id = 0;
  GuestKey guest;  ///< sender = recipient
  std::string account;
  Id in_reply_to = 0;  ///< the inbound message; 0 for a message of our own accord
  std::string kind = "text";
  std::string text;
  std::string details;  ///< JSON of a kind other than text, as agente_outbound has it; may be empty
  std::string language;
  std::string quotes_external_id;
  OutboundStatus status = OutboundStatus::kPending;
  int attempts = 0;
  int returned = 0;  ///< how often the provider took it, and said later that it may be sent once more
  Time created_at{};
  std::optional<Time> next_attempt_at;
  std::optional<Time> sent_at;
  std::string external_id;
  std::string failure_code;
  std::string failure_reason;
  bool possibly_duplicated = false;
  std::string trace;
  std::string written_by;  ///< the operator's name; empty: the bot
};

/// The manual's seven, spelled so in API, database, metrics and logs.
enum class ReservationStatus {
  kInquiry,
  kQuoteSent,
  kPendingConfirmation,
  kConfirmed,
  kCheckedIn,
  kCheckedOut,
  kCancelled
};

struct Reservation {
  Id id = 0;
  GuestKey guest;
  ReservationStatus status = ReservationStatus::kInquiry;
  std::string guest_name;
  std::string room_type;
  std::optional<Day> checkin;
  std::optional<Day> checkout;
  std::optional<int> adults;
  int children = 0;
  int rooms = 1;
  std::optional<Money> total;
  std::string pms_backend;     ///< plugin that holds it
  std::string pms_booking_id;  ///< never empty from CONFIRMED on
  std::string reference;
  std::string reason;  ///< of CANCELLED: guest, hotel, expired, PMS
  Time created_at{};
  Time updated_at{};
};

/// A write to the PMS that a guest accepted. Committed before the PMS is called; unique on (hotel, quote).
enum class IntentState { kOpen, kAttempted, kDone, kRefused };

struct Intent {
  std::string hotel;
  std::string quote;      ///< id of the accepted summary
  std::string kind;       ///< book, change, cancel
  std::string reference;  ///< what the PMS is asked by; derived from the quote
  GuestKey guest;
  std::string request;  ///< JSON of what was accepted
  IntentState state = IntentState::kOpen;
  int attempts = 0;
  std::optional<Time> settles_at;  ///< after an attempt: before this moment its outcome must not be looked up
  std::string result;              ///< JSON, from kDone and kRefused; before: a mark that staff knows (note_doubt)
  Time created_at{};
  Time updated_at{};
  std::string backend;  ///< plugin that is asked, at every attempt; empty: from before it was noted
};

/// Something that happened; append-only, the source of every KPI.
struct Event {
  Id id = 0;
  std::string hotel;
  Time at{};
  std::string type;  ///< message.received, reservation.confirmed, ...
  std::string body;  ///< JSON object
};

[[nodiscard]] std::string_view name_of(InboundStatus status);
[[nodiscard]] std::string_view name_of(OutboundStatus status);
[[nodiscard]] std::string_view name_of(ReservationStatus status);  ///< "INQUIRY", ...
[[nodiscard]] std::optional<ReservationStatus> reservation_status(std::string_view name);
[[nodiscard]] std::string_view name_of(IntentState state);

}  // namespace agente::store
