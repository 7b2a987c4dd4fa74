#include "plugins/admission.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <elf.h>
#include <fmt/format.h>

#include "plugins/dependencies.hpp"

namespace agente::plugins {
namespace {

constexpr std::string_view kEntry = "agente_plugin_entry";

struct Candidate {
  const ElfFacts& facts;
  std::uint32_t expected;
  const Dependencies& dependencies;
};

using Finding = std::optional<std::string>;
using Check = Finding (*)(const Candidate&);

Finding other_machine(const Candidate& c) {
  if (c.facts.machine == EM_X86_64) return {};
  return fmt::format("built for ELF machine {}, this host runs x86-64 (machine {}): build the plugin for x86-64",
                     c.facts.machine, EM_X86_64);
}

Finding no_note(const Candidate& c) {
  if (c.facts.note) return {};
  return "has no section .note.agente.plugin, so it is not an Agente plugin: build it with agente_add_plugin() of the "
         "SDK";
}

Finding wrong_abi(const Candidate& c) {
  const auto& note = *c.facts.note;
  if (note.abi_major == AGENTE_ABI_MAJOR && note.abi_minor <= AGENTE_ABI_MINOR) return {};
  return fmt::format("built for ABI {0}.{1}, this host speaks {2}.{3}: install host >= {0}.{1} or a plugin for {2}.{3}",
                     note.abi_major, note.abi_minor, AGENTE_ABI_MAJOR, AGENTE_ABI_MINOR);
}

Finding wrong_kind(const Candidate& c) {
  const auto kind = c.facts.note->kind;
  const bool known = kind >= AGENTE_KIND_CHANNEL && kind <= AGENTE_KIND_EXPORTER;
  if (known && (c.expected == 0 || c.expected == kind)) return {};
  if (!known) return fmt::format("says it is {}, which this host does not know: install a newer host", kind_name(kind));
  return fmt::format("is a {} plugin, but the YAML uses it as {}: name a {} plugin there", kind_name(kind),
                     kind_name(c.expected), kind_name(c.expected));
}

Finding no_entry(const Candidate& c) {
  if (std::ranges::find(c.facts.exported, kEntry) != c.facts.exported.end()) return {};
  return fmt::format("does not export {}: use the SDK's AGENTE_*_PLUGIN macro, or export the function", kEntry);
}

Finding bad_id(const Candidate& c) {
  const std::string_view id = c.facts.note->id;
  const bool good = !id.empty() && std::ranges::all_of(id, [](char x) {
    return (x >= 'a' && x <= 'z') || (x >= '0' && x <= '9') || x == '-';
  });
  if (good) return {};
  return "its note holds no valid id: use lowercase letters, digits and dashes";
}

Finding missing_dependency(const Candidate& c) {
  if (c.dependencies.missing.empty()) return {};
  return fmt::format("needs {}, which is not installed on this machine: install the package that has it",
                     fmt::join(c.dependencies.missing, ", "));
}

Finding never_unloads(const Candidate& c) {
  if (c.facts.no_delete) return "linked with -z nodelete, so its code can never leave the process";
  if (c.facts.gnu_unique)
    return "exports a unique symbol, so its code can never leave the process: use -fno-gnu-unique";
  return {};
}

Finding leaves_hooks(const Candidate& c) {
  const auto name = forbidden_import(c.facts);
  if (!name) return {};
  return fmt::format("imports {}, so unloading it could crash the process", *name);
}

Finding dependency_leaves_hooks(const Candidate& c) {
  if (c.dependencies.pinning.empty()) return {};
  return c.dependencies.pinning + ", so unloading it could crash the process";
}

// In this order: later checks may rely on what earlier ones have established.
constexpr std::array<Check, 7> kRefusals{other_machine, no_note, wrong_abi,         wrong_kind,
                                         no_entry,      bad_id,  missing_dependency};
constexpr std::array<Check, 3> kPins{never_unloads, leaves_hooks, dependency_leaves_hooks};

}  // namespace

std::string_view kind_name(Kind kind) {
  switch (kind) {
    case Kind::kChannel:
      return "channel";
    case Kind::kPms:
      return "pms";
    case Kind::kExporter:
      return "exporter";
  }
  return "unknown";
}

std::string kind_name(std::uint32_t kind) {
  const bool known = kind >= AGENTE_KIND_CHANNEL && kind <= AGENTE_KIND_EXPORTER;
  return known ? std::string(kind_name(static_cast<Kind>(kind))) : fmt::format("kind {}", kind);
}

std::string_view class_name(LoadClass value) {
  switch (value) {
    case LoadClass::kHot:
      return "hot";
    case LoadClass::kPinned:
      return "pinned";
    case LoadClass::kRefused:
      return "refused";
  }
  return "refused";
}

Verdict judge(const ElfFacts& facts, std::uint32_t expected) {
  const auto dependencies = find_dependencies(facts);
  const Candidate candidate{facts, expected, dependencies};
  for (const auto check : kRefusals) {
    if (auto found = check(candidate)) return {LoadClass::kRefused, std::move(*found)};
  }
  for (const auto check : kPins) {
    if (auto found = check(candidate)) return {LoadClass::kPinned, std::move(*found)};
  }
  return {};
}

}  // namespace agente::plugins
