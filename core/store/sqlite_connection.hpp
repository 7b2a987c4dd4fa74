#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "store/id_source.hpp"
#include "store/sql.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace agente::store {

/// One SQLite connection with its prepared statements. Not thread-safe. Every failure is thrown as sql::Failure with a
/// text that names the file and says what to do.
class SqliteConnection final : public sql::Session {
 public:
  enum class Mode {
    kWriter,  ///< creates the file if need be; transactions take the write lock at once
    kReader,  ///< cannot write; transactions are snapshots
  };

  /// `ids` must outlive the connection; without it there is no next_id.
  SqliteConnection(std::string path, Mode mode, IdSource* ids = nullptr);
  ~SqliteConnection() override;
  SqliteConnection(const SqliteConnection&) = delete;
  SqliteConnection& operator=(const SqliteConnection&) = delete;

  std::int64_t execute(std::string_view statement, std::span<const sql::Value> parameters) override;
  void query(std::string_view statement, std::span<const sql::Value> parameters,
             const std::function<void(const sql::Row&)>& each) override;
  void insert_rows(std::string_view statement, std::span<const std::vector<sql::Value>> rows,
                   const std::function<void(const sql::Row&)>& each) override;
  std::int64_t next_id() override;

  void run(const std::string& script) override;
  void begin() override;
  void commit() override;
  void rollback() noexcept override;
  /// False outside, and after an error that made SQLite roll back by itself.
  [[nodiscard]] bool in_transaction() const;

  /// Calls `committed(pages in the write-ahead log)` after each commit.
  void on_commit(std::function<void(int pages)> committed);

  struct Log {
    int pages = 0;   ///< in the write-ahead log
    int copied = 0;  ///< of these, into the database
  };
  /// Copies what it can of the write-ahead log into the database; waits for nobody.
  Log checkpoint();

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

  Statement prepare(std::string_view text);
  /// Takes the statement out of the cache while it runs, so that a query within a query gets one of its own.
  Statement take(std::string_view text);
  void give_back(std::string_view text, Statement statement);
  void bind(sqlite3_stmt* statement, std::span<const sql::Value> parameters);
  bool step(sqlite3_stmt* statement);
  [[noreturn]] void fail(int code) const;

  std::string path_;
  Mode mode_;
  IdSource* ids_;
  std::function<void(int)> committed_;
  std::unique_ptr<sqlite3, Close> database_;
  std::map<std::string, Statement, std::less<>> statements_;
};

}  // namespace agente::store
