#include <array>

#include "store/columns.hpp"
#include "store/repositories.hpp"

namespace agente::store::inbound {

namespace {

constexpr std::string_view kInsert = R"(
INSERT INTO inbound_messages (hotel_id, channel, account, provider_time, external_id, id, sender, received_at,
  sender_name, kind, body, reply_to, status, results, trace, processed_at, failure, raw, part, choice)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)
ON CONFLICT DO NOTHING RETURNING id)";

constexpr std::string_view kFind = R"(
SELECT id, hotel_id, channel, sender, account, external_id, provider_time, received_at, sender_name, kind, body,
  reply_to, status, results, trace, processed_at, failure, replayed, choice, raw
FROM inbound_messages WHERE id = ?1)";

constexpr std::string_view kListReceived = R"(
SELECT id, hotel_id, channel, sender, account, external_id, provider_time, received_at, sender_name, kind, body,
  reply_to, status, results, trace, processed_at, failure, replayed, choice, ''
FROM inbound_messages WHERE status = 'received' AND id > ?1 AND ((CAST(?2 AS BIGINT) >> part) & 1) = 1 ORDER BY id LIMIT ?3)";

// Kinds of rows that no provider brought as it happened.
#define AGENTE_NO_NEWS "'history', 'staff_said', 'staff_paused', 'staff_resumed'"
// Kinds of rows that say nothing of when the guest wrote.
#define AGENTE_NOT_BY_THE_GUEST AGENTE_NO_NEWS ", 'echo', 'reaction', 'system', 'edit', 'revoke', 'group'"

// As is_dated and written_at.
#define AGENTE_WRITTEN_AT                                                                                \
  "(CASE WHEN provider_time BETWEEN received_at - 604800000 AND received_at + 300000 THEN provider_time" \
  " ELSE received_at END)"

Inbound read(Columns& in) {
  return {.id = in.integer(),
          .guest = in.guest(),
          .account = in.text(),
          .external_id = in.text(),
          .provider_time = in.time(),
          .received_at = in.time(),
          .sender_name = in.text(),
          .kind = in.text(),
          .text = in.text(),
          .reply_to = in.text(),
          .raw = {},
          .status = parse_name(in.text(), InboundStatus::kFailed),
          .results = in.text(),
          .trace = in.text(),
          .processed_at = in.maybe_time(),
          .failure = in.text(),
          .replayed = in.text(),
          .choice = in.text()};
}

Inbound read_with_raw(Columns& in) {
  Inbound message = read(in);
  message.raw = in.text();
  return message;
}

std::vector<sql::Value> parameters_of(const Inbound& message) {
  const auto each =
      values(message.guest.hotel, message.guest.channel, message.account, message.provider_time, message.external_id,
             message.id, message.guest.sender, message.received_at, message.sender_name, message.kind, message.text,
             message.reply_to, name_of(message.status), message.results, message.trace, message.processed_at,
             message.failure, sql::Bytes{message.raw}, part_of(message.guest), message.choice);
  return {each.begin(), each.end()};
}

}  // namespace

std::vector<Id> insert(sql::Connection& connection, std::span<const Inbound* const> messages) {
  std::vector<std::vector<sql::Value>> rows;
  rows.reserve(messages.size());
  for (const auto* message : messages) rows.push_back(parameters_of(*message));
  std::vector<Id> fresh;
  connection.insert_rows(kInsert, rows, [&](const sql::Row& row) { fresh.push_back(row.integer(0)); });
  return fresh;
}

bool insert(sql::Connection& connection, const Inbound& message) {
  const std::array<const Inbound*, 1> one{&message};
  return !insert(connection, one).empty();
}

std::optional<Inbound> find(sql::Connection& connection, Id id) {
  return first(connection, kFind, values(id), read_with_raw);
}

std::vector<Inbound> list_received(sql::Connection& connection, Parts parts, Id after, int limit) {
  return collect(connection, kListReceived, values(after, parts, limit), read);
}

