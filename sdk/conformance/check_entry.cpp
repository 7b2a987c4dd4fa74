#include <regex>
#include <thread>

#include "conformance/check.hpp"

// What the entry function answers.
namespace agente::conformance {
namespace {

using agente::detail::view;

std::uint64_t fnv1a(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return hash;
}

Finding answers(Trial& trial) {
  const auto* plugin = trial.open().entry(AGENTE_ABI_MAJOR);
  if (plugin == nullptr)
    return fail("agente_plugin_entry(" + std::to_string(AGENTE_ABI_MAJOR) +
                ") is NULL, though the note says that it serves this ABI: return the descriptor");
  if (plugin->struct_size < kSmallest<agente_plugin>)
    return fail("the descriptor's struct_size is " + std::to_string(plugin->struct_size) + ", not " +
                std::to_string(kSmallest<agente_plugin>) + ": set it to sizeof(agente_plugin)");
  if (plugin->create == nullptr || plugin->destroy == nullptr || plugin->query == nullptr)
    return fail("the descriptor lacks create, destroy or query: set all three");
  return pass("the descriptor is complete");
}

Finding refuses_other_majors(Trial& trial) {
  const auto& image = trial.open();
  for (const std::uint32_t major : {AGENTE_ABI_MAJOR + 1, AGENTE_ABI_MAJOR + 7, UINT32_MAX}) {
    if (image.entry(major) != nullptr)
      return fail("agente_plugin_entry(" + std::to_string(major) +
                  ") answers a descriptor: answer NULL for any major version but " + std::to_string(AGENTE_ABI_MAJOR));
  }
  return pass("NULL for major versions it cannot serve");
}

Finding repeatable(Trial& trial) {
  const auto& image = trial.open();
  const auto* first = image.entry(AGENTE_ABI_MAJOR);
  constexpr int kThreads = 4;
  std::vector<const agente_plugin*> seen(kThreads);
  {
    std::vector<std::jthread> threads;
    threads.reserve(seen.size());
    for (auto& slot : seen) threads.emplace_back([&image, &slot] { slot = image.entry(AGENTE_ABI_MAJOR); });
  }
  seen.push_back(image.entry(AGENTE_ABI_MAJOR));
  for (const auto* other : seen) {
    if (other != first) return fail("a second call of the entry answers another descriptor: answer one static record");
  }
  return pass("the same descriptor at every call");
}

Finding equals_note(Trial& trial) {
  const auto& plugin = trial.plugin();
  const auto& note = *trial.subject().facts.note;
  const auto differs = [](const std::string& what) {
    return fail("the note in the file and the descriptor differ in " + what +
                ": the host refuses it; build both from one source, as the SDK's macro does");
  };
  if (plugin.kind != note.kind) return differs("kind");
  if (plugin.abi_major != note.abi_major || plugin.abi_minor != note.abi_minor) return differs("ABI");
  if (plugin.flags != note.flags) return differs("flags");
  if (view(plugin.id) != std::string_view(note.id)) return differs("id");
  if (view(plugin.version) != std::string_view(note.version)) return differs("version");
  const auto schema = view(plugin.config_schema);
  if (schema != trial.subject().facts.schema.value_or("")) return differs("the schema's text");
  if (fnv1a(schema) != note.schema_fnv1a) return differs("the schema's FNV-1a");
  return pass("note and descriptor say the same");
}

Finding semantic_version(Trial& trial) {
  const std::string version(view(trial.plugin().version));
  static const std::regex pattern(R"((0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?)");
  if (std::regex_match(version, pattern)) return pass("version " + version);
  return fail("the version is \"" + version + "\": write a semantic version such as 1.4.0, which upgrades are told by");
}

Finding file_named_after_id(Trial& trial) {
  if (!trial.subject().facts.note) return skip("the file has no note");
  const std::string id = trial.subject().facts.note->id;
  if (trial.subject().file.filename() == id + ".so") return pass("the file is called " + id + ".so");
  return warn("the file is called " + trial.subject().file.filename().string() + ", and the host looks for " + id +
              ".so: rename it");
}

constexpr Check kChecks[] = {
    {.id = kAnswers,
     .about = "agente_plugin_entry answers the host's major version with a descriptor that is complete: struct_size, "
              "create, destroy and query. Every check that uses an instance stands on this one.",
     .run = &answers,
     .needs = kOpens},
    {.id = "entry/other-majors-refused",
     .about = "For a major version that it was not built for, the entry answers NULL. A later host asks in its own "
              "version and must not get a descriptor it would misread.",
     .run = &refuses_other_majors,
     .needs = kAnswers},
    {.id = "entry/repeatable",
     .about = "The entry answers the same descriptor at every call, from any thread.",
     .run = &repeatable,
     .needs = kAnswers},
    {.id = "entry/equals-note",
     .about = "Kind, ABI, flags, id, version and schema of the descriptor are those of the note and the section "
              ".agente.schema. The host decides by the note and refuses a plugin that then says something else.",
     .run = &equals_note,
     .needs = kAnswers},
    {.id = "entry/version-semver",
     .about = "The version is a semantic version (MAJOR.MINOR.PATCH).",
     .run = &semantic_version,
     .needs = kAnswers},
    {.id = "entry/file-named-after-id",
     .about = "The file is called <id>.so, which is how the host finds it in the folders of plugins.path. Only a "
              "warning: a file may be renamed when it is installed.",
     .run = &file_named_after_id},
};

}  // namespace

std::span<const Check> entry_checks() { return kChecks; }

}  // namespace agente::conformance
