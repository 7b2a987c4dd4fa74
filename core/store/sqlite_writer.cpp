#include "store/sqlite_writer.hpp"

#include <algorithm>
#include <utility>

namespace agente::store {

/// Lives on the stack of its caller, who sleeps on `done`.
struct SqliteWriter::Request {
  const Store::Work* work;
  std::optional<Error> error;
  std::atomic<int> done = 0;

  void finish() {
    done.store(1, std::memory_order_release);
    done.notify_one();  // uses the address only: the caller may be gone already
  }
};

SqliteWriter::SqliteWriter(const std::string& path, SqliteCheckpoints& checkpoints, IdSource& ids,
                           std::size_t max_waiting)
    : checkpoints_(checkpoints), connection_(path, SqliteConnection::Mode::kWriter, &ids), max_waiting_(max_waiting) {
  connection_.on_commit([this](int pages) { checkpoints_.committed(pages); });
  thread_ = std::jthread([this](const std::stop_token& stop) { work(stop); });
}

SqliteWriter::~SqliteWriter() = default;

Result<void> SqliteWriter::write(const Store::Work& work) {
  if (std::this_thread::get_id() == thread_.get_id()) {
    return Error{Code::kInternal, "a closure of Store::write called Store::write: it would wait for itself"};
  }
  Request request{.work = &work, .error = {}};
  {
    const std::lock_guard guard(mutex_);
    if (queue_.size() >= max_waiting_) {
      return Error{Code::kRetry, "the store is behind: " + std::to_string(max_waiting_) + " writes wait already",
                   std::chrono::seconds{1}};
    }
    queue_.push_back(&request);
  }
  wake_.notify_one();
  request.done.wait(0, std::memory_order_acquire);
  if (request.error) return std::move(*request.error);
  return {};
}

std::size_t SqliteWriter::waiting() const {
  const std::lock_guard guard(mutex_);
  return queue_.size();
}

void SqliteWriter::work(const std::stop_token& stop) {
  std::vector<Request*> batch;
  std::unique_lock lock(mutex_);
  while (wake_.wait(lock, stop, [this] { return !queue_.empty(); })) {
    const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(std::min(queue_.size(), kMaxBatch));
    batch.assign(queue_.begin(), end);
    queue_.erase(queue_.begin(), end);
    lock.unlock();
    serve(batch);
    lock.lock();
  }
}

void SqliteWriter::serve(std::span<Request* const> batch) {
  {
    const auto writing = checkpoints_.writing();
    auto failure = run_together(batch);
    // Try the rest without the bad one, unless the store itself is at fault.
    if (failure && failure->code != Code::kRetry && batch.size() > 1) failure = run_apart(batch);
    if (failure) {
      for (auto* request : batch) request->error = failure;
    }
  }
  for (auto* request : batch) request->finish();
}

std::optional<Error> SqliteWriter::run_together(std::span<Request* const> batch) {
  return in_transaction([&] {
    for (auto* request : batch) (*request->work)(connection_);
  });
}

std::optional<Error> SqliteWriter::run_apart(std::span<Request* const> batch) {
  return in_transaction([&] {
    for (auto* request : batch) request->error = run_in_savepoint(*request->work);
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
    SqliteTransaction transaction(connection_);
    body();
    transaction.commit();
  });
}

std::optional<Error> caught(const std::function<void()>& body) {
  try {
    body();
    return std::nullopt;
  } catch (const sql::Failure& failure) {
    return Error{failure.transient() ? Code::kRetry : Code::kInternal, failure.what()};
  } catch (const std::exception& defect) {
    return Error{Code::kInternal, std::string("a closure of the store threw: ") + defect.what()};
  } catch (...) {
    return Error{Code::kInternal, "a closure of the store threw something that is no exception"};
  }
}

}  // namespace agente::store
