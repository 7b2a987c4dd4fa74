#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <agente/abi.h>

#include "base/result.hpp"

namespace agente::plugins {

/// What a shared library says about itself, read without running any of it.
struct ElfFacts {
  std::uint16_t machine = 0;      ///< EM_*
  bool has_note_section = false;  ///< even if what it holds is no note of ours
  std::optional<agente_note> note;
  std::optional<std::string> schema;        ///< text of section .agente.schema
  std::vector<std::string> exported;        ///< defined dynamic symbols
  std::vector<std::string> undefined;       ///< must be found when it is opened
  std::vector<std::string> undefined_weak;  ///< may be missing
  std::vector<std::string> needed;          ///< DT_NEEDED, DT_AUXILIARY, DT_FILTER
  std::string soname;
  std::string search_path;  ///< DT_RPATH or DT_RUNPATH
  bool gnu_unique = false;  ///< exports an STB_GNU_UNIQUE symbol
  bool no_delete = false;   ///< DF_1_NODELETE
  bool text_relocations = false;
  bool executable_stack = false;
  bool static_libstdcxx = false;  ///< carries its own copy of the C++ runtime
  bool binds_now = false;         ///< DF_BIND_NOW or DF_1_NOW
  bool has_relro = false;         ///< PT_GNU_RELRO
};

/// Reads a 64-bit little-endian ELF shared object. Every offset is checked against `file`, which may be hostile.
/// kInvalid with a sentence for anything that is not one, or that is cut short. Thread-safe.
[[nodiscard]] Result<ElfFacts> read_elf(std::span<const std::byte> file);

}  // namespace agente::plugins
