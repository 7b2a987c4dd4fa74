#include "store/sqlite_store.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "store/columns.hpp"
#include "store/migrate.hpp"

namespace agente::store {

namespace {

/// The greatest id of a table whose key begins with the hotel: its hotels are asked one by one, its rows are not read.
std::string greatest_by_hotel(const std::string& table) {
  return "WITH RECURSIVE hotels(hotel_id) AS (SELECT MIN(hotel_id) FROM " + table +
         " UNION ALL SELECT (SELECT MIN(t.hotel_id) FROM " + table +
         " t WHERE t.hotel_id > hotels.hotel_id) FROM hotels WHERE hotels.hotel_id IS NOT NULL)"
         " SELECT (SELECT MAX(t.id) FROM " +
         table + " t WHERE t.hotel_id = hotels.hotel_id) FROM hotels";
}

/// Brings the schema up to date and returns the greatest id in it.
Id prepare(const std::string& path, Time now) {
  SqliteConnection connection(path, SqliteConnection::Mode::kWriter);
  migrate(connection, migrations(), "BLOB", now);
  Id greatest = 0;
  for (const auto& question :
       {std::string("SELECT MAX(id) FROM inbound_messages"), std::string("SELECT MAX(id) FROM outbound_messages"),
        greatest_by_hotel("reservations"), greatest_by_hotel("events")}) {
    connection.query(question, {}, [&](const sql::Row& row) { greatest = std::max(greatest, row.integer(0)); });
  }
  return greatest;
}

}  // namespace

SqliteStore::SqliteStore(LockFile lock, const std::string& path, const Clock& clock)
    : lock_(std::move(lock)),
      clock_(clock),
      ids_(clock, prepare(path, clock.now())),
      readers_(path),
      checkpoints_(path),
      writer_(path, checkpoints_, ids_) {}

Result<void> SqliteStore::health() {
  auto probe = write([this](sql::Connection& connection) {
    connection.execute("UPDATE store_probe SET probed_at = ?1", values(clock_.now()));
  });
  if (!probe) return probe;
  if (auto failure = checkpoints_.failure()) return std::move(*failure);
  return {};
}

Result<std::unique_ptr<Store>> open_sqlite(const std::string& path, const Clock& clock) {
  const auto folder = std::filesystem::path(path).parent_path();
  std::error_code code;
  if (!folder.empty()) std::filesystem::create_directories(folder, code);
  if (code) {
    return Error{Code::kConfig, "cannot create the folder " + folder.string() + " of storage.url: " + code.message()};
  }
  auto lock = LockFile::take(path + ".lock");
  if (!lock) return lock.error();
  try {
    return std::unique_ptr<Store>(std::make_unique<SqliteStore>(*std::move(lock), path, clock));
  } catch (const sql::Failure& failure) {
    return Error{failure.transient() ? Code::kRetry : Code::kConfig, failure.what()};
  }
}

}  // namespace agente::store
