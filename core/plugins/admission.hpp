#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "plugins/elf_file.hpp"

namespace agente::plugins {

enum class Kind : std::uint32_t {
  kChannel = AGENTE_KIND_CHANNEL,
  kPms = AGENTE_KIND_PMS,
  kExporter = AGENTE_KIND_EXPORTER,
};

/// "channel", "pms", "exporter".
[[nodiscard]] std::string_view kind_name(Kind kind);
/// The same for a number out of a file; "kind 7" for one that does not exist.
[[nodiscard]] std::string kind_name(std::uint32_t kind);

/// hot: its code leaves the process when its last instance ends. pinned: it may be used and replaced, but its code
/// stays, since closing it could crash the process. refused: it is never opened.
enum class LoadClass { kHot, kPinned, kRefused };

[[nodiscard]] std::string_view class_name(LoadClass value);

struct Verdict {
  LoadClass load_class = LoadClass::kHot;
  std::string reason;  ///< empty for hot; for refused: what does not fit, both sides, and what to do
};

/// Decides from the facts alone, without running code, whether a plugin may be opened. `expected`: the kind the YAML
/// wants; 0 takes any. Thread-safe.
[[nodiscard]] Verdict judge(const ElfFacts& facts, std::uint32_t expected = 0);

}  // namespace agente::plugins
