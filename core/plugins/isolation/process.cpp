#include "plugins/isolation/process.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "plugins/isolation/confined.hpp"

namespace agente::plugins::isolation {
namespace {

// Debian 12's <sys/pidfd.h> forgets that C++ may include it, so the two calls are made by hand.

/// What the child gets and what becomes of its descriptors; freed with the object.
class Recipe {
 public:
  explicit Recipe(int socket) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_addopen(&actions_, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions_, 1, "/dev/null", O_WRONLY, 0);
    if (!kSanitized) posix_spawn_file_actions_addopen(&actions_, 2, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&actions_, socket, kRunnerSocket);
    posix_spawn_file_actions_addclosefrom_np(&actions_, kRunnerSocket + 1);
    posix_spawnattr_init(&attributes_);
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }
  ~Recipe() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  Recipe(const Recipe&) = delete;
  Recipe& operator=(const Recipe&) = delete;

  /// A pidfd, or -1 with errno; `pid` is then that of a child that could not be held by one, or 0.
  int spawn(const std::filesystem::path& program, pid_t& pid) {
    static constexpr std::array kKept = {"LD_LIBRARY_PATH", "TZ",           "LANG",         "LC_ALL",
                                         "ASAN_OPTIONS",    "TSAN_OPTIONS", "UBSAN_OPTIONS"};
    std::vector<std::string> kept;
    for (const auto* name : kKept) {
      if (const auto* value = std::getenv(name)) kept.push_back(fmt::format("{}={}", name, value));
    }
    std::vector<char*> environment;
    environment.reserve(kept.size() + 1);
    for (auto& entry : kept) environment.push_back(entry.data());
    environment.push_back(nullptr);
    std::string name = program.string();
    std::array<char*, 2> arguments = {name.data(), nullptr};
    pid = 0;
    errno = ::posix_spawn(&pid, name.c_str(), &actions_, &attributes_, arguments.data(), environment.data());
    if (errno != 0) pid = 0;
    // The number is still its own: nobody else may reap a child of ours.
    return pid != 0 ? static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)) : -1;
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

/// Both ends of a new socket beyond the standard three descriptors, which a daemon may have closed; -1 and errno.
std::array<int, 2> connected_sockets() {
  std::array<int, 2> ends{-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) return {-1, -1};
  for (auto& end : ends) {
    if (end > STDERR_FILENO) continue;
    const int higher = ::fcntl(end, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    ::close(end);
    end = higher;
  }
  return ends;
}

void close_if_open(int descriptor) {
  if (descriptor >= 0) ::close(descriptor);
}

}  // namespace

Result<std::pair<Process, int>> Process::start(const std::filesystem::path& program) {
  const auto ends = connected_sockets();
  int pidfd = -1;
  pid_t unheld = 0;
  if (ends[0] >= 0 && ends[1] >= 0) pidfd = Recipe(ends[1]).spawn(program, unheld);
  const auto why = errno;
  close_if_open(ends[1]);
  if (pidfd >= 0) return std::pair(Process(pidfd), ends[0]);
  close_if_open(ends[0]);
  if (unheld != 0) ::waitpid(unheld, nullptr, 0);  // it ends, now that its socket is closed
  return Error{Code::kInternal, fmt::format("{} cannot be started: {}: check its rights and the limits of processes "
                                            "and descriptors",
                                            program.string(), std::strerror(why))};
}

Process::~Process() {
  if (pidfd_ < 0) return;
  kill();
  wait();
  ::close(pidfd_);
}

void Process::kill() const { ::syscall(SYS_pidfd_send_signal, pidfd_, SIGKILL, nullptr, 0); }

bool Process::ends_within(Millis limit) const {
  pollfd poll{pidfd_, POLLIN, 0};
  return ::poll(&poll, 1, static_cast<int>(limit.count())) > 0;
}

std::string Process::wait() {
  if (!end_.empty()) return end_;
  siginfo_t info{};
  int failed = 0;
  do {
    failed = ::waitid(P_PIDFD, static_cast<id_t>(pidfd_), &info, WEXITED);
  } while (failed != 0 && errno == EINTR);
  if (failed != 0) {
    end_ = "ended, and somebody else asked how";
  } else if (info.si_code == CLD_EXITED) {
    end_ = fmt::format("ended by itself with exit code {}", info.si_status);
  } else {
    end_ = fmt::format("was ended by signal {} ({})", info.si_status, ::strsignal(info.si_status));
  }
  return end_;
}

Result<std::filesystem::path> find_runner() {
  std::error_code error;
  const auto here = std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
  const auto beside = here / "agente-runner";
  const auto in_bin = here.parent_path() / "bin" / "agente-runner";
  for (const auto& path : {beside, in_bin}) {
    if (::access(path.c_str(), X_OK) == 0) return path;
  }
  return Error{Code::kNotFound, fmt::format("isolation: process needs agente-runner, which is neither {} nor {}: "
                                            "install it beside agente-host",
                                            beside.string(), in_bin.string())};
}

}  // namespace agente::plugins::isolation
