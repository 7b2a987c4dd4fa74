// agentctl chat: play a guest from the terminal, or from a file of lines.
#include <chrono>
#include <cstdio>
#include <iostream>
#include <memory>
#include <thread>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "app/agentctl/commands.hpp"

namespace agente::agentctl {
namespace {

using nlohmann::json;

constexpr auto kLongestTurn = std::chrono::minutes{3};

bool on_its_way(const json& reply) {
  const auto status = reply.at("status").get<std::string>();
  return status == "pending" || status == "sending";
}

/// Prints replies as they come, until the message is dealt with and all its replies are out.
Result<void> print_replies(const Client& client, const std::string& id, bool as_json) {
  const auto end = std::chrono::steady_clock::now() + kLongestTurn;
  std::size_t printed = 0;
  while (std::chrono::steady_clock::now() < end) {
    const auto turn = client.get("/api/v1/admin/messages/" + id);
    if (!turn) return turn.error();
    const auto& replies = turn->at("replies");
    bool waiting = turn->at("status") == "received";
    for (std::size_t i = 0; i < replies.size(); ++i) {
      waiting = waiting || on_its_way(replies[i]);
      if (i < printed) continue;
      const auto text = as_json ? replies[i].dump() : replies[i].at("text").get<std::string>();
      std::printf("%s\n", text.c_str());
      ++printed;
    }
    std::fflush(stdout);
    if (!waiting) return {};
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
  return Error{Code::kTimeout, "no reply for three minutes; see `agentctl messages` and the host's log"};
}

int chat(const Common& common, const std::string& name, const std::string& channel) {
  const auto client = common.client();
  const bool terminal = isatty(STDIN_FILENO) != 0;
  if (terminal) std::printf("You are %s on %s. An empty line ends the talk.\n", name.c_str(), channel.c_str());
  std::string line;
  for (;;) {
    if (terminal) std::printf("> ");
    std::fflush(stdout);
    if (!std::getline(std::cin, line)) return 0;
    if (line.empty() && terminal) return 0;
    if (line.empty()) continue;
    const auto said =
        client.post("/api/v1/admin/channels/" + url_encoded(channel) + "/messages", {{"sender", name}, {"text", line}});
    if (!said) return failed(said.error());
    if (const auto told = print_replies(client, said->at("id"), common.json); !told) return failed(told.error());
  }
}

}  // namespace

void add_chat(CLI::App& app, Common& common, Chosen& chosen) {
  auto name = std::make_shared<std::string>("guest");
  auto channel = std::make_shared<std::string>("webchat");
  auto* command = add_command(app, common, chosen, "chat", "talk to the host as a guest; takes lines from a pipe too",
                              [&common, name, channel] { return chat(common, *name, *channel); });
  command->add_option("--as", *name, "the guest's name or number; the talk goes on where it was left")
      ->capture_default_str();
  command->add_option("--channel", *channel, "the channel it comes in by")->capture_default_str();
}

}  // namespace agente::agentctl
