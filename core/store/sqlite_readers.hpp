#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "store/sqlite_connection.hpp"
#include "store/store.hpp"

namespace agente::store {

/// A few reading connections, opened when first needed and lent to one caller at a time. Thread-safe.
class SqliteReaders {
 public:
  static constexpr int kMost = 4;

  explicit SqliteReaders(std::string path) : path_(std::move(path)) {}

  /// As Store::read. Waits while all connections are lent.
  Result<void> read(const Store::Work& work);

 private:
  std::unique_ptr<SqliteConnection> borrow();
  void give_back(std::unique_ptr<SqliteConnection> connection);

  std::string path_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<SqliteConnection>> free_;
  int lent_ = 0;
};

}  // namespace agente::store
