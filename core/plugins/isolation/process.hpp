#pragma once

#include <filesystem>
#include <string>
#include <utility>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace agente::plugins::isolation {

/// A runner process, held by its pidfd: no signal can reach another process that was given its number later.
/// Killed and reaped with the object. Thread-safe but for `wait`.
class Process {
 public:
  /// Starts `program` with one end of a socket as its only descriptor beyond the standard three, and gives the other.
  /// Nothing of the host's environment but a locale, a time zone and the linker's folders is passed on. The calling
  /// thread must outlive the process: the kernel kills it when that thread ends. kInternal when it cannot be started.
  static Result<std::pair<Process, int>> start(const std::filesystem::path& program);

  Process(Process&& other) noexcept : pidfd_(std::exchange(other.pidfd_, -1)) {}
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  Process& operator=(Process&&) = delete;
  ~Process();

  /// Readable once the process has ended.
  [[nodiscard]] int descriptor() const { return pidfd_; }
  void kill() const;
  /// False: it still runs after this time.
  [[nodiscard]] bool ends_within(Millis limit) const;
  /// Waits for its end and says how it ended: "was ended by signal 11 (Segmentation fault)". Only for one thread.
  std::string wait();

 private:
  explicit Process(int pidfd) : pidfd_(pidfd) {}
  int pidfd_;
  std::string end_{};  // once it was reaped
};

/// The runner that was built or installed beside this program; kNotFound names the places.
[[nodiscard]] Result<std::filesystem::path> find_runner();

}  // namespace agente::plugins::isolation
