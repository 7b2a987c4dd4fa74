#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "dials.hpp"
#include "plan.hpp"
#include "process.hpp"
#include "proxy.hpp"
#include "servers/postgres_server.hpp"
#include "servers/redis_server.hpp"

namespace agente::chaos {

/// The hosts of a hotel, what they stand on and whom they talk to: each a program of its own, with wires between them
/// that can be cut. Everything lies in one folder. For the main thread alone, but for the URLs.
class Hotel {
 public:
  struct Options {
    Wanted wanted;
    Faults faults;
    std::filesystem::path folder;
    std::string host_program;
  };
  explicit Hotel(Options options);
  ~Hotel();
  Hotel(const Hotel&) = delete;
  Hotel& operator=(const Hotel&) = delete;

  [[nodiscard]] int hosts() const { return static_cast<int>(hosts_.size()); }
  /// `kill_at`: "point:count", where it kills itself.
  void start_host(int number, const std::string& kill_at = "");
  void kill_host(int number);
  void signal_host(int number, int signal);
  [[nodiscard]] bool host_runs(int number);
  /// How a host has ended: its exit code, or 128 + signal.
  [[nodiscard]] int host_end(int number);
  /// How wrong the clock of this host is; 0: right again.
  void shift_clock(int number, std::chrono::milliseconds by);
  void slow_disks(std::chrono::milliseconds each_sync);

  [[nodiscard]] servers::PostgresServer& postgres() { return *postgres_; }
  [[nodiscard]] servers::RedisServer& redis() { return *redis_; }
  void cut(Fault wire);

  /// Where guests and the provider find one of the hosts.
  [[nodiscard]] std::string door() const { return "http://127.0.0.1:" + std::to_string(door_->port()); }
  [[nodiscard]] std::string provider() const { return "http://127.0.0.1:" + std::to_string(provider_port_); }
  /// Whether every host answers.
  [[nodiscard]] bool all_answer() const;
  [[nodiscard]] std::vector<Booked> books() const;
  /// Keys of messages that the hosts show as possibly duplicated; nullopt: no host answers now.
  [[nodiscard]] std::optional<std::set<std::string>> reported() const;

 private:
  struct Host {
    std::filesystem::path folder;
    int port = 0;
    int starts = 0;
    std::unique_ptr<Dials> dials;
    std::unique_ptr<e2e::Process> process;
  };
  static std::size_t at(int number) { return static_cast<std::size_t>(number); }
  void start_servers();
  void start_provider();
  void write_config(const Host& host) const;

  const Options options_;
  const std::chrono::milliseconds right_time_;  ///< from the machine's
  Dials servers_dials_;
  std::unique_ptr<servers::PostgresServer> postgres_;
  std::unique_ptr<servers::RedisServer> redis_;
  std::string store_url_;
  std::string cache_url_;
  int provider_port_;
  std::unique_ptr<e2e::Process> provider_;
  std::unique_ptr<Proxy> postgres_wire_;
  std::unique_ptr<Proxy> redis_wire_;
  std::unique_ptr<Proxy> provider_wire_;
  std::unique_ptr<Proxy> door_;
  std::vector<Host> hosts_;
};

}  // namespace agente::chaos
