#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plugins/admission/elf_file.hpp"

namespace agente::plugins {

/// The libraries a plugin would bring into the process, found the way the dynamic linker finds them.
struct Dependencies {
  std::vector<std::string> missing;     ///< names that no folder of the linker has
  std::vector<std::string> unresolved;  ///< symbols that neither this process nor any of the libraries defines
  std::string pinning;                  ///< "needs libx.so.1, which imports pthread_key_create"; empty when none does
};

/// Follows DT_NEEDED through all libraries that are not resident in this process yet. Reads files, runs nothing.
[[nodiscard]] Dependencies find_dependencies(const ElfFacts& facts);

/// An imported function that leaves a hook in the process (a thread, a thread's key, an atfork handler), which would
/// point into nothing once the library is closed.
[[nodiscard]] std::optional<std::string> forbidden_import(const ElfFacts& facts);

}  // namespace agente::plugins
