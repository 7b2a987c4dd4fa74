#include "process.hpp"

#include <chrono>
#include <csignal>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include <Poco/Net/ServerSocket.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.hpp"

extern char** environ;

namespace agente::e2e {
namespace {

constexpr auto kPatience = std::chrono::seconds{20};

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

int code_of(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (auto& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

/// Of two with one name the first counts.
std::vector<std::string> environment_with(const std::map<std::string, std::string>& extra) {
  std::vector<std::string> all;
  for (const auto& [name, value] : extra) all.push_back(name + "=" + value);
  for (char** entry = environ; *entry != nullptr; ++entry) all.emplace_back(*entry);
  return all;
}

}  // namespace

Process::Process(Options options) : log_(std::move(options.log)) {
  auto environment = environment_with(options.environment);
  const auto arguments = pointers(options.command);
  const auto variables = pointers(environment);
  pid_ = fork();
  if (pid_ != 0) return;
  const int out = ::open(log_.c_str(), O_CREAT | O_APPEND | O_WRONLY, 0600);
  dup2(out, STDOUT_FILENO);
  dup2(out, STDERR_FILENO);
  execvpe(arguments[0], arguments.data(), variables.data());
  _exit(127);
}

Process::~Process() {
  if (!running()) return;
  signal(SIGKILL);
  waitpid(pid_, &status_, 0);
}

std::string Process::wait_for_line(const std::string& word) {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (std::chrono::steady_clock::now() < end) {
    const bool alive = running();
    std::istringstream lines(log());
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with(word)) return line.substr(word.size());
    }
    if (!alive) break;
    std::this_thread::sleep_for(std::chrono::milliseconds{5});  // of another process: nothing to wait on
  }
  throw std::runtime_error("no line '" + word + "' in:\n" + log());
}

void Process::signal(int number) const { kill(pid_, number); }

void Process::kill_children() const {
  for (const auto& thread : std::filesystem::directory_iterator("/proc/" + std::to_string(pid_) + "/task")) {
    std::ifstream children(thread.path() / "children");
    for (pid_t child = 0; children >> child;) kill(child, SIGKILL);
  }
}

int Process::wait() {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (running()) {
    if (std::chrono::steady_clock::now() > end) throw std::runtime_error("still running after 20 s:\n" + log());
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  return code_of(status_);
}

bool Process::running() {
  if (status_ != -1) return false;
  return waitpid(pid_, &status_, WNOHANG) == 0;
}

std::string Process::log() const { return read_file(log_); }

std::string run(const std::vector<std::string>& command, const std::string& input, int expected) {
  const auto folder = std::filesystem::temp_directory_path() / ("agente-run-" + random_hex(8));
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "in") << input;
  std::string line;
  for (const auto& word : command) {
    std::string quoted = "'";
    for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    line += quoted + "' ";
  }
  const auto redirected =
      line + "<" + (folder / "in").string() + " >" + (folder / "out").string() + " 2>" + (folder / "err").string();
  const int status = std::system(redirected.c_str());
  const auto out = read_file(folder / "out");
  const auto err = read_file(folder / "err");
  std::filesystem::remove_all(folder);
  if (code_of(status) != expected) {
    throw std::runtime_error(line + "ended with " + std::to_string(code_of(status)) + "\n" + out + err);
  }
  return out;
}

/// Below the range from which the kernel takes ports for outgoing connections: those of other tests would take ours
/// between this moment and a program's bind, or while a host that is started again is away. For the same reason tests
/// that run side by side have 64 ports each, by their process.
int free_port() {
  static int tried = 0;
  for (;;) {
    const auto port = static_cast<Poco::UInt16>(12'000 + (::getpid() * 64 + tried++) % 20'000);
    try {
      Poco::Net::ServerSocket(Poco::Net::SocketAddress("127.0.0.1", port));
      return port;
    } catch (const Poco::Exception&) {
      continue;  // taken: try another
    }
  }
}

}  // namespace agente::e2e
