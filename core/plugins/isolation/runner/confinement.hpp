#pragma once

#include <cstdint>

namespace agente::plugins::isolation {

/// At the start, before anything is read: no new privileges, the end together with the host, / as the folder.
void settle_in();

/// Before the plugin's file is opened: limits of address space (not under sanitizers) and descriptors, no core dumps,
/// no processes beside this one. What the kernel refuses is left out.
void confine(std::uint32_t memory_mb, std::uint32_t open_files);

}  // namespace agente::plugins::isolation
