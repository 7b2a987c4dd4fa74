#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "store/postgres_connection.hpp"
#include "store/postgres_outage.hpp"
#include "store/store.hpp"

namespace agente::store {

/// A few reading connections, opened when first needed and lent to one caller at a time. A broken one is replaced and
/// the closure runs again; when the database stays away for longer than `patience`, readers fail with kRetry, and new
/// ones at once, but for one every `between_attempts` that looks whether it is back. Thread-safe.
class PostgresReaders {
 public:
  static constexpr int kMost = 4;

  struct Settings {
    Millis patience{5'000};
    Millis between_attempts{500};
    PostgresLimits limits{};
  };
  PostgresReaders(const PostgresAddress& address, const Settings& settings)
      : address_(address), settings_(settings), outage_(settings.patience) {}

  /// As Store::read. Waits while all connections are lent.
  Result<void> read(const Store::Work& work);

  /// As PostgresWriter.
  [[nodiscard]] Millis longest_silence() { return watch_.longest_silence(); }
  void server_is_silent() {
    outage_.hopeless();
    watch_.cut();
  }

 private:
  using Connection = std::unique_ptr<PostgresConnection>;

  Result<Connection> borrow();
  void give_back(Connection connection);
  std::optional<Error> carry_out(const Store::Work& work, Connection& connection);
  /// Nothing: try again.
  std::optional<Error> give_up(const sql::Failure& failure);

  const PostgresAddress address_;
  const Settings settings_;
  PostgresOutage outage_;
  PostgresWatch watch_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<Connection> free_;
  int lent_ = 0;
  std::optional<Error> refusal_;
  Steady next_attempt_{};
};

}  // namespace agente::store
