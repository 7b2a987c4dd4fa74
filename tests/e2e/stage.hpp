#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "process.hpp"
#include "servers/postgres_server.hpp"
#include "servers/redis_server.hpp"

namespace agente::e2e {

struct Answer {
  int status = 0;
  std::string body;
  std::map<std::string, std::string> headers;

  [[nodiscard]] nlohmann::json json() const { return nlohmann::json::parse(body, nullptr, false); }
};

/// One HTTP request to this machine; status 0 when nobody answers.
Answer http(const std::string& method, const std::string& url, const std::string& body = "",
            const std::map<std::string, std::string>& headers = {});

/// Whether the hosts of these tests keep their store in PostgreSQL and their cache in Redis (AGENTE_E2E_SERVERS is
/// set), instead of SQLite and their own process.
bool on_servers();
/// The servers of this test process, started when first asked for.
servers::PostgresServer& postgres();
servers::RedisServer& redis();

/// A host, a WhatsApp simulator and a folder of their own: the whole stage on which a guest and a hotel meet.
class Stage {
 public:
  struct Options {
    std::string environment = "test";
    bool servers = on_servers();
    std::string clock;  ///< AGENTE_CLOCK; empty: the real time
    int send_settle_seconds = 1;
    int booking_settle_seconds = 1;
    int booking_wait_seconds = 900;
    int gather_ms = 0;  ///< each message as it arrives: a test that waits a second for each takes long
    int pms_pause_seconds = 30;
    int pms_deadline_ms = 2000;
    bool own_plugins = false;  ///< a copy of the plugins' folder, for tests that change it
    bool watch = true;         ///< the host takes up changed plugin files by itself
    std::string pms_plugin = "house-pms";
    std::string pms_config{};     ///< YAML flow mapping for it; empty: house-pms with many doubles
    std::string more_channels{};  ///< YAML, items of `channels` and whatever follows them
    std::vector<std::string> simulator_arguments{};
    std::map<std::string, std::string> host_environment{};
  };
  explicit Stage(Options options);
  ~Stage();

  void start_simulator();
  void start_host(const std::map<std::string, std::string>& environment = {});
  /// Waits until the host has ended by itself (a kill point); its exit code.
  int wait_for_host_to_end();
  void kill_host();
  /// SIGKILL to the processes of isolated plugins.
  void kill_runners() const { host_->kill_children(); }
  void signal_host(int number) const { host_->signal(number); }
  /// SIGTERM; the exit code.
  int stop_host();

  /// POSTs a text of a guest to the host exactly as Meta does, signed; the host's status, 0 when it died meanwhile.
  int guest_writes(const std::string& guest, const std::string& text, const std::string& id);
  /// The body of such a webhook.
  [[nodiscard]] static std::string webhook_body(const std::string& guest, const std::string& text,
                                                const std::string& id);
  [[nodiscard]] static std::string signature(const std::string& body);

  [[nodiscard]] Answer host(const std::string& method, const std::string& path, const std::string& body = "",
                            const std::map<std::string, std::string>& headers = {}) const;
  /// Texts that the simulator accepted, by guest, in order.
  [[nodiscard]] std::map<std::string, std::vector<std::string>> texts() const;
  [[nodiscard]] std::vector<std::string> texts_to(const std::string& guest) const;
  [[nodiscard]] nlohmann::json conversation(const std::string& channel, const std::string& guest) const;
  [[nodiscard]] Answer simulator(const std::string& method, const std::string& path,
                                 const std::string& body = "") const;
  /// Bookings as house-pms wrote them into its file.
  [[nodiscard]] std::string pms_file() const;
  std::string agentctl(std::vector<std::string> arguments, const std::string& input = "", int expected = 0) const;

  [[nodiscard]] std::string host_url() const { return "http://127.0.0.1:" + std::to_string(host_port_); }
  [[nodiscard]] std::string simulator_url() const { return "http://127.0.0.1:" + std::to_string(simulator_port_); }
  [[nodiscard]] static std::string secret();
  [[nodiscard]] std::string host_log() const;
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  [[nodiscard]] const std::string& store_url() const { return store_; }

  // ---- what an operator changes while the host runs (own_plugins)
  [[nodiscard]] std::filesystem::path plugin_file(const std::string& plugin) const {
    return folder_ / "plugins" / (plugin + ".so");
  }
  /// The row of `agentctl plugin list`; null when there is none.
  [[nodiscard]] nlohmann::json instance(const std::string& id) const;
  [[nodiscard]] std::string config_text() const;
  void write_config_text(const std::string& text) const;

 private:
  void write_config() const;

  Options options_;
  std::string store_;
  std::filesystem::path folder_;
  int host_port_ = free_port();
  int simulator_port_ = free_port();
  std::unique_ptr<Process> host_;
  std::unique_ptr<Process> simulator_;
};

/// Waits until `condition` holds; false after `seconds`.
bool eventually(const std::function<bool()>& condition, int seconds = 30);

}  // namespace agente::e2e
