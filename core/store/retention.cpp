#include "store/columns.hpp"
#include "store/media.hpp"
#include "store/repositories.hpp"

namespace agente::store::retention {

namespace {

// A batch is found by a read, which hinders nobody, and goes by its range of ids: nothing is sorted or counted over.
constexpr std::string_view kNextInbound = R"(
SELECT MIN(id), MAX(id) FROM (SELECT id FROM inbound_messages
  WHERE id > ?1 AND id < ?2 AND status IN ('processed', 'failed') ORDER BY id LIMIT ?3) AS batch)";
constexpr std::string_view kNextOutbound = R"(
SELECT MIN(id), MAX(id) FROM (SELECT id FROM outbound_messages
  WHERE id > ?1 AND id < ?2 AND status IN ('sent', 'delivered', 'read', 'failed', 'held') ORDER BY id LIMIT ?3) AS batch)";
constexpr std::string_view kNextEvents = R"(
SELECT MIN(id), MAX(id) FROM (SELECT id FROM events
  WHERE hotel_id = ?4 AND id > ?1 AND id < ?2 ORDER BY id LIMIT ?3) AS batch)";
constexpr std::string_view kNextHotel = "SELECT hotel_id FROM events WHERE hotel_id > ?1 ORDER BY hotel_id LIMIT 1";

// The states again: a dead letter may have been sent again since.
constexpr std::string_view kRemoveInbound =
    "DELETE FROM inbound_messages WHERE id >= ?1 AND id <= ?2 AND status IN ('processed', 'failed')";
constexpr std::string_view kRemoveOutbound =
    "DELETE FROM outbound_messages WHERE id >= ?1 AND id <= ?2 "
    "AND status IN ('sent', 'delivered', 'read', 'failed', 'held')";
constexpr std::string_view kRemoveEvents = "DELETE FROM events WHERE hotel_id = ?3 AND id >= ?1 AND id <= ?2";

std::optional<Batch> read_batch(sql::Connection& connection, std::string_view statement,
                                std::span<const sql::Value> parameters) {
  const auto batch = first(connection, statement, parameters, [](Columns& in) {
    return Batch{.hotel = {}, .first = in.maybe_integer().value_or(0), .last = in.maybe_integer().value_or(0)};
  });
  return batch && batch->last != 0 ? batch : std::nullopt;
}

std::optional<Batch> next_events(sql::Connection& connection, Batch before, Id end, int limit) {
  for (;;) {
    if (auto batch = read_batch(connection, kNextEvents, values(before.last, end, limit, before.hotel))) {
      batch->hotel = before.hotel;
      return batch;
    }
    auto hotel = first(connection, kNextHotel, values(before.hotel), [](Columns& in) { return in.text(); });
    if (!hotel) return std::nullopt;
    before = {.hotel = std::move(*hotel)};
  }
}

}  // namespace

std::string_view name_of(Table table) {
  switch (table) {
    case Table::kInbound:
      return "inbound_messages";
    case Table::kOutbound:
      return "outbound_messages";
    case Table::kEvents:
      break;
  }
  return "events";
}

std::optional<Batch> next(sql::Connection& connection, Table table, const Batch& before, Time older_than, int limit) {
  const Id end = Id{older_than.time_since_epoch().count()} * 4096;
  if (table == Table::kEvents) return next_events(connection, before, end, limit);
  return read_batch(connection, table == Table::kInbound ? kNextInbound : kNextOutbound,
                    values(before.last, end, limit));
}

std::int64_t remove(sql::Connection& connection, Table table, const Batch& batch) {
  if (table == Table::kEvents) {
    return connection.execute(kRemoveEvents, values(batch.first, batch.last, batch.hotel));
  }
  if (table == Table::kOutbound) return connection.execute(kRemoveOutbound, values(batch.first, batch.last));
  const auto removed = connection.execute(kRemoveInbound, values(batch.first, batch.last));
  media::forget_removed(connection, batch.first, batch.last);
  return removed;
}

}  // namespace agente::store::retention
