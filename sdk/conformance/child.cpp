#include "conformance/child.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <stdexcept>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace agente::conformance {
namespace {

using Clock = std::chrono::steady_clock;
using nlohmann::json;

constexpr std::size_t kLongestText = 4000;
constexpr std::streamoff kLongestOutput = 3000;

struct Child {
  std::size_t task;
  pid_t pid;
  int pidfd;
  int result;  ///< read end of the pipe
  std::filesystem::path folder;
  Clock::time_point begun;
};

void close_both(const Child& child) {
  ::close(child.pidfd);
  ::close(child.result);
}

Finding found_by(const Task& task, const std::filesystem::path& folder) {
  try {
    return task.body(folder);
  } catch (const Settled& settled) {
    return settled.finding;
  } catch (const std::exception& error) {
    return fail(std::string("the check could not be carried out: ") + error.what());
  }
}

void limit(__rlimit_resource_t resource, std::uint64_t most) {
  const rlimit both{most, most};
  ::setrlimit(resource, &both);
}

/// In the child: everything it prints goes to a file, it dies with its parent, leaves no core and takes what it may.
void settle_in(const std::filesystem::path& folder, const Limits& limits) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_FSIZE, limits.file_size);
  std::signal(SIGXFSZ, SIG_IGN);  // NOLINT(concurrency-mt-unsafe): one thread; a write then fails, nobody dies
  if (limits.memory != 0) limit(RLIMIT_AS, limits.memory);
  const int output = ::open((folder / "output").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const int input = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  ::dup2(input, STDIN_FILENO);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(output, STDERR_FILENO);
  if (::chdir(folder.c_str()) != 0) ::_exit(1);
}

[[noreturn]] void live_and_die(const Task& task, const Limits& limits, const std::filesystem::path& folder,
                               int result) {
  settle_in(folder, limits);
  auto finding = found_by(task, folder);
  if (finding.text.size() > kLongestText) finding.text.resize(kLongestText);
  const auto line = json{{"verdict", static_cast<int>(finding.verdict)}, {"text", finding.text}}.dump(
      -1, ' ', false, json::error_handler_t::replace);
  (void)!::write(result, line.data(), line.size());
  std::fflush(nullptr);
  ::_exit(0);  // nothing of the plugin's runs any more
}

Child begin(const std::vector<Task>& tasks, std::size_t index, const Limits& limits,
            const std::filesystem::path& folder) {
  Child child{index, -1, -1, -1, folder / std::to_string(index), Clock::now()};
  std::filesystem::create_directories(child.folder);
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe: too many files are open");
  std::fflush(nullptr);
  child.pid = ::fork();
  if (child.pid < 0) throw std::runtime_error(std::string("no process can be made: ") + std::strerror(errno));
  if (child.pid == 0) {
    ::close(ends[0]);
    live_and_die(tasks[index], limits, child.folder, ends[1]);
  }
  ::setpgid(child.pid, child.pid);
  ::close(ends[1]);
  child.result = ends[0];
  child.pidfd = static_cast<int>(::syscall(SYS_pidfd_open, child.pid, 0));
  if (child.pidfd < 0) {
    ::kill(child.pid, SIGKILL);
    throw std::runtime_error("this kernel has no pidfd_open: Linux 5.3 or newer is needed");
  }
  return child;
}

std::string read_result(int pipe) {
  ::fcntl(pipe, F_SETFL, O_NONBLOCK);  // something the plugin started may still hold the other end
  std::string text(64 << 10U, '\0');
  const auto size = ::read(pipe, text.data(), text.size());
  text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  return text;
}

std::string end_of_output(const std::filesystem::path& folder) {
  std::ifstream in(folder / "output", std::ios::binary | std::ios::ate);
  const auto size = static_cast<std::streamoff>(in.tellg());
  in.seekg(std::max<std::streamoff>(0, size - kLongestOutput));
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  return text;
}

/// The line in which a sanitizer says what it found.
std::string summary_in(const std::string& output) {
  for (const std::string_view mark : {"SUMMARY: ", "runtime error: ", "terminate called", "what(): "}) {
    const auto at = output.find(mark);
    if (at != std::string::npos) return "; " + output.substr(at, output.find('\n', at) - at);
  }
  return {};
}

