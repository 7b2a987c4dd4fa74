#pragma once

#include <csignal>
#include <fstream>

#include "stage.hpp"

namespace agente::e2e {

/// One of several hosts: a folder, a port and a process of its own; the rest as the stage's config says. `program` is
/// the host, or one that is broken on purpose.
class OneOfMany {
 public:
  OneOfMany(const Stage& stage, int number, std::string program = AGENTE_HOST)
      : folder_(stage.folder() / ("host-" + std::to_string(number))), port_(free_port()), program_(std::move(program)) {
    std::filesystem::create_directories(folder_);
    auto config = stage.config_text();
    const auto port = stage.host_url().substr(stage.host_url().rfind(':') + 1);
    config.replace(config.find(port), port.size(), std::to_string(port_));
    std::ofstream(folder_ / "agente.yaml") << config;
  }
  void start(const std::map<std::string, std::string>& environment = {}) {
    process_ = std::make_unique<Process>(
        Process::Options{.command = {program_, "--config", (folder_ / "agente.yaml").string()},
                         .environment = environment,
                         .log = folder_ / ("out-" + std::to_string(++starts_))});
    process_->wait_for_line("ready:");
  }
  void kill() {
    process_->signal(SIGKILL);
    process_->wait();
  }
  int stop() {
    process_->signal(SIGTERM);
    return process_->wait();
  }
  void signal(int number) const { process_->signal(number); }
  [[nodiscard]] bool is_dead() const { return !process_->running(); }
  [[nodiscard]] pid_t pid() const { return process_->pid(); }
  /// What it has logged since it was made.
  [[nodiscard]] std::string log() const {
    std::ifstream in(folder_ / "app.log");
    return {std::istreambuf_iterator<char>(in), {}};
  }
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  /// How many of the 32 parts of the guests it works for; -1 when it does not answer.
  [[nodiscard]] int parts() const {
    const auto metrics = http("GET", url() + "/metrics").body;
    const auto at = metrics.find("\nhost_parts ");
    return at == std::string::npos ? -1 : std::stoi(metrics.substr(at + 12));
  }
  [[nodiscard]] nlohmann::json conversation(const std::string& guest) const {
    return http("GET", url() + "/api/v1/admin/conversations/whatsapp/" + guest).json();
  }
  int hears(const std::string& guest, const std::string& text, const std::string& id) const {
    const auto body = Stage::webhook_body(guest, text, id);
    return http("POST", url() + "/webhook/whatsapp", body, {{"X-Hub-Signature-256", Stage::signature(body)}}).status;
  }

  /// What a person of the hotel writes.
  int says(const std::string& guest, const std::string& text) const {
    return http("POST", url() + "/api/v1/admin/conversations/whatsapp/" + guest + "/say",
                nlohmann::json{{"text", text}}.dump(), {{"Content-Type", "application/json"}})
        .status;
  }

 private:
  std::filesystem::path folder_;
  int port_;
  std::string program_;
  int starts_ = 0;
  std::unique_ptr<Process> process_;
};

}  // namespace agente::e2e
