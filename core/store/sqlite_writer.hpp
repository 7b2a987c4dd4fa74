#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "base/result.hpp"
#include "store/sqlite_checkpoints.hpp"
#include "store/sqlite_connection.hpp"
#include "store/store.hpp"

namespace agente::store {

/// Group commit: one thread runs the closures of many and commits what has come together in one transaction.
///
/// Nobody waits for company: while one batch is on its way to the disk, the next one gathers. Thread-safe.
class SqliteWriter {
 public:
  static constexpr std::size_t kMaxBatch = 512;

  /// Throws sql::Failure. `checkpoints` and `ids` must outlive the writer. At most `max_waiting` closures wait for
  /// their turn.
  SqliteWriter(const std::string& path, SqliteCheckpoints& checkpoints, IdSource& ids,
               std::size_t max_waiting = 10'000);
  /// Finishes what has been accepted.
  ~SqliteWriter();
  SqliteWriter(const SqliteWriter&) = delete;
  SqliteWriter& operator=(const SqliteWriter&) = delete;

  /// As Store::write. kRetry also when too many closures wait already.
  Result<void> write(const Store::Work& work);

  /// Transactions tried so far, and closures waiting now: for tests and metrics.
  [[nodiscard]] std::uint64_t transactions() const { return transactions_; }
  [[nodiscard]] std::size_t waiting() const;

 private:
  struct Request;

  void work(const std::stop_token& stop);
  void serve(std::span<Request* const> batch);
  std::optional<Error> run_together(std::span<Request* const> batch);
  std::optional<Error> run_apart(std::span<Request* const> batch);
  std::optional<Error> run_in_savepoint(const Store::Work& work);
  std::optional<Error> in_transaction(const std::function<void()>& body);

  SqliteCheckpoints& checkpoints_;
  SqliteConnection connection_;
  const std::size_t max_waiting_;
  std::atomic<std::uint64_t> transactions_ = 0;
  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  std::vector<Request*> queue_;
  std::jthread thread_;
};

/// Runs `body`; what it throws becomes an Error (kRetry for a transient sql::Failure, otherwise kInternal).
std::optional<Error> caught(const std::function<void()>& body);

}  // namespace agente::store
