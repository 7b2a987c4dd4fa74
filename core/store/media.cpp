#include "store/media.hpp"

#include <algorithm>
#include <array>

#include "store/columns.hpp"

namespace agente::store::media {

namespace {

constexpr std::string_view kWant = R"(
INSERT INTO media (hotel_id, message_id, kind, state, mime_type, size, sha256, file_name, transcript, path, reason,
  attempts, wanted_at, next_try)
VALUES (?1, ?2, ?3, 'wanted', '', 0, '', '', '', '', '', 0, ?4, ?4)
ON CONFLICT (hotel_id, message_id) DO NOTHING)";
constexpr std::string_view kFind = R"(
SELECT hotel_id, message_id, kind, state, mime_type, size, sha256, file_name, transcript, path, reason, attempts,
  wanted_at, next_try FROM media WHERE message_id = ?1)";
constexpr std::string_view kDue = R"(
SELECT hotel_id, message_id, kind, state, mime_type, size, sha256, file_name, transcript, path, reason, attempts,
  wanted_at, next_try FROM media WHERE state IN ('wanted', 'gone') AND next_try <= ?1 ORDER BY next_try LIMIT ?2)";
constexpr std::string_view kClaim = R"(
UPDATE media SET attempts = ?3 + 1, next_try = ?4
WHERE hotel_id = ?1 AND message_id = ?2 AND state = ?5 AND attempts = ?3)";
// A second time, should the first outcome be in doubt, it changes nothing and says the same.
constexpr std::string_view kSettle = R"(
UPDATE media SET state = ?4, mime_type = ?5, size = ?6, sha256 = ?7, file_name = ?8, transcript = ?9, path = ?10,
  reason = ?11, next_try = ?12
WHERE hotel_id = ?1 AND message_id = ?2 AND attempts = ?3 AND state IN ('wanted', ?4))";
// An attempt that is under way may still write a file: it is removed when that attempt is over for certain.
#define AGENTE_MAKE_GONE                                                                     \
  "UPDATE media SET state = 'gone', mime_type = '', size = 0, sha256 = '', file_name = '', " \
  "transcript = '', reason = '', next_try = CASE WHEN state = 'wanted' THEN next_try ELSE 0 END "
constexpr std::string_view kForget = AGENTE_MAKE_GONE "WHERE hotel_id = ?1 AND message_id = ?2 AND state <> 'gone'";
constexpr std::string_view kForgetRemoved = AGENTE_MAKE_GONE
    "WHERE message_id >= ?1 AND message_id <= ?2 AND state <> 'gone' "
    "AND NOT EXISTS (SELECT 1 FROM inbound_messages WHERE id = message_id)";
#undef AGENTE_MAKE_GONE

Row read(Columns& in) {
  return {.hotel = in.text(),
          .message = in.integer(),
          .kind = in.text(),
          .state = parse_name(in.text(), State::kGone),
          .mime_type = in.text(),
          .size = in.integer(),
          .sha256 = in.text(),
          .file_name = in.text(),
          .transcript = in.text(),
          .path = in.text(),
          .reason = in.text(),
          .attempts = in.number(),
          .wanted_at = in.time(),
          .next_try = in.time()};
}

}  // namespace

std::string_view name_of(State state) {
  static constexpr std::array<std::string_view, 5> kNames{"wanted", "stored", "refused", "failed", "gone"};
  return kNames.at(static_cast<std::size_t>(state));
}

bool has_file(std::string_view kind) {
  static constexpr std::array<std::string_view, 5> kKinds{"image", "audio", "video", "document", "sticker"};
  return std::ranges::find(kKinds, kind) != kKinds.end();
}

void want(sql::Connection& connection, const Inbound& message) {
  connection.execute(kWant, values(message.guest.hotel, message.id, message.kind, message.received_at));
}

std::optional<Row> find(sql::Connection& connection, Id message) {
  return first(connection, kFind, values(message), read);
}

std::vector<Row> list_due(sql::Connection& connection, Time now, int limit) {
  return collect(connection, kDue, values(now, limit), read);
}

bool claim(sql::Connection& connection, const Row& row, Time until) {
  return connection.execute(kClaim, values(row.hotel, row.message, row.attempts, until, name_of(row.state))) == 1;
}

bool settle(sql::Connection& connection, const Row& row) {
  const auto changed = connection.execute(
      kSettle, values(row.hotel, row.message, row.attempts, name_of(row.state), row.mime_type, row.size, row.sha256,
                      row.file_name, row.transcript, row.path, row.reason, row.next_try));
  return changed == 1;
}

void forget(sql::Connection& connection, std::string_view hotel, const std::vector<Id>& messages) {
  for (const Id id : messages) connection.execute(kForget, values(hotel, id));
}

void forget_removed(sql::Connection& connection, Id first, Id last) {
  connection.execute(kForgetRemoved, values(first, last));
}

void remove(sql::Connection& connection, const Row& row) {
  connection.execute("DELETE FROM media WHERE hotel_id = ?1 AND message_id = ?2 AND state = 'gone'",
                     values(row.hotel, row.message));
}

}  // namespace agente::store::media
