#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "store/membership.hpp"
#include "store/records.hpp"
#include "store/sql.hpp"

namespace agente::store {

/// What waits for its turn.
struct Backlog {
  std::size_t depth = 0;
  Millis oldest{};  ///< how long the one that came first has waited
};

/// The durable truth. Thread-safe.
///
/// Writes of many threads are committed together (group commit): each closure runs inside the one write transaction,
/// and its caller returns when that transaction is on the disk. If the batch fails, its closures are run one by one, so
/// only the bad one fails: a closure may therefore run more than once and must compute its outputs anew each time.
class Store {
 public:
  using Work = std::function<void(sql::Connection&)>;
  /// Told once how a write ended. On the thread that commits, which others wait for: short, and without the store.
  using Done = std::function<void(Result<void>)>;

  virtual ~Store() = default;

  /// kRetry when the store cannot accept now (unreachable, disk full); otherwise what the closure's failure says.
  virtual Result<void> write(const Work& work) = 0;
  /// The same for who does not wait: `done` is told, before the return if the store refuses at once. What `work` and
  /// `done` refer to must live until then.
  virtual void write_later(Work work, Done done) { done(write(work)); }
  /// Reads a consistent snapshot; never waits for writers. May run the closure again when a connection breaks.
  virtual Result<void> read(const Work& work) = 0;
  /// Whether a write would be accepted now, and why not: readiness.
  virtual Result<void> health() = 0;
  /// Closures that wait to be written: a store that is slow, or away.
  [[nodiscard]] virtual Backlog backlog() const { return {}; }
  /// Every statement costs a round trip to a server: few large ones are better than many.
  [[nodiscard]] virtual bool is_remote() const { return false; }
  /// What time it is on the server that several hosts share, whatever their own clocks say. None where there is no
  /// such server, or when it cannot be asked.
  virtual std::optional<Time> shared_time() { return std::nullopt; }
  /// From now on every write depends on the row `host` of the table hosts: when that is gone, writes fail with
  /// kCancelled and change nothing. Nothing to do where there is only one host.
  virtual void set_host(std::optional<Id> /*host*/) {}
  /// This host takes its place among those on the store; `name` must be its own. The membership must end before the
  /// store and before what it tells.
  virtual std::unique_ptr<Membership> join(const std::string& /*name*/, Membership::Told told) {
    return std::make_unique<SoleHost>(told);
  }
};

/// Opens "sqlite:PATH" (creating folder and file) and takes its lock file, or
/// "postgresql://USER:PASSWORD@HOST/DATABASE" (TLS and the rest as libpq's URLs say it), and brings the schema up to
/// date. `program` is what the administrator of PostgreSQL sees (application_name). kConfig: unknown URL, schema newer
/// than this host (both versions named), another host has the file (its pid named), the server refuses us. kRetry: the
/// server cannot be reached.
Result<std::unique_ptr<Store>> open(const std::string& url, const Clock& clock,
                                    std::string_view program = "agente-host");

}  // namespace agente::store
