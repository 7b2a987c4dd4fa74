#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <vector>

#include "store/postgres_connection.hpp"
#include "store/postgres_outage.hpp"
#include "store/store.hpp"
#include "store/write_queue.hpp"

namespace agente::store {

/// Group commit over a few connections, each with a thread of its own that commits together what waits.
///
/// A broken connection fails no closure: the batch is carried out on a new one, and a COMMIT that was not answered is
/// looked up by its mark first. Only when the database stays away for longer than `patience`, those that wait fail
/// with kRetry, and new ones at once until it is back. Thread-safe.
class PostgresWriter {
 public:
  struct Settings {
    int lanes = 2;
    std::size_t max_waiting = 10'000;
    Millis patience{5'000};
    Millis between_attempts{500};  ///< to reach a database that stays away
    PostgresLimits limits{};
  };

  PostgresWriter(const PostgresAddress& address, const Clock& clock, const Settings& settings);
  /// Finishes what has been accepted, as far as the database can be reached.
  ~PostgresWriter();
  PostgresWriter(const PostgresWriter&) = delete;
  PostgresWriter& operator=(const PostgresWriter&) = delete;

  /// As Store::write. kRetry also when too many closures wait already.
  Result<void> write(const Store::Work& work) { return queue_.write(work); }
  /// As Store::set_host.
  void set_host(std::optional<Id> host) { host_ = host.value_or(kNoHost); }

  /// Transactions tried so far, and closures waiting now: for tests and metrics.
  [[nodiscard]] std::uint64_t transactions() const { return transactions_; }
  [[nodiscard]] std::size_t waiting() const { return queue_.waiting(); }

 private:
  class Lane;
  static constexpr Id kNoHost = 0;

  const PostgresAddress address_;
  const Clock& clock_;
  const Settings settings_;
  std::atomic<Id> host_ = kNoHost;
  std::atomic<std::uint64_t> transactions_ = 0;
  PostgresOutage outage_;
  WriteQueue queue_;
  PostgresWatch watch_;
  std::vector<std::unique_ptr<Lane>> lanes_;
};

}  // namespace agente::store
