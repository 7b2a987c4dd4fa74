// agentctl plugin list, reload; offline: inspect FILE.so, lock.
#include <cstdio>
#include <memory>
#include <vector>

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

/// What was tried last, unless that is what runs.
void print_change(const json& change) {
  if (change.is_null() || change.at("outcome") == "live" || change.at("outcome") == "unchanged") return;
  std::printf("    %s %s at %s: %s\n", cell(change, "outcome").c_str(), cell(change, "version").c_str(),
              cell(change, "at").c_str(), cell(change, "reason").c_str());
}

int list(const Common& common) {
  const auto answer = common.client().get("/api/v1/admin/plugins");
  if (!answer) return failed(answer.error());
  const auto& rows = answer->at("plugins");
  if (common.json) {
    print_array(rows);
    return 0;
  }
  std::printf("%-16s %-16s %-9s %-9s %-4s %-10s %-5s %-6s %-5s %-7s %-7s %s\n", "INSTANCE", "PLUGIN", "KIND", "VERSION",
              "GEN", "STATE", "CALLS", "IMAGES", "STUCK", "CRASHES", "CLASS", "ISOLATION");
  for (const auto& row : rows) {
    std::printf("%-16s %-16s %-9s %-9s %-4s %-10s %-5s %-6s %-5s %-7s %-7s %s\n", cell(row, "instance").c_str(),
                cell(row, "id").c_str(), cell(row, "kind").c_str(), cell(row, "version").c_str(),
                cell(row, "generation").c_str(), cell(row, "state").c_str(), cell(row, "in_flight").c_str(),
                cell(row, "resident_images").c_str(), cell(row, "stuck").c_str(), cell(row, "crashes").c_str(),
                cell(row, "class").c_str(), cell(row, "isolation").c_str());
    if (!row.at("reason").is_null()) std::printf("    %s\n", cell(row, "reason").c_str());
    print_change(row.at("last_change"));
  }
  return 0;
}

int reload(const Common& common, const std::string& instance) {
  constexpr std::chrono::minutes kThreeDeadlines{30};  // the host gives up by then, and says so itself
  const auto answer =
      common.client().post("/api/v1/admin/plugins/reload?instance=" + url_encoded(instance), {}, kThreeDeadlines);
  if (!answer) return failed(answer.error());
  if (common.json) {
    std::printf("%s\n", answer->dump().c_str());
  } else {
    std::printf("%s: generation %s is live, %s %s\n", instance.c_str(), cell(*answer, "generation").c_str(),
                cell(*answer, "id").c_str(), cell(*answer, "version").c_str());
  }
  return 0;
}

/// What a host with `plugins.lock` would ask for, of every plugin in the folders that it would load.
int print_digests(const std::vector<std::string>& folders, bool as_json) {
  const auto digests = plugins::list_digests({folders.begin(), folders.end()});
  if (!digests) return failed(digests.error());
  json rows = json::array();
  for (const auto& [name, digest] : *digests) {
    if (!as_json) std::printf("%s  %s\n", digest.c_str(), name.c_str());
    rows.push_back({{"file", name}, {"sha256", digest}});
  }
  if (as_json) print_array(rows);
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
  auto instance = std::make_shared<std::string>();
  command = add_command(*plugin, common, chosen, "reload",
                        "upgrade INSTANCE to its plugin's file as it is now; exit 0 only once the new one is live",
                        [&common, instance] { return reload(common, *instance); });
  command->add_option("INSTANCE", *instance, "as `plugin list` shows it, e.g. whatsapp or sol/pms")->required();
  auto folders = std::make_shared<std::vector<std::string>>();
  command = add_command(*plugin, common, chosen, "lock",
                        "offline: the digests of all plugins in FOLDERS, for the file that `plugins.lock` names",
                        [&common, folders] { return print_digests(*folders, common.json); });
  command->add_option("FOLDERS", *folders, "default: the folder that came with this program");
  add_plugin_new(*plugin, common, chosen);
}

}  // namespace agente::agentctl