std::optional<Waiting> waiting_of(sql::Connection& connection, const GuestKey& guest) {
  // Day by day, by the index that every message is in anyway: one of waiting messages by guest would be small on most
  // days and slow down intake on the day when many wait. Nearly always it waits on the first of these days.
#define AGENTE_WAITING                                                                                  \
  "SELECT MIN(id), MAX(id), MIN(CASE WHEN results <> '' THEN id END), MIN(first) FROM days CROSS JOIN " \
  "inbound_messages "                                                                                   \
  "WHERE (id / 353894400000) = day AND sender = ?3 AND hotel_id = ?1 AND channel = ?2 AND status = 'received'"
#define AGENTE_FIRST_DAY "(SELECT MIN(id) FROM inbound_messages WHERE status = 'received') / 353894400000"
  constexpr std::string_view kOnTheFirstDays =
      "WITH days(day, first) AS (SELECT " AGENTE_FIRST_DAY ", " AGENTE_FIRST_DAY " UNION ALL SELECT " AGENTE_FIRST_DAY
      " + 1, " AGENTE_FIRST_DAY ") " AGENTE_WAITING;
  constexpr std::string_view kOnAnyDay =
      "WITH RECURSIVE days(day, first, last) AS (SELECT " AGENTE_FIRST_DAY ", " AGENTE_FIRST_DAY
      ", (SELECT MAX(id) FROM inbound_messages WHERE status = 'received') / 353894400000"
      " UNION ALL SELECT day + 1, first, last FROM days WHERE day < last) " AGENTE_WAITING;
#undef AGENTE_WAITING
#undef AGENTE_FIRST_DAY
  struct Found {
    std::optional<Id> first, last, begun, day;
  };
  const auto read_ends = [](Columns& in) {
    Found found;
    for (auto* each : {&found.first, &found.last, &found.begun, &found.day}) *each = in.maybe_integer();
    return found;
  };
  const auto of_guest = values(guest.hotel, guest.channel, guest.sender);
  auto found = first(connection, kOnTheFirstDays, of_guest, read_ends).value_or(Found{});
  // Of whoever begins on the second of them, the third day is of interest, too.
  if (!found.first || *found.first / 353894400000 > *found.day) {
    found = first(connection, kOnAnyDay, of_guest, read_ends).value_or(Found{});
  }
  if (!found.first) return std::nullopt;
  return Waiting{.first = *found.first, .last = *found.last, .begun = found.begun};
}

bool is_dated(const Inbound& message) {
  constexpr Millis kWeek{604'800'000};
  constexpr Millis kSkew{300'000};
  return message.provider_time <= message.received_at + kSkew && message.received_at - message.provider_time <= kWeek;
}

Time written_at(const Inbound& message) { return is_dated(message) ? message.provider_time : message.received_at; }

// The messages of the day of ?4 and of the next one.
#define AGENTE_FROM_THAT_DAY_ON                                                          \
  "WITH days(day) AS (SELECT ?4 / 353894400000 UNION ALL SELECT ?4 / 353894400000 + 1) " \
  "SELECT id FROM days CROSS JOIN inbound_messages WHERE (id / 353894400000) = day "

std::optional<Id> written_before(sql::Connection& connection, const Inbound& message, Time arrived_before) {
  constexpr std::string_view kFirst = AGENTE_FROM_THAT_DAY_ON
      "AND sender = ?3 AND hotel_id = ?1 AND channel = ?2"
      " AND status = 'received' AND id > ?4 AND received_at < ?5 AND " AGENTE_WRITTEN_AT
      " < ?6 AND kind NOT IN (" AGENTE_NO_NEWS ") ORDER BY " AGENTE_WRITTEN_AT ", id LIMIT 1";
  const auto& guest = message.guest;
  return first_number(
      connection, {kFirst},
      values(guest.hotel, guest.channel, guest.sender, message.id, arrived_before, written_at(message)));
}

std::optional<Id> amendment_of(sql::Connection& connection, const Inbound& message) {
  constexpr std::string_view kLast = AGENTE_FROM_THAT_DAY_ON
      "AND sender = ?3 AND hotel_id = ?1 AND channel = ?2"
      " AND status = 'received' AND kind IN ('edit', 'revoke') AND reply_to = ?5 AND reply_to <> ''"
      " ORDER BY " AGENTE_WRITTEN_AT " DESC, id DESC LIMIT 1";
  const auto& guest = message.guest;
  return first_number(connection, {kLast},
                      values(guest.hotel, guest.channel, guest.sender, message.id, message.external_id));
}

std::optional<Id> amended_by(sql::Connection& connection, const Inbound& amendment) {
  constexpr std::string_view kAmended =
      "WITH days(day) AS (SELECT ?4 / 353894400000 UNION ALL SELECT ?4 / 353894400000 - 1) "
      "SELECT id FROM days CROSS JOIN inbound_messages WHERE (id / 353894400000) = day "
      "AND sender = ?3 AND hotel_id = ?1 AND channel = ?2 AND external_id = ?5 AND account = ?6 LIMIT 1";
  const auto& guest = amendment.guest;
  if (amendment.reply_to.empty()) return std::nullopt;
  return first_number(
      connection, {kAmended},
      values(guest.hotel, guest.channel, guest.sender, amendment.id, amendment.reply_to, amendment.account));
}

void keep_results(sql::Connection& connection, const Inbound& message, std::string_view results) {
  connection.execute("UPDATE inbound_messages SET results = ?3, body = ?4 WHERE hotel_id = ?1 AND id = ?2",
                     values(message.guest.hotel, message.id, results, message.text));
}

bool finish(sql::Connection& connection, const Inbound& message, InboundStatus status, Time at,
            std::string_view failure) {
  constexpr std::string_view kFinish = R"(
UPDATE inbound_messages SET status = ?3, processed_at = ?4, failure = ?5
WHERE hotel_id = ?1 AND id = ?2 AND status = 'received')";
  return connection.execute(kFinish, values(message.guest.hotel, message.id, name_of(status), at, failure)) == 1;
}

