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
/// looked up by its mark first. Only when the database stays away for longer than `patience`, or takes what is sent
/// but answers nobody, those that wait fail with kRetry, and new ones at once until it is back. Thread-safe.
class PostgresWriter {
 public:
  struct Settings {
    int lanes = 2;
    std::size_t max_waiting = 10'000;
    Millis patience{2'500};        ///< providers are told to come again soon, rather than be kept waiting
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
  /// As Store::write_later.
  void write_later(Store::Work work, Store::Done done) { queue_.write_later(std::move(work), std::move(done)); }
  /// As Store::set_host.
  void set_host(std::optional<Id> host) { host_ = host.value_or(kNoHost); }

  /// Transactions tried so far: for tests.
  [[nodiscard]] std::uint64_t transactions() const { return transactions_; }
  [[nodiscard]] Backlog backlog() const { return queue_.backlog(); }

  /// For PostgresPulse: how long an answer has been waited for, and what to do when none will come.
  [[nodiscard]] Millis longest_silence() { return watch_.longest_silence(); }
  void server_is_silent() {
    outage_.hopeless();
    watch_.cut();
  }

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
