#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/result.hpp"
#include "store/sqlite_connection.hpp"

namespace agente::store {

/// Copies the write-ahead log into the database on a thread of its own, so that commits do not wait for it.
///
/// Only the last few pages are copied while the writer stands still; after that SQLite begins the log anew and it does
/// not grow without end under steady load.
class SqliteCheckpoints {
 public:
  struct Limits {
    int copy_every = 2048;        ///< pages of 4 KiB
    int begin_anew_from = 12288;  ///< pages in the log: 48 MiB
  };

  /// Throws sql::Failure.
  explicit SqliteCheckpoints(const std::string& path) : SqliteCheckpoints(path, Limits{}) {}
  SqliteCheckpoints(const std::string& path, Limits limits);
  ~SqliteCheckpoints();
  SqliteCheckpoints(const SqliteCheckpoints&) = delete;
  SqliteCheckpoints& operator=(const SqliteCheckpoints&) = delete;

  /// The writer says after each commit how many pages the log has.
  void committed(int pages);
  /// The writer holds this while it is in a transaction.
  [[nodiscard]] std::unique_lock<std::mutex> writing();
  /// Why the last checkpoint failed; empty when it went well.
  [[nodiscard]] std::optional<Error> failure() const;

 private:
  void work(const std::stop_token& stop);
  /// Returns how many pages of the log are copied by now.
  int copy();

  SqliteConnection connection_;
  const Limits limits_;
  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  int pages_ = 0;
  int copied_ = 0;
  std::optional<Error> failure_;
  std::mutex gate_;
  std::atomic<bool> wants_gate_ = false;
  std::jthread thread_;
};

}  // namespace agente::store
