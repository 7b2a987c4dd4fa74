#include "store/sqlite_readers.hpp"

#include "store/write_queue.hpp"

namespace agente::store {

Result<void> SqliteReaders::read(const Store::Work& work) {
  auto connection = borrow();
  auto failure = caught([&] {
    if (!connection) connection = std::make_unique<SqliteConnection>(path_, SqliteConnection::Mode::kReader);
    sql::Transaction snapshot(*connection);
    work(*connection);
  });
  give_back(std::move(connection));
  if (failure) return std::move(*failure);
  return {};
}

std::unique_ptr<SqliteConnection> SqliteReaders::borrow() {
  std::unique_lock lock(mutex_);
  returned_.wait(lock, [this] { return lent_ < kMost; });
  ++lent_;
  if (free_.empty()) return nullptr;
  auto connection = std::move(free_.back());
  free_.pop_back();
  return connection;
}

void SqliteReaders::give_back(std::unique_ptr<SqliteConnection> connection) {
  {
    const std::lock_guard guard(mutex_);
    --lent_;
    if (connection) free_.push_back(std::move(connection));
  }
  returned_.notify_one();
}

}  // namespace agente::store
