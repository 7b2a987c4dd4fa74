#include "store/columns.hpp"
#include "store/repositories.hpp"

namespace agente::store::kv {

namespace {

Entry read(Columns& in) {
  return {.key = in.text(),
          .value = in.text(),
          .schema = static_cast<unsigned>(in.integer()),
          .revision = static_cast<std::uint64_t>(in.integer())};
}

/// The least key greater than every key that starts with `prefix`; nullopt if there is none.
std::optional<std::string> end_of(std::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && end.back() == '\xff') end.pop_back();
  if (end.empty()) return std::nullopt;
  end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
  return end;
}

}  // namespace

std::optional<Entry> get(sql::Connection& connection, std::string_view instance, std::string_view key) {
  constexpr std::string_view kGet =
      "SELECT entry_key, entry_value, value_schema, revision FROM plugin_kv WHERE instance = ?1 AND entry_key = ?2";
  return first(connection, kGet, values(instance, sql::Bytes{key}), read);
}

std::optional<std::uint64_t> put(sql::Connection& connection, std::string_view instance, const Entry& entry,
                                 std::optional<std::uint64_t> expected) {
  constexpr std::string_view kPut = R"(
INSERT INTO plugin_kv (instance, entry_key, entry_value, value_schema, revision) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (instance, entry_key) DO UPDATE SET entry_value = excluded.entry_value,
  value_schema = excluded.value_schema, revision = excluded.revision)";
  const auto present = get(connection, instance, entry.key);
  const std::uint64_t revision = present ? present->revision : 0;
  if (expected && *expected != revision) return std::nullopt;
  connection.execute(kPut,
                     values(instance, sql::Bytes{entry.key}, sql::Bytes{entry.value}, entry.schema, revision + 1));
  return revision + 1;
}

bool erase(sql::Connection& connection, std::string_view instance, std::string_view key,
           std::optional<std::uint64_t> expected) {
  constexpr std::string_view kErase = R"(
DELETE FROM plugin_kv WHERE instance = ?1 AND entry_key = ?2 AND (revision = ?3 OR ?3 IS NULL))";
  return connection.execute(kErase, values(instance, sql::Bytes{key}, expected)) == 1;
}

std::vector<Entry> list(sql::Connection& connection, std::string_view instance, std::string_view prefix,
                        std::string_view after, int limit) {
  const auto end = end_of(prefix);
  Where where;
  where.add("instance = ?", instance);
  where.add("entry_key >= ?", sql::Bytes{prefix});
  where.add("entry_key > ?", sql::Bytes{after});
  if (end) where.add("entry_key < ?", sql::Bytes{*end});
  const auto mark = where.mark(value(limit));
  return collect(connection,
                 "SELECT entry_key, entry_value, value_schema, revision FROM plugin_kv" + where.text() +
                     " ORDER BY entry_key LIMIT " + mark,
                 where.parameters(), read);
}

}  // namespace agente::store::kv
