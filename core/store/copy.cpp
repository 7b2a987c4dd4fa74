#include <algorithm>

#include "store/lock_file.hpp"
#include "store/migrations.hpp"
#include "store/offline.hpp"
#include "store/postgres_store.hpp"
#include "store/sqlite_store.hpp"
#include "store/store_url.hpp"
#include "store/tables.hpp"

namespace agente::store {

namespace {

constexpr std::size_t kRowsAtOnce = 500;
constexpr std::size_t kBytesAtOnce = 4U << 20U;

/// One copy on its way. Throws sql::Failure.
class Copy {
 public:
  Copy(sql::Session& from, sql::Session& to, const std::function<void(const Progress&)>& tell)
      : from_(from), to_(to), tell_(tell), tables_(tables_of(from)) {}

  std::int64_t run() {
    refuse_rows();
    for (const auto* filled : {"parts", "store_probe"}) to_.run(std::string("DELETE FROM ") + filled);
    std::int64_t rows = 0;
    for (const auto& table : tables_) {
      copy(table);
      compare(table);
      rows += progress_.total;
    }
    raise_sequence();
    return rows;
  }

 private:
  void refuse_rows() {
    for (const auto& table : tables_) {
      if (table.name == "parts" || table.name == "store_probe") continue;  // filled by the migrations
      const auto rows = number(to_, "SELECT COUNT(*) FROM " + table.name);
      if (rows == 0) continue;
      throw sql::Failure("the target holds " + std::to_string(rows) + " rows in " + table.name +
                             " already: name a new, empty database (createdb)",
                         false);
    }
  }

  void copy(const Table& table) {
    progress_ = {.table = table.name, .total = number(from_, "SELECT COUNT(*) FROM " + table.name)};
    std::string marks;
    for (std::size_t i = 1; i <= table.columns.size(); ++i) marks += (i > 1 ? ", ?" : "?") + std::to_string(i);
    const auto insert = "INSERT INTO " + table.name + " (" + table.column_list() + ") VALUES (" + marks + ")";
    std::vector<Cells> batch;
    std::size_t bytes = 0;
    const auto flush = [&] {
      std::vector<std::vector<sql::Value>> rows;
      rows.reserve(batch.size());
      for (const auto& cells : batch) rows.push_back(values_of(cells, table));
      to_.insert_rows(insert, rows, [](const sql::Row&) {});
      advance(batch.size());
      batch.clear();
      bytes = 0;
    };
    from_.query("SELECT " + table.column_list() + " FROM " + table.name, {}, [&](const sql::Row& row) {
      batch.push_back(cells_of(row, table));
      for (const auto& cell : batch.back()) {
        if (const auto* text = std::get_if<std::string>(&cell)) bytes += text->size();
      }
      if (batch.size() == kRowsAtOnce || bytes >= kBytesAtOnce) flush();
    });
    flush();
  }

  /// Both in key order, row by row, column by column.
  void compare(const Table& table) {
    progress_.done = 0;
    progress_.comparing = true;
    const auto select = "SELECT " + table.column_list() + " FROM " + table.name + " ORDER BY ";
    const auto cursor = "copied_" + table.name;
    to_.run("DECLARE " + cursor + " CURSOR FOR " + select + table.order(" COLLATE \"C\""));
    std::vector<Cells> page;
    std::size_t next = 0;
    const auto fetch = [&] {
      page.clear();
      next = 0;
      const auto fetched = "FETCH " + std::to_string(kRowsAtOnce) + " FROM " + cursor;
      to_.query(fetched, {}, [&](const sql::Row& row) { page.push_back(cells_of(row, table)); });
    };
    from_.query(select + table.order(""), {}, [&](const sql::Row& row) {
      if (next == page.size()) fetch();
      if (next == page.size() || page[next++] != cells_of(row, table)) different(table);
      if ((progress_.done + 1) % 500 == 0 || progress_.done + 1 == progress_.total) {
        advance(1);
      } else {
        ++progress_.done;
      }
    });
    if (next == page.size()) fetch();
    if (next != page.size()) different(table);
    to_.run("CLOSE " + cursor);
  }

  [[noreturn]] void different(const Table& table) const {
    throw sql::Failure("row " + std::to_string(progress_.done + 1) + " of " + table.name +
                           " is not the same in both stores: nothing has been kept; is another program writing?",
                       false);
  }

  void advance(std::size_t rows) {
    progress_.done += static_cast<std::int64_t>(rows);
    tell_(progress_);
  }

  void raise_sequence() {
    std::int64_t greatest = 0;
    for (const auto& table : tables_) {
      if (!table.has_id()) continue;
      greatest = std::max(greatest, number(from_, "SELECT COALESCE(MAX(id), 0) FROM " + table.name));
    }
    if (greatest > 0) to_.run("SELECT setval('row_ids', " + std::to_string(greatest) + ")");
  }

  sql::Session& from_;
  sql::Session& to_;
  const std::function<void(const Progress&)>& tell_;
  const std::vector<Table> tables_;
  Progress progress_;
};

std::int64_t copy_all(const std::string& path, const PostgresAddress& address, Time now,
                      const std::function<void(const Progress&)>& tell) {
  SqliteConnection from(path, SqliteConnection::Mode::kReader);
  const auto schema = number(from, "SELECT COALESCE(MAX(version), 0) FROM schema_versions");
  if (schema != migrations().back().version) {
    throw sql::Failure("the schema of " + path + " is version " + std::to_string(schema) + " and not " +
                           std::to_string(migrations().back().version) + ": run `agentctl store migrate` on it first",
                       false);
  }
  migrate_postgres(address, now);
  PostgresWatch watch;
  PostgresConnection to(address, PostgresConnection::Mode::kOwner, {watch});
  const sql::Transaction snapshot(from);
  sql::Transaction transaction(to);
  const auto rows = Copy(from, to, tell).run();
  transaction.commit();
  return rows;
}

}  // namespace

Result<std::int64_t> copy(const std::string& from, const std::string& to, const Clock& clock,
                          const std::function<void(const Progress&)>& tell) {
  if (!is_postgres(to)) return Error{Code::kConfig, "--to wants postgresql://USER:PASSWORD@HOST/DATABASE"};
  const auto path = sqlite_path(from);
  if (!path) return path.error();
  const auto address = PostgresAddress::parse(to, "agentctl");
  if (!address) return address.error();
  const auto lock = LockFile::take(*path + ".lock");
  if (!lock) return lock.error();
  try {
    return copy_all(*path, *address, clock.now(), tell);
  } catch (const sql::Failure& failure) {
    return Error{failure.transient() ? Code::kRetry : Code::kConfig, failure.what()};
  }
}

}  // namespace agente::store
