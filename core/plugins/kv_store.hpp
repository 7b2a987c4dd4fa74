#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace agente::plugins {

struct KvEntry {
  std::string key{};
  std::string value{};
  unsigned schema = 0;
  std::uint64_t revision = 0;
};

/// Where the durable values of plugin instances live. Declared here, implemented over the store by app/. Thread-safe;
/// writes are durable on return. kConflict: another revision; kRetry: the store is down.
class KvStore {
 public:
  virtual ~KvStore() = default;
  virtual Result<KvEntry> get(const std::string& instance, std::string_view key) = 0;
  /// `expected`: nullopt whatever it is, 0 must not exist. Returns the new revision.
  virtual Result<std::uint64_t> put(const std::string& instance, std::string_view key, std::string_view value,
                                    unsigned schema, std::optional<std::uint64_t> expected) = 0;
  virtual Result<void> erase(const std::string& instance, std::string_view key,
                             std::optional<std::uint64_t> expected) = 0;
  virtual Result<std::vector<KvEntry>> list(const std::string& instance, std::string_view prefix,
                                            std::string_view after, int limit) = 0;
};

}  // namespace agente::plugins
