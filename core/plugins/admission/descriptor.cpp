#include "plugins/admission/descriptor.hpp"

#include <string>
#include <string_view>

#include <fmt/format.h>

namespace agente::plugins {
namespace {

constexpr std::size_t kLargestSchema = std::size_t{16} << 20U;

std::uint64_t fnv1a(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return hash;
}

bool says(agente_str text, std::string_view expected) {
  if (text.len != expected.size() || text.len > kLargestSchema) return false;
  return text.len == 0 || (text.ptr != nullptr && std::string_view(text.ptr, text.len) == expected);
}

}  // namespace

Result<void> check_descriptor(const agente_plugin* plugin, const ElfFacts& facts) {
  const auto& note = *facts.note;
  const std::string id = note.id;
  const auto differs = [&](std::string_view what) {
    return Error{Code::kConfig, fmt::format("plugin {}: the note in its file and the descriptor of its entry differ in "
                                            "{}: it was put together wrongly, build it again with the SDK",
                                            id, what)};
  };
  if (plugin == nullptr) {
    return Error{Code::kConfig, fmt::format("plugin {} does not serve ABI {}, though its note says so: ask its author "
                                            "for a version that does",
                                            id, AGENTE_ABI_MAJOR)};
  }
  if (plugin->struct_size < sizeof *plugin) return differs("struct_size");
  if (plugin->kind != note.kind) return differs("kind");
  if (plugin->abi_major != note.abi_major || plugin->abi_minor != note.abi_minor) return differs("ABI");
  if (plugin->flags != note.flags) return differs("flags");
  if (!says(plugin->id, id)) return differs("id");
  if (!says(plugin->version, note.version)) return differs("version");
  const auto schema = facts.schema.value_or("");
  if (!says(plugin->config_schema, schema) || fnv1a(schema) != note.schema_fnv1a) return differs("schema");
  if (plugin->create == nullptr || plugin->destroy == nullptr || plugin->query == nullptr) {
    return Error{Code::kConfig, fmt::format("plugin {}: its descriptor lacks create, destroy or query", id)};
  }
  return {};
}

}  // namespace agente::plugins
