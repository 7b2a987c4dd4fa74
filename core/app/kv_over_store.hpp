#pragma once

#include "plugins/kv_store.hpp"
#include "store/store.hpp"

namespace agente::app {

/// The plugins' durable values, kept in the store's table plugin_kv.
class KvOverStore final : public plugins::KvStore {
 public:
  explicit KvOverStore(store::Store& store) : store_(store) {}

  Result<plugins::KvEntry> get(const std::string& instance, std::string_view key) override;
  Result<std::uint64_t> put(const std::string& instance, std::string_view key, std::string_view value, unsigned schema,
                            std::optional<std::uint64_t> expected) override;
  Result<void> erase(const std::string& instance, std::string_view key, std::optional<std::uint64_t> expected) override;
  Result<std::vector<plugins::KvEntry>> list(const std::string& instance, std::string_view prefix,
                                             std::string_view after, int limit) override;

 private:
  store::Store& store_;
};

}  // namespace agente::app
