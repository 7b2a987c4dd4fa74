#pragma once

#include <agente/abi.h>

#include "base/result.hpp"
#include "plugins/admission/elf_file.hpp"

namespace agente::plugins {

/// The descriptor that a plugin's entry gave must say what the note in its file says, and be complete. `facts` has a
/// note. kConfig with both sides of what differs.
[[nodiscard]] Result<void> check_descriptor(const agente_plugin* plugin, const ElfFacts& facts);

}  // namespace agente::plugins
