#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <sys/types.h>

/// Programs that a test starts and ends.
namespace agente::servers {

/// One child process. It dies with the thread that started it, so start it from the main thread.
class Process {
 public:
  struct Options {
    std::string output;      ///< file that takes stdout and stderr
    bool as_nobody = false;  ///< give up root, for servers that refuse to run as root; ignored for other users
  };
  Process(const std::vector<std::string>& command, const Options& options);
  /// Kills it if it still runs.
  ~Process();
  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;

  [[nodiscard]] pid_t id() const { return id_; }
  [[nodiscard]] bool running();
  void signal(int number) const;
  /// Waits for its end; what waitpid says.
  int wait();

  /// Gives a folder and all in it to the user behind `as_nobody`, if there is need.
  static void give(const std::filesystem::path& path);

 private:
  pid_t id_ = -1;
  int status_ = 0;
};

/// A TCP port of the loopback that is free at this moment. Below the range of outgoing connections: one of those could
/// take it while its server is killed, even a connection to that very port.
[[nodiscard]] int free_port();

}  // namespace agente::servers
