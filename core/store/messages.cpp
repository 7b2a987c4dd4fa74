#include "store/columns.hpp"
#include "store/repositories.hpp"

namespace agente::store::messages {

namespace {

constexpr const char* kIn =
    "SELECT id, hotel_id, channel, sender, account, external_id, 'in' AS direction, kind, body, status, failure, "
    "received_at, 0, 0, '', CASE WHEN replayed = '' THEN 0 ELSE 1 END, '', reply_to";
constexpr const char* kOut =
    "SELECT id, hotel_id, channel, sender, account, external_id, 'out' AS direction, kind, body, status, "
    "failure_reason, created_at, in_reply_to, possibly_duplicated, written_by, 0, details, quotes_external_id";

Line read(Columns& in) {
  return {.id = in.integer(),
          .guest = in.guest(),
          .account = in.text(),
          .external_id = in.text(),
          .direction = in.text(),
          .kind = in.text(),
          .text = in.text(),
          .status = in.text(),
          .reason = in.text(),
          .at = in.time(),
          .in_reply_to = in.integer(),
          .possibly_duplicated = in.integer() != 0,
          .written_by = in.text(),
          .replayed = in.integer() != 0,
          .details = in.text(),
          .reply_to = in.text()};
}

/// The first id a message of `since` can have, less a day for clocks that were set: spares reading all history.
Id first_id(const Filter& filter) {
  if (!filter.since) return filter.after;
  const auto slack = *filter.since - std::chrono::hours{24};
  return std::max(filter.after, Id{slack.time_since_epoch().count()} * 4096);
}

/// One guest's messages are found day by day, as the index by sender wants it. ?1 is the first id less one.
std::string on_any_day(const std::string& table) {
  return " AND (id / 353894400000) IN (WITH RECURSIVE days(day, last) AS ("
         " SELECT (SELECT MIN(id) FROM " +
         table + " WHERE id > ?1) / 353894400000, (SELECT MAX(id) FROM " + table +
         ") / 353894400000"
         " UNION ALL SELECT day + 1, last FROM days WHERE day < last) SELECT day FROM days)";
}

}  // namespace

std::vector<Line> list(sql::Connection& connection, const Filter& filter) {
  Where where;
  where.add("id > ?", value(first_id(filter)));
  if (!filter.channel.empty()) where.add("channel = ?", value(filter.channel));
  if (!filter.sender.empty()) where.add("sender = ?", value(filter.sender));
  if (!filter.hotel.empty()) where.add("hotel_id = ?", value(filter.hotel));
  if (!filter.status.empty()) where.add("status = ?", value(filter.status));

  std::string since;
  if (filter.since) since = where.mark(value(*filter.since));
  const auto order = " ORDER BY id LIMIT " + where.mark(value(filter.limit));
  // Each half ends by itself: PostgreSQL would sort both tables to find the first few of their union.
  const auto half = [&](const char* columns, const char* table, const char* time) {
    std::string select = "SELECT * FROM (" + std::string(columns) + " FROM " + table + where.text();
    if (!since.empty()) select += std::string(" AND ") + time + " >= " + since;
    if (!filter.sender.empty()) select += on_any_day(table);
    return select + order + ") AS page_of_" + table;
  };
  std::string statement;
  if (filter.direction != "out") statement = half(kIn, "inbound_messages", "received_at");
  if (filter.direction.empty()) statement += " UNION ALL ";
  if (filter.direction != "in") statement += half(kOut, "outbound_messages", "created_at");
  statement += order;
  return collect(connection, statement, where.parameters(), read);
}

}  // namespace agente::store::messages
