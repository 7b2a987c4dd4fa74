// agentctl config check FILE (offline).
#include <cstdio>
#include <memory>

#include <nlohmann/json.hpp>

#include "app/agentctl/commands.hpp"
#include "config/load.hpp"
#include "plugins/plugin_host.hpp"

namespace agente::agentctl {
namespace {

using nlohmann::json;

int check(const std::string& file, bool as_json) {
  const auto loaded = config::load(file, {.schema_of = plugins::read_schema});
  if (as_json) {
    json problems = json::array();
    for (const auto& problem : loaded.problems) {
      problems.push_back({{"file", problem.file},
                          {"line", problem.at.line},
                          {"column", problem.at.column},
                          {"text", problem.text},
                          {"instance", problem.instance.empty() ? json(nullptr) : json(problem.instance)}});
    }
    std::printf("%s\n", json{{"ok", loaded.ok()}, {"problems", problems}}.dump().c_str());
  } else {
    for (const auto& problem : loaded.problems) std::printf("%s\n", config::format(problem).c_str());
    if (loaded.ok()) std::printf("%s: good\n", file.c_str());
  }
  return loaded.ok() ? 0 : 1;
}

}  // namespace

void add_config(CLI::App& app, Common& common, Chosen& chosen) {
  auto* config = app.add_subcommand("config", "the YAML configuration");
  config->require_subcommand(1);
  auto file = std::make_shared<std::string>();
  auto* command = add_command(*config, common, chosen, "check",
                              "offline: every mistake of FILE with line and column; exit 0 when there is none",
                              [&common, file] { return check(*file, common.json); });
  command->add_option("FILE", *file, "the configuration file")->required();
}

}  // namespace agente::agentctl
