#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "store/records.hpp"
#include "store/sql.hpp"

namespace agente::store {

/// The durable truth. Thread-safe.
///
/// Writes of many threads are committed together (group commit): each closure runs inside the one write transaction,
/// and its caller returns when that transaction is on the disk. If the batch fails, its closures are run one by one, so
/// only the bad one fails: a closure may therefore run more than once and must compute its outputs anew each time.
class Store {
 public:
  using Work = std::function<void(sql::Connection&)>;

  virtual ~Store() = default;

  /// kRetry when the store cannot accept now (unreachable, disk full); otherwise what the closure's failure says.
  virtual Result<void> write(const Work& work) = 0;
  /// Reads a consistent snapshot; never waits for writers.
  virtual Result<void> read(const Work& work) = 0;
  /// Whether a write would be accepted now, and why not: readiness.
  virtual Result<void> health() = 0;
};

/// Opens "sqlite:PATH" (creating folder and file), takes its lock file and brings the schema up to date.
/// kConfig: unknown URL, schema newer than this host (both versions named), another host has it (its pid named).
Result<std::unique_ptr<Store>> open(const std::string& url, const Clock& clock);

}  // namespace agente::store
