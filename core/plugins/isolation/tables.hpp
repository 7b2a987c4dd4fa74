#pragma once

#include <cstdint>
#include <cstring>

#include <agente/channel.h>
#include <agente/exporter.h>
#include <agente/pms.h>

#include "plugins/isolation/operations.hpp"

namespace agente::plugins::isolation {

/// Tables whose every function passes the call on to a Remote, which is its `self`.
extern const agente_channel_v1 kChannelTable;
extern const agente_channel_presence_v1 kPresenceTable;
extern const agente_channel_media_v1 kMediaTable;
extern const agente_pms_v1 kPmsTable;
extern const agente_exporter_v1 kExporterTable;

/// The interface itself is offered; the bits below it stand for its functions, in order.
inline constexpr std::uint32_t kIsOffered = 1U << 31U;
/// agente.channel.presence/1 is offered besides, and has its function.
inline constexpr std::uint32_t kPresenceIsOffered = 1U << 30U;
inline constexpr std::uint32_t kPresenceHasSeen = 1U << 29U;
/// The same of agente.channel.media/1.
inline constexpr std::uint32_t kMediaIsOffered = 1U << 28U;
inline constexpr std::uint32_t kMediaHasFetch = 1U << 27U;
inline constexpr std::uint32_t kMediaHasUpload = 1U << 26U;

/// Which functions of a plugin's table are not NULL; 0 for no table.
template <class Table>
std::uint32_t offered(const Table* table) {
  if (table == nullptr) return 0;
  const void* entries[sizeof(Table) / sizeof(void*)];
  std::memcpy(entries, table, sizeof entries);
  std::uint32_t mask = kIsOffered;
  for (std::size_t i = 0; i < std::size(entries); ++i) mask |= entries[i] != nullptr ? 1U << i : 0U;
  return mask;
}

/// `all` with NULL for what is not offered.
template <class Table>
Table only_offered(const Table& all, std::uint32_t mask) {
  const void* entries[sizeof(Table) / sizeof(void*)];
  std::memcpy(entries, &all, sizeof entries);
  for (std::size_t i = 0; i < std::size(entries); ++i) {
    if ((mask & (1U << i)) == 0) entries[i] = nullptr;
  }
  Table table;
  std::memcpy(&table, entries, sizeof table);
  return table;
}

}  // namespace agente::plugins::isolation
