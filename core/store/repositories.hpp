#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/parts.hpp"
#include "store/records.hpp"
#include "store/sql.hpp"

/// Every table's questions and answers, by table. All take part in the caller's transaction and throw sql::Failure.
namespace agente::store {

namespace inbound {
/// False when the same message (hotel, channel, account, provider time, external id) is there already.
bool insert(sql::Connection& connection, const Inbound& message);
/// Many at once; the ids of those that were not there yet, in any order.
std::vector<Id> insert(sql::Connection& connection, std::span<const Inbound* const> messages);
std::optional<Inbound> find(sql::Connection& connection, Id id);
/// The oldest messages still to be handled of guests in `parts` with id > `after`, without `raw`.
std::vector<Inbound> list_received(sql::Connection& connection, Parts parts, Id after, int limit);
/// The messages of this guest that are to be handled: the first that arrived, the last within a day of it, and the one
/// whose turn has begun to change something outside (keep_results).
struct Waiting {
  Id first = 0;
  Id last = 0;
  std::optional<Id> begun;
};
std::optional<Waiting> waiting_of(sql::Connection& connection, const GuestKey& guest);
/// When the guest wrote it, by the provider's clock; when it arrived, if the provider says nothing that can be
/// believed.
[[nodiscard]] Time written_at(const Inbound& message);
/// The provider said when, and it can be believed: providers repeat for seven days, and nothing is from the future.
[[nodiscard]] bool is_dated(const Inbound& message);
/// The first of the news from the guest's chat that are older than `message`, that wait as it does, and that arrived
/// after it but before `arrived_before`, less than a day later.
std::optional<Id> written_before(sql::Connection& connection, const Inbound& message, Time arrived_before);
/// The last edit or revoke of `message` that waits as it does.
std::optional<Id> amendment_of(sql::Connection& connection, const Inbound& message);
/// The message of the same guest that `amendment` (an edit, a revoke) is about, of the last two days.
std::optional<Id> amended_by(sql::Connection& connection, const Inbound& amendment);
/// What the turn has learned so far, as JSON that is not empty: from here on it has begun.
void keep_results(sql::Connection& connection, const Inbound& message, std::string_view results);
/// Sets processed or failed (with the reason). False when it was not `received` any more: then nothing may follow.
bool finish(sql::Connection& connection, const Inbound& message, InboundStatus status, Time at,
            std::string_view failure);
/// Has a message wait once more, marked as replayed. False when its status is not that of `message` any more.
bool replay(sql::Connection& connection, const Inbound& message);
std::int64_t count_received(sql::Connection& connection);
/// A provider brought it as it happened: neither an old chat nor an act at the front desk.
[[nodiscard]] bool is_news(std::string_view kind);
/// The guest wrote it just then: not a reaction, staff's own words or acts, old chats.
[[nodiscard]] bool is_by_guest(std::string_view kind);
/// When the guest last wrote to `account`, by the provider's clock where that can be believed.
std::optional<Time> last_written(sql::Connection& connection, const GuestKey& guest, std::string_view account);
/// When the oldest message still to be handled arrived.
std::optional<Time> oldest_received(sql::Connection& connection);
}  // namespace inbound

namespace conversations {
std::optional<Conversation> find(sql::Connection& connection, const GuestKey& guest);
void put(sql::Connection& connection, const Conversation& conversation);
}  // namespace conversations

namespace outbound {
void insert(sql::Connection& connection, const Outbound& message);
std::optional<Outbound> find(sql::Connection& connection, Id id);
std::optional<Outbound> find_by_external_id(sql::Connection& connection, std::string_view channel,
                                            std::string_view external_id);
/// Messages not yet sent (pending, sending, doubtful) to guests in `parts` with id > `after`, oldest first.
std::vector<Outbound> list_unsent(sql::Connection& connection, Parts parts, Id after, int limit);
/// The message to this guest that is to be sent next.
std::optional<Id> next_to(sql::Connection& connection, const GuestKey& guest);
std::vector<Outbound> list_replies_to(sql::Connection& connection, Id inbound_id);
/// It is still to be sent, or its outcome is not known: pending, sending, doubtful.
[[nodiscard]] bool waits(OutboundStatus status);
/// Writes status, attempts, returned, times (created_at, too: who is sent again has a new day), external id, failure
/// and possibly_duplicated of `message`.
void update(sql::Connection& connection, const Outbound& message);
/// As update, unless a receipt has settled the message meanwhile, or it is gone: false.
[[nodiscard]] bool update_waiting(sql::Connection& connection, const Outbound& message);
std::int64_t count_unsent(sql::Connection& connection);
std::optional<Time> oldest_unsent(sql::Connection& connection);
/// Messages to this guest with choices, after one and before another, oldest first.
std::vector<Outbound> list_offers(sql::Connection& connection, const GuestKey& guest, Id after, Id before);
std::int64_t count_held(sql::Connection& connection, const GuestKey& guest, std::string_view account);
/// The guest has written to `account`: what was held for him waits to be sent, as if made at `now`. Templates stay
/// held, but for those with the details `template_too`. Those messages, oldest first.
std::vector<Outbound> release_held(sql::Connection& connection, const GuestKey& guest, std::string_view account,
                                   Time now, std::string_view template_too);
/// It is not to go out any more: failed, with that reason. False when it is not held.
[[nodiscard]] bool drop_held(sql::Connection& connection, const Outbound& message, std::string_view reason);
/// Likewise of all answers to a message that are certainly not out: pending and held.
void drop_replies(sql::Connection& connection, Id inbound_id, std::string_view reason);
void remove(sql::Connection& connection, const Outbound& message);
}  // namespace outbound

namespace reservations {
/// Inserts or replaces, and appends to reservation_events when the status or the PMS id changed.
void put(sql::Connection& connection, const Reservation& reservation);
std::optional<Reservation> find(sql::Connection& connection, std::string_view hotel, Id id);
/// By the PMS' own id; two PMS may have given out the same one.
std::optional<Reservation> find_by_booking_id(sql::Connection& connection, std::string_view hotel,
                                              std::string_view pms_backend, std::string_view pms_booking_id);
std::vector<Reservation> list_of_guest(sql::Connection& connection, const GuestKey& guest);
/// Reservations this guest confirmed since `since` (the limit per day counts them).
std::int64_t count_confirmed_since(sql::Connection& connection, const GuestKey& guest, Time since);

enum class DateField { kStay, kArrival, kDeparture, kCreated };
struct Filter {
  std::string hotel;  ///< empty: all
  std::optional<ReservationStatus> status;
  std::optional<Day>
      date;  ///< kStay: the night of that day is part of the stay; kCreated: by [created_from, created_to)
  DateField field = DateField::kStay;
  Time created_from{};
  Time created_to{};
  Id after = 0;
  int limit = 100;
};
std::vector<Reservation> list(sql::Connection& connection, const Filter& filter);
/// All that match, whatever `after` and `limit` say.
std::int64_t count(sql::Connection& connection, const Filter& filter);
}  // namespace reservations

namespace intents {
/// False when there is one for (hotel, quote) already.
bool insert(sql::Connection& connection, const Intent& intent);
std::optional<Intent> find(sql::Connection& connection, std::string_view hotel, std::string_view quote);
/// False, and nothing is changed, when it is finished: a host that slept may come with what it knew before.
bool update(sql::Connection& connection, const Intent& intent);
std::vector<Intent> list_unfinished(sql::Connection& connection, int limit);
/// Staff is being told that this one is in doubt. False: it was before, or the intent is finished.
bool note_doubt(sql::Connection& connection, std::string_view hotel, std::string_view quote);
/// References under which a PMS was asked for bookings that guests were told they do not have.
std::set<std::string> refused_bookings(sql::Connection& connection, std::string_view hotel, std::string_view backend);
}  // namespace intents

namespace events {
void append(sql::Connection& connection, const Event& event);
struct Filter {
  std::string_view type = {};  ///< empty: all
  Time since{};
};
/// With id > `after`, oldest first.
std::vector<Event> list(sql::Connection& connection, std::string_view hotel, Id after, int limit,
                        const Filter& filter = {});
/// The newest of the hotel's; 0: there is none.
Id last_id(sql::Connection& connection, std::string_view hotel);
}  // namespace events

/// What is done and old, in batches that are small enough to keep nobody waiting.
namespace retention {
enum class Table { kInbound, kOutbound, kEvents };
[[nodiscard]] std::string_view name_of(Table table);  ///< "inbound_messages", ...
/// A range of ids, of one hotel for events. Rows within it that are not done do not belong to it.
struct Batch {
  std::string hotel;
  Id first = 0;
  Id last = 0;
};
/// The oldest `limit` rows after `before` (at first: {}) that are done and were made before `older_than`.
std::optional<Batch> next(sql::Connection& connection, Table table, const Batch& before, Time older_than, int limit);
/// Removes what of the batch is done; returns how many rows.
std::int64_t remove(sql::Connection& connection, Table table, const Batch& batch);
}  // namespace retention

namespace messages {
/// Both directions in one list, oldest first: what `agentctl messages` shows.
struct Filter {
  std::string channel;    ///< empty: all
  std::string direction;  ///< in, out or empty
  std::string status;     ///< name_of(...) or empty
  std::string sender;     ///< empty: all
  std::string hotel;      ///< empty: all
  std::optional<Time>
      since;  ///< ids must come from Connection::next_id: older ones by more than a day are not looked at
  Id after = 0;
  int limit = 1000;  ///< a page; ask again with the last id
};
struct Line {
  Id id = 0;
  GuestKey guest;
  std::string account, external_id, direction, kind, text, status, reason;
  Time at{};
  Id in_reply_to = 0;
  bool possibly_duplicated = false;
  std::string written_by;  ///< of one that goes out: the operator's name; empty: the bot
  bool replayed = false;   ///< of one that came in
  std::string details;     ///< of one that goes out: Outbound::details
  std::string reply_to;    ///< external id of the message that it answers, changes or takes back; may be empty
};
std::vector<Line> list(sql::Connection& connection, const Filter& filter);
}  // namespace messages

namespace kv {
struct Entry {
  std::string key, value;
  unsigned schema = 0;
  std::uint64_t revision = 0;
};
std::optional<Entry> get(sql::Connection& connection, std::string_view instance, std::string_view key);
/// The new revision, or nullopt when the present one is not `expected` (nullopt: whatever it is; 0: must not exist).
std::optional<std::uint64_t> put(sql::Connection& connection, std::string_view instance, const Entry& entry,
                                 std::optional<std::uint64_t> expected);
bool erase(sql::Connection& connection, std::string_view instance, std::string_view key,
           std::optional<std::uint64_t> expected);
std::vector<Entry> list(sql::Connection& connection, std::string_view instance, std::string_view prefix,
                        std::string_view after, int limit);
}  // namespace kv

}  // namespace agente::store
