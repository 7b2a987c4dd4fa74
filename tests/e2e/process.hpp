#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <sys/types.h>

namespace agente::e2e {

/// A program of ours, really started. Its stdout and stderr go to a file; killed when this ends.
class Process {
 public:
  struct Options {
    std::vector<std::string> command;
    std::map<std::string, std::string> environment{};
    std::filesystem::path log;
  };
  explicit Process(Options options);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  /// The rest of the line that begins with `word`; throws with the log if the program ends or 20 s pass first.
  std::string wait_for_line(const std::string& word);
  void signal(int number) const;
  [[nodiscard]] pid_t pid() const { return pid_; }
  /// Waits for the end; the exit code, or 128 + signal. Throws after 20 s.
  int wait();
  [[nodiscard]] bool running();
  /// SIGKILL to every process it has started.
  void kill_children() const;
  [[nodiscard]] std::string log() const;

 private:
  std::filesystem::path log_;
  pid_t pid_ = -1;
  int status_ = -1;
};

/// Runs a program to its end; its stdout. Throws unless it exits with `expected`.
std::string run(const std::vector<std::string>& command, const std::string& input = "", int expected = 0);

/// A TCP port of 127.0.0.1 that was free a moment ago.
int free_port();

}  // namespace agente::e2e
