#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "servers/process.hpp"

namespace agente::servers {

/// A PostgreSQL server in a folder of its own, gone afterwards. Start and stop it from the main thread.
class PostgresServer {
 public:
  /// `settings` as in postgresql.conf, e.g. "fsync=off" where nothing is killed. Throws std::runtime_error.
  explicit PostgresServer(const std::vector<std::string>& settings = {});
  ~PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  /// Creates an empty database and returns its URL, with user and password.
  [[nodiscard]] std::string new_database();
  [[nodiscard]] std::string url(const std::string& database) const;

  /// Starts it again; returns when it takes connections.
  void start();
  /// Ends all sessions and stops in good order.
  void stop();
  /// Ends it by SIGKILL.
  void kill();
  /// Stops every process of it (SIGSTOP) until resume().
  void pause();
  void resume();

  /// The first column of what `statement` says to an administrator, one row per line.
  std::string ask(const std::string& statement, const std::string& database = "postgres") const;

 private:
  void make_original(const std::filesystem::path& original);
  void signal_all(int number);

  std::filesystem::path folder_;
  std::filesystem::path programs_;
  std::vector<std::string> settings_;
  int port_;
  int databases_ = 0;
  std::optional<Process> process_;
};

}  // namespace agente::servers
