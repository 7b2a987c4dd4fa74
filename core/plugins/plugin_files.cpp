#include "plugins/plugin_files.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "plugins/admission/file_bytes.hpp"
#include "plugins/library.hpp"

// What can be learned from plugin files without running them.

namespace agente::plugins {
namespace {

/// Where plugins are in the build tree and in an installation, seen from this program.
std::vector<std::filesystem::path> own_folders() {
  std::error_code error;
  const auto base = std::filesystem::read_symlink("/proc/self/exe", error).parent_path().parent_path();
  return {base / "plugins", base / "lib/agente-hotel/plugins"};
}

Result<ElfFacts> read_facts(const std::filesystem::path& file) {
  const auto bytes = read_file(file, kLargestImage);
  if (bytes) return read_elf(*bytes);
  return Error{Code::kNotFound, fmt::format("{} cannot be read: check the path and its rights", file.string())};
}

}  // namespace

Result<std::filesystem::path> find_plugin(const std::vector<std::filesystem::path>& search, const std::string& plugin) {
  const auto folders = search.empty() ? own_folders() : search;
  std::string searched;
  for (const auto& folder : folders) {
    auto file = folder / (plugin + ".so");
    std::error_code error;
    if (plugin.find('/') == std::string::npos && std::filesystem::exists(file, error)) return file;
    searched += (searched.empty() ? "" : ", ") + folder.string();
  }
  return Error{Code::kNotFound, fmt::format("there is no plugin {}: looked for {}.so in {}; check the name, or set "
                                            "plugins.path",
                                            plugin, plugin, searched)};
}

Result<std::string> read_schema(const config::PluginsConfig& folders, const std::string& plugin,
                                config::PluginKind kind) {
  const auto file = find_plugin(folders.path, plugin);
  if (!file && !folders.path.empty()) {  // the reader of the config names the folders itself
    return Error{file.error().code, fmt::format("there is no {}.so", plugin)};
  }
  if (!file) return file.error();
  auto facts = read_facts(*file);
  if (!facts) return Error{Code::kConfig, fmt::format("{}: {}", file->string(), facts.error().text)};
  const auto verdict = judge({*facts, static_cast<std::uint32_t>(kind_of(kind))});
  if (verdict.load_class == LoadClass::kRefused) {
    return Error{Code::kConfig, fmt::format("{}: {}", file->string(), verdict.reason)};
  }
  return facts->schema.value_or("");
}

Result<std::map<std::string, std::string>> list_digests(const std::vector<std::filesystem::path>& folders) {
  std::map<std::string, std::string> digests;
  for (const auto& folder : folders.empty() ? own_folders() : folders) {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
      if (entry.path().extension() != ".so") continue;
      const auto facts = read_facts(entry.path());
      if (!facts || judge({*facts}).load_class == LoadClass::kRefused) continue;
      digests.emplace(entry.path().filename().string(), ImageStore::digest_of(entry.path()));
    }
    if (error && !folders.empty()) {
      return Error{Code::kNotFound, fmt::format("{} cannot be read: {}", folder.string(), error.message())};
    }
  }
  return digests;
}

Result<nlohmann::json> inspect(const std::filesystem::path& file) {
  const auto facts = read_facts(file);
  if (!facts && facts.error().code == Code::kNotFound) return facts.error();
  const auto verdict = facts ? judge({*facts}) : Verdict{LoadClass::kRefused, facts.error().text};
  nlohmann::json shown{{"file", file.string()}, {"class", class_name(verdict.load_class)},
                       {"reason", nullptr},     {"id", nullptr},
                       {"version", nullptr},    {"kind", nullptr},
                       {"abi", nullptr},        {"schema", nullptr}};
  if (!verdict.reason.empty()) shown["reason"] = verdict.reason;
  if (facts && facts->note) {
    const auto& note = *facts->note;
    shown["id"] = clean_utf8(note.id);
    shown["version"] = clean_utf8(note.version);
    shown["kind"] = kind_name(note.kind);
    shown["abi"] = fmt::format("{}.{}", note.abi_major, note.abi_minor);
  }
  if (facts && facts->schema && !facts->schema->empty()) {
    auto schema = nlohmann::json::parse(*facts->schema, nullptr, false);
    shown["schema"] = schema.is_discarded() ? nlohmann::json(clean_utf8(*facts->schema)) : std::move(schema);
  }
  return shown;
}

}  // namespace agente::plugins
