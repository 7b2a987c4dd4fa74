#include "store/sqlite_checkpoints.hpp"

namespace agente::store {

namespace {
constexpr int kFewPages = 256;  // copied within a millisecond or two
}  // namespace

SqliteCheckpoints::SqliteCheckpoints(const std::string& path, Limits limits)
    : connection_(path, SqliteConnection::Mode::kWriter),
      limits_(limits),
      thread_([this](const std::stop_token& stop) { work(stop); }) {}

SqliteCheckpoints::~SqliteCheckpoints() = default;

void SqliteCheckpoints::committed(int pages) {
  {
    const std::lock_guard guard(mutex_);
    if (pages < pages_) copied_ = 0;  // SQLite began the log anew
    pages_ = pages;
    if (pages_ - copied_ < limits_.copy_every) return;
  }
  wake_.notify_one();
}

std::unique_lock<std::mutex> SqliteCheckpoints::writing() {
  wants_gate_.wait(true);  // a mutex alone would let the writer pass for ever
  return std::unique_lock(gate_);
}

std::optional<Error> SqliteCheckpoints::failure() const {
  const std::lock_guard guard(mutex_);
  return failure_;
}

void SqliteCheckpoints::work(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (wake_.wait(lock, stop, [this] { return pages_ - copied_ >= limits_.copy_every; })) {
    std::optional<Error> failure;
    std::optional<int> copied;
    lock.unlock();
    try {
      copied = copy();
    } catch (const sql::Failure& e) {
      failure = Error{Code::kRetry, e.what()};
    }
    lock.lock();
    copied_ = std::min(copied.value_or(pages_), pages_);  // after a failure: try again when as much has come again
    failure_ = std::move(failure);
  }
}

int SqliteCheckpoints::copy() {
  auto log = connection_.checkpoint();
  if (log.pages < limits_.begin_anew_from) return log.copied;

  for (int i = 0; i < 4 && log.pages - log.copied > kFewPages; ++i) log = connection_.checkpoint();
  wants_gate_ = true;
  const std::lock_guard gate(gate_);
  wants_gate_ = false;
  wants_gate_.notify_all();
  return connection_.checkpoint().copied;
}

}  // namespace agente::store
