#include <algorithm>

#include "store/columns.hpp"
#include "store/repositories.hpp"

namespace agente::store::outbound {

namespace {

constexpr std::string_view kInsert = R"(
INSERT INTO outbound_messages (hotel_id, id, channel, account, sender, in_reply_to, kind, body, language,
  quotes_external_id, status, attempts, created_at, next_attempt_at, sent_at, external_id, failure_code,
  failure_reason, possibly_duplicated, trace, part, written_by, details, returned)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24))";

constexpr std::string_view kUpdate = R"(
UPDATE outbound_messages SET status = ?3, attempts = ?4, next_attempt_at = ?5, sent_at = ?6, external_id = ?7,
  failure_code = ?8, failure_reason = ?9, possibly_duplicated = ?10, created_at = ?11, returned = ?12
WHERE hotel_id = ?1 AND id = ?2 AND (?13 = 0 OR status IN ('pending', 'sending', 'doubtful')))";

#define AGENTE_OUTBOUND_COLUMNS                                                                                     \
  "SELECT id, hotel_id, channel, sender, account, in_reply_to, kind, body, details, language, quotes_external_id, " \
  "status, attempts, returned, created_at, next_attempt_at, sent_at, external_id, failure_code, failure_reason, "   \
  "possibly_duplicated, trace, written_by FROM outbound_messages "

constexpr std::string_view kFind = AGENTE_OUTBOUND_COLUMNS "WHERE id = ?1";
constexpr std::string_view kListUnsent = AGENTE_OUTBOUND_COLUMNS
    "WHERE status IN ('pending', 'sending', 'doubtful') AND id > ?1 AND ((CAST(?2 AS BIGINT) >> part) & 1) = 1 ORDER "
    "BY id LIMIT ?3";
constexpr std::string_view kListReplies =
    AGENTE_OUTBOUND_COLUMNS "WHERE in_reply_to = ?1 AND in_reply_to > 0 ORDER BY id";
// Day by day from the newest: receipts and quotations speak of what was sent lately.
constexpr std::string_view kFindExternal = AGENTE_OUTBOUND_COLUMNS
    "WHERE id = (WITH RECURSIVE days(day, last) AS ("
    " SELECT (SELECT MAX(id) FROM outbound_messages) / 353894400000,"
    " (SELECT MIN(id) FROM outbound_messages) / 353894400000"
    " UNION ALL SELECT day - 1, last FROM days WHERE day > last) "
    "SELECT id FROM days CROSS JOIN outbound_messages "
    "WHERE (id / 353894400000) = day AND external_id = ?2 AND external_id <> '' AND channel = ?1 LIMIT 1)";

Outbound read(Columns& in) {
  return {.id = in.integer(),
          .guest = in.guest(),
          .account = in.text(),
          .in_reply_to = in.integer(),
          .kind = in.text(),
          .text = in.text(),
          .details = in.text(),
          .language = in.text(),
          .quotes_external_id = in.text(),
          .status = parse_name(in.text(), OutboundStatus::kHeld),
          .attempts = in.number(),
          .returned = in.number(),
          .created_at = in.time(),
          .next_attempt_at = in.maybe_time(),
          .sent_at = in.maybe_time(),
          .external_id = in.text(),
          .failure_code = in.text(),
          .failure_reason = in.text(),
          .possibly_duplicated = in.integer() != 0,
          .trace = in.text(),
          .written_by = in.text()};
}

std::int64_t write_state(sql::Connection& connection, const Outbound& message, bool only_if_it_waits) {
  return connection.execute(kUpdate, values(message.guest.hotel, message.id, name_of(message.status), message.attempts,
                                            message.next_attempt_at, message.sent_at, message.external_id,
                                            message.failure_code, message.failure_reason, message.possibly_duplicated,
                                            message.created_at, message.returned, only_if_it_waits));
}

}  // namespace

void insert(sql::Connection& connection, const Outbound& message) {
  connection.execute(
      kInsert,
      values(message.guest.hotel, message.id, message.guest.channel, message.account, message.guest.sender,
             message.in_reply_to, message.kind, message.text, message.language, message.quotes_external_id,
             name_of(message.status), message.attempts, message.created_at, message.next_attempt_at, message.sent_at,
             message.external_id, message.failure_code, message.failure_reason, message.possibly_duplicated,
             message.trace, part_of(message.guest), message.written_by, message.details, message.returned));
}

std::optional<Outbound> find(sql::Connection& connection, Id id) { return first(connection, kFind, values(id), read); }

std::optional<Outbound> find_by_external_id(sql::Connection& connection, std::string_view channel,
                                            std::string_view external_id) {
  return first(connection, kFindExternal, values(channel, external_id), read);
}

std::vector<Outbound> list_unsent(sql::Connection& connection, Parts parts, Id after, int limit) {
  return collect(connection, kListUnsent, values(after, parts, limit), read);
}

