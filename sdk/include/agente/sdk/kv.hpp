/// Durable values of the instance.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <agente/host.h>
#include <agente/sdk/detail.hpp>

namespace agente {

struct kv_entry {
  std::string key = {};
  std::string value = {};
  std::uint32_t schema = 0;    ///< your own number for the layout of value; version n+1 of the plugin reads n
  std::uint64_t revision = 0;  ///< changes with every write
};

inline constexpr std::uint64_t kv_any = AGENTE_KV_ANY;  ///< write whatever the revision is
inline constexpr std::uint64_t kv_absent = 0;           ///< write only if the key does not exist

namespace detail {

/// Adds the entry to a std::vector<kv_entry>.
inline agente_status take_entry(void* entries, const agente_kv_entry* given) noexcept {
  return guarded(nullptr, [&]() -> agente_status {
    const auto raw = read(given);
    static_cast<std::vector<kv_entry>*>(entries)->push_back(
        {.key = copy(raw.key), .value = std::string{view(raw.value)}, .schema = raw.schema, .revision = raw.revision});
    return AGENTE_OK;
  });
}

}  // namespace detail
}  // namespace agente
