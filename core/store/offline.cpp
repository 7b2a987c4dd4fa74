#include "store/offline.hpp"

#include <filesystem>

#include "store/columns.hpp"
#include "store/migrations.hpp"
#include "store/postgres_connection.hpp"
#include "store/sqlite_store.hpp"
#include "store/store.hpp"
#include "store/store_url.hpp"
#include "store/tables.hpp"

namespace agente::store {

namespace {

std::vector<std::string> names(sql::Connection& connection, std::string_view question) {
  return collect(connection, question, {}, [](Columns& in) { return in.text(); });
}

Status look(sql::Session& session, std::string_view tables) {
  Status found;
  found.newest = migrations().back().version;
  const sql::Transaction snapshot(session);
  for (const auto& table : names(session, tables)) {
    if (table == "schema_versions") {
      found.schema = number(session, "SELECT COALESCE(MAX(version), 0) FROM schema_versions");
    } else {
      found.rows.emplace_back(table, number(session, "SELECT COUNT(*) FROM " + table));
    }
  }
  return found;
}

Status sqlite_status(const std::string& path) {
  SqliteConnection connection(path, SqliteConnection::Mode::kReader);
  auto found =
      look(connection, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name");
  found.back_end = "SQLite";
  for (const auto& file : {path, path + "-wal"}) {
    std::error_code absent;
    const auto size = std::filesystem::file_size(file, absent);
    if (!absent) found.bytes += static_cast<std::int64_t>(size);
  }
  return found;
}

Status postgres_status(const PostgresAddress& address) {
  PostgresWatch watch;
  PostgresConnection connection(address, PostgresConnection::Mode::kOwner, {watch});
  auto found =
      look(connection, "SELECT CAST(tablename AS TEXT) FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1");
  found.back_end = "PostgreSQL";
  found.bytes = number(connection, "SELECT pg_database_size(current_database())");
  return found;
}

}  // namespace

Result<Status> status(const std::string& url) {
  try {
    if (is_postgres(url)) {
      const auto address = PostgresAddress::parse(url, "agentctl");
      return address ? Result<Status>(postgres_status(*address)) : address.error();
    }
    const auto path = sqlite_path(url);
    return path ? Result<Status>(sqlite_status(*path)) : path.error();
  } catch (const sql::Failure& failure) {
    return Error{failure.transient() ? Code::kRetry : Code::kConfig, failure.what()};
  }
}

Result<void> migrate(const std::string& url, const Clock& clock) {
  const auto opened = open(url, clock, "agentctl");
  return opened ? Result<void>() : opened.error();
}

}  // namespace agente::store
