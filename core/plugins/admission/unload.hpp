#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "plugins/admission/elf_file.hpp"

/// Proof that the code of a closed plugin has left the process: dlclose's own word is none.
namespace agente::plugins {

/// The linker lists a library under exactly this path.
[[nodiscard]] bool is_listed(const std::filesystem::path& path);
/// The kernel's list of mappings names this path.
[[nodiscard]] bool is_mapped(const std::filesystem::path& path);

/// Why a library is still in the process after it was closed, as far as its own facts tell; nothing when neither the
/// linker nor the memory map knows it any more.
[[nodiscard]] std::optional<std::string> why_mapped(const std::filesystem::path& path, const ElfFacts& facts);

}  // namespace agente::plugins
