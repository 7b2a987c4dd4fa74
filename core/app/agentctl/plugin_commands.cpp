// agentctl plugin list, plugin inspect FILE.so (offline).
#include <cstdio>
#include <memory>

#include <nlohmann/json.hpp>

#include "app/agentctl/commands.hpp"
#include "plugins/plugin_host.hpp"

namespace agente::agentctl {
namespace {

using nlohmann::json;

std::string cell(const json& row, const char* key) {
  const auto& value = row.at(key);
  if (value.is_null()) return "-";
  return value.is_string() ? value.get<std::string>() : value.dump();
}

/// A JSON array with one row a line: good for programs and for eyes.
void print_array(const json& rows) {
  std::printf("[");
  for (std::size_t i = 0; i < rows.size(); ++i) std::printf("%s\n%s", i == 0 ? "" : ",", rows[i].dump().c_str());
  std::printf("\n]\n");
}

int list(const Common& common) {
  const auto answer = common.client().get("/api/v1/admin/plugins");
  if (!answer) return failed(answer.error());
  const auto& rows = answer->at("plugins");
  if (common.json) {
    print_array(rows);
    return 0;
  }
  std::printf("%-16s %-16s %-9s %-9s %-4s %-9s %-5s %-6s %s\n", "INSTANCE", "PLUGIN", "KIND", "VERSION", "GEN", "STATE",
              "CALLS", "IMAGES", "ISOLATION");
  for (const auto& row : rows) {
    std::printf("%-16s %-16s %-9s %-9s %-4s %-9s %-5s %-6s %s\n", cell(row, "instance").c_str(),
                cell(row, "id").c_str(), cell(row, "kind").c_str(), cell(row, "version").c_str(),
                cell(row, "generation").c_str(), cell(row, "state").c_str(), cell(row, "in_flight").c_str(),
                cell(row, "resident_images").c_str(), cell(row, "isolation").c_str());
    if (!row.at("reason").is_null()) std::printf("    %s\n", cell(row, "reason").c_str());
  }
  return 0;
}

int inspect(const std::string& file, bool as_json) {
  const auto facts = plugins::inspect(file);
  if (!facts) return failed(facts.error());
  if (as_json) {
    std::printf("%s\n", facts->dump(2).c_str());
  } else {
    for (const auto* key : {"id", "version", "kind", "abi", "class", "reason"}) {
      if (facts->contains(key)) std::printf("%-8s %s\n", key, cell(*facts, key).c_str());
    }
    if (facts->contains("schema")) std::printf("schema\n%s\n", facts->at("schema").dump(2).c_str());
  }
  return facts->value("class", "refused") == "refused" ? 1 : 0;
}

}  // namespace

void add_plugin(CLI::App& app, Common& common, Chosen& chosen) {
  auto* plugin = app.add_subcommand("plugin", "channels, PMS backends and exporters");
  plugin->require_subcommand(1);
  add_command(*plugin, common, chosen, "list", "a row per instance of the running host",
              [&common] { return list(common); });
  auto file = std::make_shared<std::string>();
  auto* command = add_command(*plugin, common, chosen, "inspect",
                              "offline: what FILE says of itself and whether a host would load it; runs none of it",
                              [&common, file] { return inspect(*file, common.json); });
  command->add_option("FILE", *file, "a plugin, e.g. whatsapp.so")->required();
}

}  // namespace agente::agentctl
