#include "store/sqlite_connection.hpp"

#include <utility>

#include <sqlite3.h>

namespace agente::store {

namespace {

/// What a person can do about a failure, and whether trying again can help.
struct Remedy {
  bool transient;
  std::string_view text;
};

Remedy remedy_for(int code, SqliteConnection::Mode mode) {
  switch (code & 0xff) {
    case SQLITE_FULL:
      return {true, "free space on its file system; writing goes on by itself"};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {true, "another program keeps it locked; close open sqlite3 shells and backup programs"};
    case SQLITE_IOERR:
      return {true, "the disk refuses; check free space, file size limits and the system log"};
    case SQLITE_CANTOPEN:
      return {true, "check that its folder exists and belongs to the user of this program"};
    case SQLITE_READONLY:
      if (mode == SqliteConnection::Mode::kReader) return {false, "a reading transaction tried to write"};
      return {true, "make the file, its folder and its file system writable for the user of this program"};
    case SQLITE_NOMEM:
      return {true, "the system is short of memory"};
    case SQLITE_CORRUPT:
      return {false, "the file is damaged; stop the program and restore a backup"};
    case SQLITE_NOTADB:
      return {false, "the file is something else; name another path or move the file away"};
    default:
      return {false, "the statement or its data is at fault"};
  }
}

class StatementRow final : public sql::Row {
 public:
  explicit StatementRow(sqlite3_stmt* statement) : statement_(statement) {}
  [[nodiscard]] bool is_null(int column) const override {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
  }
  [[nodiscard]] std::int64_t integer(int column) const override { return sqlite3_column_int64(statement_, column); }
  [[nodiscard]] std::string_view text(int column) const override {
    const void* data = sqlite3_column_blob(statement_, column);  // asked before the length, as SQLite wants it
    const auto length = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
    return data == nullptr ? std::string_view() : std::string_view(static_cast<const char*>(data), length);
  }

 private:
  sqlite3_stmt* statement_;
};

/// A null pointer would be stored as NULL, but an empty text is a text.
const char* address(std::string_view text) { return text.empty() ? "" : text.data(); }

struct Binder {
  sqlite3_stmt* statement;
  int index;

  int operator()(std::monostate) const { return sqlite3_bind_null(statement, index); }
  int operator()(std::int64_t number) const { return sqlite3_bind_int64(statement, index, number); }
  int operator()(std::string_view text) const {
    return sqlite3_bind_text64(statement, index, address(text), text.size(), SQLITE_STATIC, SQLITE_UTF8);
  }
  int operator()(sql::Bytes bytes) const {
    return sqlite3_bind_blob64(statement, index, address(bytes.data), bytes.data.size(), SQLITE_STATIC);
  }
};

/// Once for the process, before the first connection. Bytes are not counted: that costs a lock each time.
void configure_library() {
  static const int done = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  static_cast<void>(done);
}

}  // namespace

void SqliteConnection::Close::operator()(sqlite3* database) const { sqlite3_close_v2(database); }
void SqliteConnection::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

SqliteConnection::SqliteConnection(std::string path, Mode mode, IdSource* ids)
    : path_(std::move(path)), mode_(mode), ids_(ids) {
  configure_library();
  const int access = mode == Mode::kWriter ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
  sqlite3* database = nullptr;
  const int code = sqlite3_open_v2(path_.c_str(), &database, access | SQLITE_OPEN_NOMUTEX, nullptr);
  database_.reset(database);
  if (code != SQLITE_OK) fail(code);
  sqlite3_extended_result_codes(database, 1);
  sqlite3_busy_timeout(database, 2000);
  // A commit is on the disk when it returns (FULL); checkpoints run elsewhere, and their log is kept for reuse up to
  // 64 MiB because growing a file makes every fsync dearer. Caches are small: the system's cache stands behind them.
  if (mode == Mode::kWriter) {
    run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;"
        "PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -8192");
  } else {
    run("PRAGMA cache_size = -256");
  }
}

SqliteConnection::~SqliteConnection() = default;

