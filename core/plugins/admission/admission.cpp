#include "plugins/admission/admission.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <elf.h>
#include <fmt/format.h>

#include "plugins/admission/dependencies.hpp"

namespace agente::plugins {
namespace {

constexpr std::string_view kEntry = "agente_plugin_entry";

struct Case {
  const ElfFacts& facts;
  const Dependencies& dependencies;
  const Candidate& of;
};

using Finding = std::optional<std::string>;

std::string some_of(const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 3;
  const auto shown = std::min(names.size(), kShown);
  auto text = fmt::format("{}", fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(shown), ", "));
  return names.size() > shown ? fmt::format("{} and {} more", text, names.size() - shown) : text;
}

Finding other_machine(const Case& c) {
  if (c.facts.machine == EM_X86_64) return {};
  return fmt::format("built for ELF machine {}, this host runs x86-64 (machine {}): build the plugin for x86-64",
                     c.facts.machine, EM_X86_64);
}

Finding no_note(const Case& c) {
  if (c.facts.has_note_section) return {};
  return "has no section .note.agente.plugin, so it is not an Agente plugin: build it with agente_add_plugin() of the "
         "SDK";
}

Finding bad_note(const Case& c) {
  if (!c.facts.note) return "its section .note.agente.plugin holds no note of owner agente: build it with the SDK";
  const std::string_view id = c.facts.note->id;
  const bool good = !id.empty() && std::ranges::all_of(id, [](char x) {
    return (x >= 'a' && x <= 'z') || (x >= '0' && x <= '9') || x == '-';
  });
  if (good) return {};
  return "its note holds no valid id: use lowercase letters, digits and dashes";
}

Finding wrong_abi(const Case& c) {
  const auto& note = *c.facts.note;
  if (note.abi_major == AGENTE_ABI_MAJOR && note.abi_minor <= AGENTE_ABI_MINOR) return {};
  return fmt::format("built for ABI {0}.{1}, this host speaks {2}.{3}: install host >= {0}.{1} or a plugin for {2}.{3}",
                     note.abi_major, note.abi_minor, AGENTE_ABI_MAJOR, AGENTE_ABI_MINOR);
}

Finding wrong_kind(const Case& c) {
  const auto kind = c.facts.note->kind;
  const auto expected = c.of.expected;
  const bool known = kind >= AGENTE_KIND_CHANNEL && kind <= AGENTE_KIND_EXPORTER;
  if (known && (expected == 0 || expected == kind)) return {};
  if (!known) return fmt::format("says it is {}, which this host does not know: install a newer host", kind_name(kind));
  return fmt::format("is a {} plugin, but the YAML uses it as {}: name a {} plugin there", kind_name(kind),
                     kind_name(expected), kind_name(expected));
}

Finding other_exports(const Case& c) {
  const auto& exported = c.facts.exported;
  if (std::ranges::find(exported, kEntry) == exported.end()) {
    return fmt::format("does not export {}: use the SDK's AGENTE_*_PLUGIN macro, or export the function", kEntry);
  }
  std::vector<std::string> others;
  std::ranges::copy_if(exported, std::back_inserter(others), [](const auto& name) { return name != kEntry; });
  if (others.empty()) return {};
  return fmt::format(
      "exports {} besides {}: link it with the SDK's version script agente_plugin.map, so that its names "
      "cannot clash with another plugin's",
      some_of(others), kEntry);
}

Finding text_relocations(const Case& c) {
  if (!c.facts.text_relocations) return {};
  return "has text relocations, so its code would be writable while it is loaded: compile everything in it with -fPIC";
}

Finding executable_stack(const Case& c) {
  if (!c.facts.executable_stack) return {};
  return "wants an executable stack, which would be the whole host's: link it with -Wl,-z,noexecstack";
}

Finding own_runtime(const Case& c) {
  if (!c.facts.static_libstdcxx) return {};
  return "carries its own C++ runtime, which leaks at every load and aborts on an exception: link it without "
         "-static-libstdc++";
}

/// What lies beside the plugin is in no plugins.lock, and has no private copy.
Finding brings_libraries(const Case& c) {
  if (!c.facts.search_path.empty()) {
    return fmt::format(
        "has an RPATH to {}, and libraries come from the system only: link it without RPATH (SKIP_BUILD_RPATH in "
        "CMake), and what is its own into the plugin itself",
        c.facts.search_path);
  }
  const auto by_path = [](const std::string& name) { return name.find('/') != std::string::npos; };
  const auto found = std::ranges::find_if(c.facts.needed, by_path);
  if (found == c.facts.needed.end()) return {};
  return fmt::format(
      "needs {} by its path, and libraries come from the system only, by name: link it against a library with a "
      "soname, "
      "or link what is its own into the plugin itself",
      *found);
}

Finding missing_dependency(const Case& c) {
  if (c.dependencies.missing.empty()) return {};
  return fmt::format("needs {}, which is not installed on this machine: install the package that has it",
                     fmt::join(c.dependencies.missing, ", "));
}

Finding unresolved(const Case& c) {
  if (!c.dependencies.missing.empty() || c.dependencies.unresolved.empty()) return {};
  return fmt::format(
      "uses {}, which no library it needs defines: link the library that does (-Wl,-z,defs tells at "
      "build time)",
      some_of(c.dependencies.unresolved));
}

Finding never_deleted(const Case& c) {
  if (c.facts.no_delete) return "linked with -z nodelete, so its code can never leave the process";
  return {};
}

Finding unique_symbol(const Case& c) {
  if (!c.facts.gnu_unique) return {};
  return "has a unique symbol, so its code can never leave the process: compile it with -fno-gnu-unique";
}

Finding leaves_hooks(const Case& c) {
  const auto name = forbidden_import(c.facts);
  if (!name) return {};
  return fmt::format("imports {}, so unloading it could crash the process", *name);
}

Finding dependency_leaves_hooks(const Case& c) {
  if (c.dependencies.pinning.empty()) return {};
  return c.dependencies.pinning + ", so unloading it could crash the process";
}

struct Check {
  AdmissionCheck is;
  Finding (*find)(const Case&);
  bool must_hold = false;  ///< later ones rely on it
};

constexpr auto kRefused = LoadClass::kRefused;
constexpr auto kPinned = LoadClass::kPinned;

constexpr std::array<Check, 16> kChecks{{{{"elf-machine", kRefused}, &other_machine, true},
                                         {{"note-present", kRefused}, &no_note, true},
                                         {{"note-valid", kRefused}, &bad_note, true},
                                         {{"abi-minor-supported", kRefused}, &wrong_abi},
                                         {{"kind-known", kRefused}, &wrong_kind},
                                         {{"exports-only-entry", kRefused}, &other_exports},
                                         {{"no-textrel", kRefused}, &text_relocations},
                                         {{"no-exec-stack", kRefused}, &executable_stack},
                                         {{"no-static-libstdcxx", kRefused}, &own_runtime},
                                         {{"system-libraries", kRefused}, &brings_libraries},
                                         {{"needed-resolvable", kRefused}, &missing_dependency},
                                         {{"undefined-resolvable", kRefused}, &unresolved},
                                         {{"no-nodelete", kPinned}, &never_deleted},
                                         {{"no-gnu-unique", kPinned}, &unique_symbol},
                                         {{"no-pinning-import", kPinned}, &leaves_hooks},
                                         {{"no-pinning-library", kPinned}, &dependency_leaves_hooks}}};

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

std::vector<Objection> examine(const Candidate& candidate) {
  const auto dependencies = find_dependencies(candidate.facts);
  std::vector<Objection> found;
  for (const auto& check : kChecks) {
    auto reason = check.find({candidate.facts, dependencies, candidate});
    if (!reason) continue;
    found.push_back({check.is.name, check.is.consequence, std::move(*reason)});
    if (check.must_hold) break;
  }
  return found;
}

Verdict judge(const Candidate& candidate) {
  auto found = examine(candidate);
  if (found.empty()) return {};
  return {found.front().consequence, std::move(found.front().reason)};
}

std::vector<AdmissionCheck> admission_checks() {
  std::vector<AdmissionCheck> checks;
  checks.reserve(kChecks.size());
  for (const auto& check : kChecks) checks.push_back(check.is);
  return checks;
}

}  // namespace agente::plugins
