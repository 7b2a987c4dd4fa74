// agentctl: the operator's hand on a running host, and the offline checks.
#include <cstdio>
#include <cstdlib>

#include "app/agentctl/commands.hpp"
#include "app/version.hpp"

namespace agente::agentctl {

int failed(const Error& error) {
  std::fprintf(stderr, "agentctl: %s\n", error.text.c_str());
  return 1;
}

namespace {

void add_common(CLI::App& app, Common& common) {
  app.add_option("--url", common.url, "the host's operator address")->capture_default_str();
  app.add_option("--token", common.token, "one of server.tokens, where the host does not trust the place");
  app.add_flag("--json", common.json, "for programs: JSON instead of text");
}

}  // namespace

CLI::App* add_command(CLI::App& parent, Common& common, Chosen& chosen, const std::string& name,
                      const std::string& help, std::function<int()> work) {
  auto* command = parent.add_subcommand(name, help);
  add_common(*command, common);
  command->callback([&chosen, work = std::move(work)] { chosen.run = work; });
  return command;
}

}  // namespace agente::agentctl

int main(int argc, char** argv) {
  using namespace agente::agentctl;
  CLI::App app{"agentctl: look into a running host and drive it; offline commands need no host."};
  Common common;
  Chosen chosen;
  if (const char* token = std::getenv("AGENTE_TOKEN")) common.token = token;
  app.add_option("--url", common.url, "the host's operator address")->capture_default_str();
  app.add_option("--token", common.token, "one of server.tokens (or the variable AGENTE_TOKEN)");
  app.add_flag("--json", common.json, "for programs: JSON instead of text");
  app.set_version_flag("--version", std::string(agente::app::kVersion));
  app.require_subcommand(1);
  add_config(app, common, chosen);
  add_plugin(app, common, chosen);
  add_messages(app, common, chosen);
  add_events(app, common, chosen);
  add_conversation(app, common, chosen);
  add_guest(app, common, chosen);
  add_chat(app, common, chosen);
  add_understand(app, common, chosen);
  add_self_test(app, common, chosen);
  add_pms(app, common, chosen);
  add_whatsapp(app, common, chosen);
  add_store(app, common, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return chosen.run ? chosen.run() : 2;
}
