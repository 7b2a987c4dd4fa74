#pragma once

#include <string>

#include <agente/sdk.hpp>

#include "records.hpp"

namespace house {

/// Somebody else wrote since we last read: read again, decide again.
struct Stale {};

/// Where the ledger is kept. Not thread-safe; but several vaults, of several processes or plugin versions, may share
/// one place: no write ever buries another's.
class Vault {
 public:
  Vault() = default;
  Vault(const Vault&) = delete;
  Vault& operator=(const Vault&) = delete;
  virtual ~Vault() = default;

  /// Whether the place differs from what we last read or wrote.
  [[nodiscard]] virtual bool changed() = 0;
  /// Throws CONFIG when what is there is not ours to read, RETRY when it cannot be reached.
  [[nodiscard]] virtual Ledger load() = 0;
  /// Makes `ledger` durable, in which `latest` is the only change since the last load or save. Throws Stale, and
  /// agente::error; after either, load again: RETRY did not happen, UNKNOWN_OUTCOME may have.
  virtual void save(const Ledger& ledger, const Record& latest) = 0;
  /// Throws when a save would fail now.
  virtual void probe() = 0;
};

}  // namespace house
