#include "store/sqlite_writer.hpp"

namespace agente::store {

SqliteWriter::SqliteWriter(const std::string& path, SqliteCheckpoints& checkpoints, IdSource& ids,
                           std::size_t max_waiting)
    : checkpoints_(checkpoints), connection_(path, SqliteConnection::Mode::kWriter, &ids), queue_(max_waiting) {
  connection_.on_commit([this](int pages) { checkpoints_.committed(pages); });
  thread_ = std::jthread([this](const std::stop_token& stop) { work(stop); });
}

SqliteWriter::~SqliteWriter() = default;

void SqliteWriter::work(const std::stop_token& stop) {
  std::vector<WriteQueue::Request> batch;
  while (queue_.take(stop, batch)) serve(batch);
}

void SqliteWriter::serve(WriteQueue::Batch batch) {
  {
    const auto writing = checkpoints_.writing();
    auto failure = run_together(batch);
    // Try the rest without the bad one, unless the store itself is at fault.
    if (failure && failure->code != Code::kRetry && batch.size() > 1) failure = run_apart(batch);
    if (failure) {
      for (auto& request : batch) request.error = failure;
    }
  }
  WriteQueue::finish(batch);
}

std::optional<Error> SqliteWriter::run_together(WriteQueue::Batch batch) {
  return in_transaction([&] {
    for (const auto& request : batch) request.work(connection_);
  });
}

std::optional<Error> SqliteWriter::run_apart(WriteQueue::Batch batch) {
  return in_transaction([&] {
    for (auto& request : batch) request.error = run_in_savepoint(request.work);
  });
}

std::optional<Error> SqliteWriter::run_in_savepoint(const Store::Work& work) {
  connection_.execute("SAVEPOINT closure", {});
  auto failure = caught([&] { work(connection_); });
  if (failure && (failure->code == Code::kRetry || !connection_.in_transaction())) {
    throw sql::Failure(failure->text, failure->code == Code::kRetry);
  }
  if (failure) connection_.execute("ROLLBACK TO closure", {});
  connection_.execute("RELEASE closure", {});
  return failure;
}

std::optional<Error> SqliteWriter::in_transaction(const std::function<void()>& body) {
  ++transactions_;
  return caught([&] {
    sql::Transaction transaction(connection_);
    body();
    transaction.commit();
  });
}

}  // namespace agente::store
