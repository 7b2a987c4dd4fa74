#include "store/postgres_readers.hpp"

#include <thread>

#include "store/write_queue.hpp"

namespace agente::store {

Result<void> PostgresReaders::read(const Store::Work& work) {
  auto connection = borrow();
  if (!connection) return connection.error();
  auto failure = carry_out(work, *connection);
  give_back(*std::move(connection));
  if (failure) return std::move(*failure);
  return {};
}

std::optional<Error> PostgresReaders::carry_out(const Store::Work& work, Connection& connection) {
  for (;;) {
    try {
      if (!connection) {
        connection =
            std::make_unique<PostgresConnection>(address_, PostgresConnection::Mode::kReader,
                                                 PostgresConnection::Surroundings{watch_, nullptr, settings_.limits});
      }
      sql::Transaction snapshot(*connection);
      work(*connection);
      outage_.over();
      return std::nullopt;
    } catch (const ConnectionLost& lost) {
      connection.reset();
      if (auto failure = give_up(lost)) return failure;
    } catch (...) {
      return caught([] { throw; });
    }
  }
}

std::optional<Error> PostgresReaders::give_up(const sql::Failure& failure) {
  if (outage_.worth_waiting()) {
    std::this_thread::sleep_for(Millis{50});
    return std::nullopt;
  }
  const std::lock_guard guard(mutex_);
  refusal_ = Error{Code::kRetry, failure.what(), settings_.between_attempts};
  next_attempt_ = std::chrono::steady_clock::now() + settings_.between_attempts;
  return refusal_;
}

Result<PostgresReaders::Connection> PostgresReaders::borrow() {
  std::unique_lock lock(mutex_);
  if (refusal_) {
    const auto now = std::chrono::steady_clock::now();
    if (now < next_attempt_) return *refusal_;
    next_attempt_ = now + settings_.between_attempts;  // this caller looks whether the database is back
  }
  returned_.wait(lock, [this] { return lent_ < kMost; });
  ++lent_;
  if (free_.empty()) return Connection();
  auto connection = std::move(free_.back());
  free_.pop_back();
  return connection;
}

void PostgresReaders::give_back(Connection connection) {
  {
    const std::lock_guard guard(mutex_);
    --lent_;
    if (connection) {
      free_.push_back(std::move(connection));
      refusal_.reset();
    }
  }
  returned_.notify_one();
}

}  // namespace agente::store