bool replay(sql::Connection& connection, const Inbound& message) {
  // What a turn that was finished had been told is of no use to another one: it may ask other questions.
  constexpr std::string_view kReplay = R"(
UPDATE inbound_messages SET status = 'received',
  replayed = CASE WHEN replayed = 'processed' THEN replayed ELSE status END,
  results = CASE WHEN status = 'processed' THEN '' ELSE results END
WHERE hotel_id = ?1 AND id = ?2 AND status = ?3)";
  return connection.execute(kReplay, values(message.guest.hotel, message.id, name_of(message.status))) == 1;
}

namespace {

bool names(std::string_view list, std::string_view kind) {
  return list.find("'" + std::string(kind) + "'") != std::string_view::npos;
}

}  // namespace

bool is_news(std::string_view kind) { return !names(AGENTE_NO_NEWS, kind); }

bool is_by_guest(std::string_view kind) { return !names(AGENTE_NOT_BY_THE_GUEST, kind); }

std::optional<Time> last_written(sql::Connection& connection, const GuestKey& guest, std::string_view account) {
  // Day by day as above. Nearly always he wrote on one of the last two days on which anybody did; what came on the last
  // may be older than what came before it. A time that no provider would still bring is our clock's fault or his, and
  // when it came is as good.
#define AGENTE_LAST_WRITTEN "SELECT MAX(" AGENTE_WRITTEN_AT ") FROM "
#define AGENTE_BY_THE_GUEST                                              \
  " AND sender = ?3 AND hotel_id = ?1 AND channel = ?2 AND account = ?4" \
  " AND kind NOT IN (" AGENTE_NOT_BY_THE_GUEST ")"
  constexpr std::string_view kLately =
      "WITH RECURSIVE days(day, ago) AS ("
      " SELECT (SELECT MAX(id) FROM inbound_messages) / 353894400000, 0"
      " UNION ALL SELECT day - 1, ago + 1 FROM days WHERE ago < 1) " AGENTE_LAST_WRITTEN
      "days CROSS JOIN inbound_messages WHERE (id / 353894400000) = day" AGENTE_BY_THE_GUEST;
  constexpr std::string_view kOnAnyDay =
      "WITH RECURSIVE days(day, last) AS ("
      " SELECT (SELECT MIN(id) FROM inbound_messages) / 353894400000,"
      " (SELECT MAX(id) FROM inbound_messages) / 353894400000"
      " UNION ALL SELECT day + 1, last FROM days WHERE day < last) " AGENTE_LAST_WRITTEN
      "days CROSS JOIN inbound_messages WHERE (id / 353894400000) = day" AGENTE_BY_THE_GUEST;
#undef AGENTE_LAST_WRITTEN
#undef AGENTE_BY_THE_GUEST
  const auto found =
      first_number(connection, {kLately, kOnAnyDay}, values(guest.hotel, guest.channel, guest.sender, account));
  if (!found) return std::nullopt;
  return Time{Millis{*found}};
}

std::int64_t count_received(sql::Connection& connection) {
  constexpr std::string_view kCount = "SELECT COUNT(*) FROM inbound_messages WHERE status = 'received'";
  return first(connection, kCount, {}, [](Columns& in) { return in.integer(); }).value_or(0);
}

std::optional<Time> oldest_received(sql::Connection& connection) {
  constexpr std::string_view kOldest =
      "SELECT received_at FROM inbound_messages WHERE status = 'received' ORDER BY id LIMIT 1";
  return first(connection, kOldest, {}, [](Columns& in) { return in.time(); });
}

}  // namespace agente::store::inbound
