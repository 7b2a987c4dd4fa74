#pragma once

#include <string>

#include "store/id_source.hpp"
#include "store/lock_file.hpp"
#include "store/sqlite_checkpoints.hpp"
#include "store/sqlite_readers.hpp"
#include "store/sqlite_writer.hpp"
#include "store/store.hpp"

namespace agente::store {

/// The store in one SQLite file.
class SqliteStore final : public Store {
 public:
  /// Opens the database at `path`, whose lock the caller has taken. Throws sql::Failure.
  SqliteStore(LockFile lock, const std::string& path, const Clock& clock);

  Result<void> write(const Work& work) override { return writer_.write(work); }
  void write_later(Work work, Done done) override { writer_.write_later(std::move(work), std::move(done)); }
  Result<void> read(const Work& work) override { return readers_.read(work); }
  Result<void> health() override;
  [[nodiscard]] Backlog backlog() const override { return writer_.backlog(); }

 private:
  LockFile lock_;  // first in, last out
  const Clock& clock_;
  IdSource ids_;
  SqliteReaders readers_;
  SqliteCheckpoints checkpoints_;
  SqliteWriter writer_;
};

/// Opens `path` as store::open does for "sqlite:PATH".
Result<std::unique_ptr<Store>> open_sqlite(const std::string& path, const Clock& clock);

}  // namespace agente::store