Finding crashed(const siginfo_t& how, const std::string& output) {
  if (how.si_code == CLD_EXITED)
    return {Verdict::kCrash, "the process ended with exit code " + std::to_string(how.si_status) +
                                 " in the midst of the check: a plugin must not end its host" + summary_in(output)};
  const char* name = ::sigdescr_np(how.si_status);
  return {Verdict::kCrash, "died of signal " + std::to_string(how.si_status) + " (" +
                               (name == nullptr ? "unknown" : name) + "): run it with --only and a debugger" +
                               summary_in(output)};
}

Report finish(const Child& child, bool in_time, const Limits& limits) {
  Report report;
  if (!in_time) ::kill(-child.pid, SIGKILL);
  siginfo_t how{};
  ::waitid(P_PIDFD, static_cast<id_t>(child.pidfd), &how, WEXITED);
  ::kill(-child.pid, SIGKILL);  // what it left behind in its group
  report.took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - child.begun);
  report.output = end_of_output(child.folder);
  const auto found = json::parse(read_result(child.result), nullptr, false);
  if (!in_time) {
    report.finding = {Verdict::kTimeout, "did not come back within " + std::to_string(limits.time.count()) +
                                             " ms and was killed: look for an endless loop, a lock held twice, or a "
                                             "wait without end"};
  } else if (found.is_object()) {
    report.finding = {static_cast<Verdict>(found["verdict"].get<int>()), found["text"].get<std::string>()};
  } else {
    report.finding = crashed(how, report.output);
  }
  close_both(child);
  std::error_code error;
  std::filesystem::remove_all(child.folder, error);
  return report;
}

class Pool {
 public:
  Pool(const std::vector<Task>& tasks, const Limits& limits, const std::filesystem::path& folder,
       const std::function<void(std::size_t, const Report&)>& done)
      : tasks_(tasks), limits_(limits), folder_(folder), done_(done), reports_(tasks.size()), state_(tasks.size()) {}

  std::vector<Report> run() {
    while (true) {
      while (static_cast<int>(children_.size()) < limits_.at_once && begin_next()) {
      }
      if (children_.empty()) return std::move(reports_);
      wait();
    }
  }

 private:
  enum class State : std::uint8_t { kWaiting, kRunning, kDone };

  /// Begins or settles one task whose turn it is; false when there is none.
  bool begin_next() {
    for (std::size_t i = 0; i < tasks_.size(); ++i) {
      const auto& task = tasks_[i];
      const auto is_done = [&](std::size_t other) { return state_[other] == State::kDone; };
      if (state_[i] != State::kWaiting || !std::ranges::all_of(task.after, is_done)) continue;
      if (Report report; task.settled(report.finding)) {
        end(i, std::move(report));
      } else {
        state_[i] = State::kRunning;
        children_.push_back(begin(tasks_, i, limits_, folder_));
      }
      return true;
    }
    return false;
  }

  void end(std::size_t task, Report report) {
    state_[task] = State::kDone;
    reports_[task] = std::move(report);
    done_(task, reports_[task]);
  }

  void wait() {
    std::vector<pollfd> watched;
    auto first = Clock::time_point::max();
    for (const auto& child : children_) {
      watched.push_back({child.pidfd, POLLIN, 0});
      first = std::min(first, child.begun + limits_.time);
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(first - Clock::now()).count() + 1;
    ::poll(watched.data(), watched.size(), static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000)));
    for (std::size_t i = children_.size(); i-- > 0;) {
      const bool ended = (watched[i].revents & POLLIN) != 0;
      if (!ended && Clock::now() < children_[i].begun + limits_.time) continue;
      const auto child = children_[i];
      children_.erase(children_.begin() + static_cast<std::ptrdiff_t>(i));
      end(child.task, finish(child, ended, limits_));
    }
  }

  const std::vector<Task>& tasks_;
  const Limits& limits_;
  const std::filesystem::path& folder_;
  const std::function<void(std::size_t, const Report&)>& done_;
  std::vector<Report> reports_;
  std::vector<State> state_;
  std::vector<Child> children_;
};

}  // namespace

std::vector<Report> do_all(const std::vector<Task>& tasks, const Limits& limits, const std::filesystem::path& folder,
                           const std::function<void(std::size_t, const Report&)>& done) {
  return Pool(tasks, limits, folder, done).run();
}

}  // namespace agente::conformance
