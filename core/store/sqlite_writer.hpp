#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <thread>

#include "base/result.hpp"
#include "store/sqlite_checkpoints.hpp"
#include "store/sqlite_connection.hpp"
#include "store/store.hpp"
#include "store/write_queue.hpp"

namespace agente::store {

/// Group commit: one thread runs the closures of many and commits what has come together in one transaction.
///
/// Nobody waits for company: while one batch is on its way to the disk, the next one gathers. Thread-safe.
class SqliteWriter {
 public:
  /// Throws sql::Failure. `checkpoints` and `ids` must outlive the writer. At most `max_waiting` closures wait for
  /// their turn.
  SqliteWriter(const std::string& path, SqliteCheckpoints& checkpoints, IdSource& ids,
               std::size_t max_waiting = 10'000);
  /// Finishes what has been accepted.
  ~SqliteWriter();
  SqliteWriter(const SqliteWriter&) = delete;
  SqliteWriter& operator=(const SqliteWriter&) = delete;

  /// As Store::write. kRetry also when too many closures wait already.
  Result<void> write(const Store::Work& work) { return queue_.write(work); }
  /// As Store::write_later.
  void write_later(Store::Work work, Store::Done done) { queue_.write_later(std::move(work), std::move(done)); }

  /// Transactions tried so far: for tests.
  [[nodiscard]] std::uint64_t transactions() const { return transactions_; }
  [[nodiscard]] Backlog backlog() const { return queue_.backlog(); }

 private:
  void work(const std::stop_token& stop);
  void serve(WriteQueue::Batch batch);
  std::optional<Error> run_together(WriteQueue::Batch batch);
  std::optional<Error> run_apart(WriteQueue::Batch batch);
  std::optional<Error> run_in_savepoint(const Store::Work& work);
  std::optional<Error> in_transaction(const std::function<void()>& body);

  SqliteCheckpoints& checkpoints_;
  SqliteConnection connection_;
  std::atomic<std::uint64_t> transactions_ = 0;
  WriteQueue queue_;
  std::jthread thread_;
};

}  // namespace agente::store
