#pragma once

#include <filesystem>
#include <initializer_list>
#include <string>

#include <sys/types.h>

namespace agente::servers {

/// A real redis-server on 127.0.0.1, without persistence, in a folder of its own. Killed when this ends, or when the
/// thread that started it does. Throws std::runtime_error with the server's log when it does not come up within 20 s.
/// Not thread-safe.
class RedisServer {
 public:
  /// Empty `password`: nobody is asked for one.
  explicit RedisServer(std::string password = "");
  ~RedisServer();
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;

  /// redis://:password@127.0.0.1:port/database
  [[nodiscard]] std::string url(int database = 0) const;
  [[nodiscard]] int port() const { return port_; }

  /// On the same port, and empty, after `kill`.
  void start();
  /// SIGKILL.
  void kill();
  /// SIGSTOP: connections are still accepted, nothing is answered.
  void pause();
  void resume();
  void flush();
  /// One command; its answer as text ("OK", "PONG", a number, a value).
  std::string ask(std::initializer_list<std::string> words);

 private:
  [[nodiscard]] bool answers();
  [[nodiscard]] std::string log() const;

  std::string password_;
  std::filesystem::path folder_;
  int port_;
  pid_t pid_ = -1;
};

}  // namespace agente::servers
