#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "vault.hpp"

namespace house {

/// The ledger in the host's kv: "b/<booking id>" for each booking, and "head", which carries the counters and the
/// latest record. Replacing the head is the commit; the record goes to its own key with the next save. So one write
/// decides, and of two writers that know the same head only one gets through.
class KvVault final : public Vault {
 public:
  explicit KvVault(agente::host host) : host_(host) {}

  [[nodiscard]] bool changed() override;
  [[nodiscard]] Ledger load() override;
  void save(const Ledger& ledger, const Record& latest) override;
  void probe() override;

 private:
  [[nodiscard]] Ledger read_once();
  void put(const std::string& key, const std::string& value, std::uint64_t& revision);
  void settle_pending();

  agente::host host_;
  std::uint64_t head_ = agente::kv_any;             ///< revision we know; kv_any: never read
  std::optional<Record> pending_;                   ///< in the head, not yet under its own key
  std::map<std::string, std::uint64_t> revisions_;  ///< of the keys of records
};

}  // namespace house