std::int64_t SqliteConnection::execute(std::string_view statement, std::span<const sql::Value> parameters) {
  auto prepared = take(statement);
  bind(prepared.get(), parameters);
  while (step(prepared.get())) {
  }
  const auto changed = sqlite3_stmt_readonly(prepared.get()) != 0 ? 0 : sqlite3_changes64(database_.get());
  give_back(statement, std::move(prepared));
  return changed;
}

void SqliteConnection::query(std::string_view statement, std::span<const sql::Value> parameters,
                             const std::function<void(const sql::Row&)>& each) {
  auto prepared = take(statement);
  bind(prepared.get(), parameters);
  const StatementRow row(prepared.get());
  while (step(prepared.get())) each(row);
  give_back(statement, std::move(prepared));
}

void SqliteConnection::insert_rows(std::string_view statement, std::span<const std::vector<sql::Value>> rows,
                                   const std::function<void(const sql::Row&)>& each) {
  for (const auto& row : rows) query(statement, row, each);
}

std::int64_t SqliteConnection::next_id() {
  if (ids_ == nullptr) throw std::logic_error("ids are made by the writing connection only");
  return ids_->next();
}

void SqliteConnection::run(const std::string& script) {
  const int code = sqlite3_exec(database_.get(), script.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code);
}

void SqliteConnection::begin() { execute(mode_ == Mode::kWriter ? "BEGIN IMMEDIATE" : "BEGIN", {}); }

void SqliteConnection::commit() { execute("COMMIT", {}); }

void SqliteConnection::rollback() noexcept {
  if (in_transaction()) sqlite3_exec(database_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

bool SqliteConnection::in_transaction() const { return sqlite3_get_autocommit(database_.get()) == 0; }

void SqliteConnection::on_commit(std::function<void(int)> committed) {
  committed_ = std::move(committed);
  const auto hook = [](void* self, sqlite3*, const char*, int pages) {
    static_cast<SqliteConnection*>(self)->committed_(pages);
    return SQLITE_OK;
  };
  sqlite3_wal_hook(database_.get(), hook, this);
}

SqliteConnection::Log SqliteConnection::checkpoint() {
  Log log;
  const int code =
      sqlite3_wal_checkpoint_v2(database_.get(), "main", SQLITE_CHECKPOINT_PASSIVE, &log.pages, &log.copied);
  if (code != SQLITE_OK && code != SQLITE_BUSY) fail(code);
  return log;
}

SqliteConnection::Statement SqliteConnection::prepare(std::string_view text) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(database_.get(), text.data(), static_cast<int>(text.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) fail(code);
  return Statement(statement);
}

SqliteConnection::Statement SqliteConnection::take(std::string_view text) {
  const auto found = statements_.find(text);
  return found != statements_.end() && found->second ? std::move(found->second) : prepare(text);
}

void SqliteConnection::give_back(std::string_view text, Statement statement) {
  sqlite3_reset(statement.get());
  const auto found = statements_.find(text);
  if (found != statements_.end()) {
    found->second = std::move(statement);
  } else {
    statements_.emplace(text, std::move(statement));
  }
}

void SqliteConnection::bind(sqlite3_stmt* statement, std::span<const sql::Value> parameters) {
  const int wanted = sqlite3_bind_parameter_count(statement);
  if (std::cmp_not_equal(wanted, parameters.size())) {
    throw sql::Failure("a statement wants " + std::to_string(wanted) + " parameters and got " +
                           std::to_string(parameters.size()) + ": " + sqlite3_sql(statement),
                       false);
  }
  for (int i = 0; i < wanted; ++i) {
    const int code = std::visit(Binder{statement, i + 1}, parameters[static_cast<std::size_t>(i)]);
    if (code != SQLITE_OK) fail(code);
  }
}

bool SqliteConnection::step(sqlite3_stmt* statement) {
  const int code = sqlite3_step(statement);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) fail(code);
  return false;
}

void SqliteConnection::fail(int code) const {
  const auto remedy = remedy_for(code, mode_);
  const std::string reason = database_ ? sqlite3_errmsg(database_.get()) : sqlite3_errstr(code);
  throw sql::Failure(
      "store " + path_ + ": " + reason + " (SQLite code " + std::to_string(code) + "): " + std::string(remedy.text),
      remedy.transient);
}

}  // namespace agente::store
