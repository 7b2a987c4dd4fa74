#pragma once

#include <cstdint>

namespace agente::plugins::isolation {

/// At the start, while there is one thread: no new privileges, the end together with the host, no processes beside this
/// one, / as the folder. What the kernel refuses is left out.
void settle_in();

/// Before the plugin's file is opened: limits of address space (not under sanitizers) and descriptors, no core dumps.
void confine(std::uint32_t memory_mb, std::uint32_t open_files);

}  // namespace agente::plugins::isolation
