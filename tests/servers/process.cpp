#include "servers/process.hpp"

#include <random>
#include <stdexcept>
#include <utility>

#include <fcntl.h>
#include <netinet/in.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace agente::servers {

namespace {

struct User {
  uid_t user;
  gid_t group;
};

User nobody() {
  const auto* entry = ::getpwnam("nobody");
  return entry == nullptr ? User{65534, 65534} : User{entry->pw_uid, entry->pw_gid};
}

[[noreturn]] void become(char* const* argv, int output, bool give_up_root, User user) {
  ::dup2(output, STDOUT_FILENO);
  ::dup2(output, STDERR_FILENO);
  if (give_up_root && (::setgid(user.group) != 0 || ::setuid(user.user) != 0)) ::_exit(126);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::execv(argv[0], argv);
  ::_exit(127);
}

bool is_free(int port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool bound = ::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(socket);
  return bound;
}

}  // namespace

Process::Process(const std::vector<std::string>& command, const Options& options) {
  auto words = command;
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const bool give_up_root = options.as_nobody && ::geteuid() == 0;
  const auto user = nobody();
  const int output = ::open(options.output.empty() ? "/dev/null" : options.output.c_str(),
                            O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  id_ = ::fork();
  if (id_ == 0) become(argv.data(), output, give_up_root, user);
  ::close(output);
  if (id_ < 0) throw std::runtime_error("cannot start " + command.front());
}

Process::~Process() {
  if (!running()) return;
  signal(SIGKILL);
  wait();
}

Process::Process(Process&& other) noexcept : id_(std::exchange(other.id_, -1)), status_(other.status_) {}

Process& Process::operator=(Process&& other) noexcept {
  std::swap(id_, other.id_);
  std::swap(status_, other.status_);
  return *this;
}

bool Process::running() {
  if (id_ < 0) return false;
  if (::waitpid(id_, &status_, WNOHANG) == 0) return true;
  id_ = -1;
  return false;
}

void Process::signal(int number) const {
  if (id_ > 0) ::kill(id_, number);
}

int Process::wait() {
  if (id_ > 0) ::waitpid(std::exchange(id_, -1), &status_, 0);
  return status_;
}

void Process::give(const std::filesystem::path& path) {
  if (::geteuid() != 0) return;
  const auto user = nobody();
  const auto give_one = [&](const std::filesystem::path& one) {
    if (::lchown(one.c_str(), user.user, user.group) != 0) {
      throw std::runtime_error("cannot give away " + one.string());
    }
  };
  give_one(path);
  for (const auto& below : std::filesystem::recursive_directory_iterator(path)) give_one(below.path());
}

int free_port() {
  std::random_device random;
  std::uniform_int_distribution<> ports(12'000, 32'000);
  for (;;) {
    const int port = ports(random);
    if (is_free(port)) return port;
  }
}

}  // namespace agente::servers
