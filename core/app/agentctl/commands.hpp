#pragma once

#include <functional>
#include <string>

#include <CLI/CLI.hpp>

#include "app/agentctl/client.hpp"

/// The operator's commands, one file per family. Each `add_*` declares its subcommands; what is chosen puts its work
/// into `Chosen::run`, which main calls. Exit codes: 0 done, 1 the answer is no, 2 wrong usage.
namespace agente::agentctl {

/// Options that every command has, before or after its name.
struct Common {
  std::string url = "http://127.0.0.1:8000";
  std::string token;
  bool json = false;

  [[nodiscard]] Client client() const { return {url, token}; }
};

struct Chosen {
  std::function<int()> run;
};

/// A subcommand that takes the common options too and runs `work` when it is chosen.
CLI::App* add_command(CLI::App& parent, Common& common, Chosen& chosen, const std::string& name,
                      const std::string& help, std::function<int()> work);

void add_config(CLI::App& app, Common& common, Chosen& chosen);
void add_plugin(CLI::App& app, Common& common, Chosen& chosen);
void add_plugin_new(CLI::App& plugin, Common& common, Chosen& chosen);
void add_messages(CLI::App& app, Common& common, Chosen& chosen);
void add_events(CLI::App& app, Common& common, Chosen& chosen);
void add_conversation(CLI::App& app, Common& common, Chosen& chosen);
void add_guest(CLI::App& app, Common& common, Chosen& chosen);
void add_pms(CLI::App& app, Common& common, Chosen& chosen);
void add_chat(CLI::App& app, Common& common, Chosen& chosen);
void add_understand(CLI::App& app, Common& common, Chosen& chosen);
void add_store(CLI::App& app, Common& common, Chosen& chosen);
void add_whatsapp(CLI::App& app, Common& common, Chosen& chosen);
void add_self_test(CLI::App& app, Common& common, Chosen& chosen);

/// What `self-test INSTANCE` does; its exit code.
int self_test(const Common& common, const std::string& instance);

/// Prints the failure to stderr; the exit code of a command that failed.
int failed(const Error& error);

}  // namespace agente::agentctl
