#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/admission/elf_file.hpp"

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
  std::string reason;  ///< empty for hot; else what does not fit, both sides, and what to do
};

/// What one check has against a file. The names of all checks: `admission_checks`.
struct Objection {
  std::string_view check;  ///< "no-textrel"
  LoadClass consequence;   ///< refused or pinned
  std::string reason;
};

/// What is judged.
struct Candidate {
  const ElfFacts& facts;
  std::uint32_t expected = 0;  ///< the kind the YAML wants; 0 takes any
};

/// All that stands against a file, refusals first, decided without running any of its code. Thread-safe.
[[nodiscard]] std::vector<Objection> examine(const Candidate& candidate);

/// The same in one word: the class, and the first reason for it.
[[nodiscard]] Verdict judge(const Candidate& candidate);

/// The checks of `examine`, in its order: name and class.
struct AdmissionCheck {
  std::string_view name;
  LoadClass consequence;
};
[[nodiscard]] std::vector<AdmissionCheck> admission_checks();

}  // namespace agente::plugins
