// A channel that is polled: it counts its polls in its cursor and writes each into a file that all hosts see, as a
// mailbox would. While there is a file `gate`, a poll does not end, and while there is `slow`, neither does its create.
#include <filesystem>
#include <fstream>
#include <thread>

#include <agente/sdk.hpp>
#include <unistd.h>

class Postbox {
 public:
  static constexpr std::string_view id = "postbox";
  static constexpr std::string_view version = "1.0.0";
  static constexpr std::string_view schema =
      R"({"type": "object", "properties": {"folder": {"type": "string"}}, "required": ["folder"]})";

  Postbox(agente::host host, std::string_view /*config_json*/) : host_(host) {
    while (std::filesystem::exists(folder() / "slow")) std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }

  std::chrono::milliseconds poll(agente::call call) {
    const auto before = host_.kv_get("cursor");
    const auto letter = before ? std::stoi(before->value) + 1 : 1;
    note("begin " + std::to_string(letter));
    while (std::filesystem::exists(folder() / "gate")) std::this_thread::sleep_for(std::chrono::milliseconds{1});
    host_.kv_stage(call, "cursor", std::to_string(letter), 1);
    note("end " + std::to_string(letter));
    return std::chrono::milliseconds{100};
  }

  std::string send(const agente::outbound& message, agente::call /*call*/) { return std::string{message.key}; }
  std::vector<agente::check> self_test(agente::call /*call*/) { return {{.stage = "slot", .ok = true}}; }

 private:
  std::filesystem::path folder() {
    const auto quoted = host_.config("/folder").value();
    return quoted.substr(1, quoted.size() - 2);
  }
  void note(const std::string& what) {
    std::ofstream(folder() / "polls", std::ios::app) << std::to_string(getpid()) + " " + what + "\n";
  }

  agente::host host_;
};

AGENTE_CHANNEL_PLUGIN(Postbox);