std::optional<Id> next_to(sql::Connection& connection, const GuestKey& guest) {
  // The sum keeps SQLite from walking along all of the hotel's ids to find the least.
  constexpr std::string_view kOnTheFirstDay =
      "SELECT MIN(id + 0) FROM outbound_messages WHERE (id / 353894400000) ="
      " (SELECT MIN(id) FROM outbound_messages WHERE status IN ('pending', 'sending', 'doubtful')) / 353894400000"
      " AND sender = ?3 AND hotel_id = ?1 AND channel = ?2 AND status IN ('pending', 'sending', 'doubtful')";
  constexpr std::string_view kOnAnyDay =
      "WITH RECURSIVE days(day, last) AS ("
      " SELECT (SELECT MIN(id) FROM outbound_messages WHERE status IN ('pending', 'sending', 'doubtful')) /"
      " 353894400000, (SELECT MAX(id) FROM outbound_messages WHERE status IN ('pending', 'sending', 'doubtful')) /"
      " 353894400000 UNION ALL SELECT day + 1, last FROM days WHERE day < last) "
      "SELECT MIN(id) FROM days CROSS JOIN outbound_messages "
      "WHERE (id / 353894400000) = day AND sender = ?3 AND hotel_id = ?1 AND channel = ?2 "
      "AND status IN ('pending', 'sending', 'doubtful')";
  return first_number(connection, {kOnTheFirstDay, kOnAnyDay}, values(guest.hotel, guest.channel, guest.sender));
}

std::vector<Outbound> list_replies_to(sql::Connection& connection, Id inbound_id) {
  return collect(connection, kListReplies, values(inbound_id), read);
}

std::vector<Outbound> list_offers(sql::Connection& connection, const GuestKey& guest, Id after, Id before) {
  // The sums keep SQLite from walking along all of the hotel's ids in between.
  constexpr std::string_view kOffers = AGENTE_OUTBOUND_COLUMNS
      "WHERE id IN (WITH RECURSIVE days(day) AS ("
      " SELECT CAST(?4 AS BIGINT) / 353894400000"
      " UNION ALL SELECT day + 1 FROM days WHERE day < CAST(?5 AS BIGINT) / 353894400000) "
      "SELECT id FROM days CROSS JOIN outbound_messages WHERE (id / 353894400000) = day AND sender = ?3 "
      "AND hotel_id = ?1 AND channel = ?2 AND kind = 'choices' AND id + 0 > ?4 AND id + 0 < ?5) ORDER BY id";
  return collect(connection, kOffers, values(guest.hotel, guest.channel, guest.sender, after, before), read);
}

bool waits(OutboundStatus status) {
  return status == OutboundStatus::kPending || status == OutboundStatus::kSending ||
         status == OutboundStatus::kDoubtful;
}

void update(sql::Connection& connection, const Outbound& message) { write_state(connection, message, false); }

bool update_waiting(sql::Connection& connection, const Outbound& message) {
  return write_state(connection, message, true) == 1;
}

std::int64_t count_unsent(sql::Connection& connection) {
  constexpr std::string_view kCount =
      "SELECT COUNT(*) FROM outbound_messages WHERE status IN ('pending', 'sending', 'doubtful')";
  return first(connection, kCount, {}, [](Columns& in) { return in.integer(); }).value_or(0);
}

std::optional<Time> oldest_unsent(sql::Connection& connection) {
  constexpr std::string_view kOldest =
      "SELECT created_at FROM outbound_messages WHERE status IN ('pending', 'sending', 'doubtful') "
      "ORDER BY id LIMIT 1";
  return first(connection, kOldest, {}, [](Columns& in) { return in.time(); });
}

std::int64_t count_held(sql::Connection& connection, const GuestKey& guest, std::string_view account) {
  constexpr std::string_view kCount =
      "SELECT COUNT(*) FROM outbound_messages WHERE hotel_id = ?1 AND channel = ?2 AND sender = ?3 AND account = ?4 "
      "AND status = 'held' AND kind <> 'template'";
  return first(connection, kCount, values(guest.hotel, guest.channel, guest.sender, account),
               [](Columns& in) { return in.integer(); })
      .value_or(0);
}

bool drop_held(sql::Connection& connection, const Outbound& message, std::string_view reason) {
  constexpr std::string_view kDrop =
      "UPDATE outbound_messages SET status = 'failed', failure_code = '', failure_reason = ?3 "
      "WHERE hotel_id = ?1 AND id = ?2 AND status = 'held'";
  return connection.execute(kDrop, values(message.guest.hotel, message.id, reason)) == 1;
}

void drop_replies(sql::Connection& connection, Id inbound_id, std::string_view reason) {
  constexpr std::string_view kDrop =
      "UPDATE outbound_messages SET status = 'failed', next_attempt_at = NULL, failure_code = '', failure_reason = ?2 "
      "WHERE in_reply_to = ?1 AND in_reply_to > 0 AND status IN ('pending', 'held')";
  connection.execute(kDrop, values(inbound_id, reason));
}

std::vector<Outbound> release_held(sql::Connection& connection, const GuestKey& guest, std::string_view account,
                                   Time now, std::string_view template_too) {
  constexpr std::string_view kRelease = R"(
UPDATE outbound_messages SET status = 'pending', attempts = 0, created_at = ?5, next_attempt_at = NULL,
  returned = 0, failure_code = '', failure_reason = ''
WHERE hotel_id = ?1 AND channel = ?2 AND sender = ?3 AND account = ?4 AND status = 'held'
  AND (kind <> 'template' OR details = ?6)
RETURNING id)";
  auto ids = collect(connection, kRelease, values(guest.hotel, guest.channel, guest.sender, account, now, template_too),
                     [](Columns& in) { return in.integer(); });
  std::sort(ids.begin(), ids.end());
  std::vector<Outbound> released;
  released.reserve(ids.size());
  for (const auto id : ids) released.push_back(find(connection, id).value());
  return released;
}

void remove(sql::Connection& connection, const Outbound& message) {
  connection.execute("DELETE FROM outbound_messages WHERE hotel_id = ?1 AND id = ?2",
                     values(message.guest.hotel, message.id));
}

}  // namespace agente::store::outbound
