#include "servers/redis_server.hpp"

#include <chrono>
#include <csignal>
#include <fstream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.hpp"
#include "servers/process.hpp"

namespace agente::servers {
namespace {

constexpr auto kPatience = std::chrono::seconds{20};

[[noreturn]] void become_redis(const std::vector<std::string>& command, const std::string& log) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int out = ::open(log.c_str(), O_CREAT | O_APPEND | O_WRONLY, 0600);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(out, STDERR_FILENO);
  std::vector<char*> words;
  for (const auto& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  ::execvp(words[0], words.data());
  ::_exit(127);
}

}  // namespace

RedisServer::RedisServer(std::string password)
    : password_(std::move(password)),
      folder_(std::filesystem::temp_directory_path() / ("agente-redis-" + random_hex(8))),
      port_(free_port()) {
  std::filesystem::create_directories(folder_);
  start();
}

RedisServer::~RedisServer() {
  kill();
  std::filesystem::remove_all(folder_);
}

std::string RedisServer::url(int database) const {
  const auto secret = password_.empty() ? "" : ":" + password_ + "@";
  return "redis://" + secret + "127.0.0.1:" + std::to_string(port_) + "/" + std::to_string(database);
}

void RedisServer::start() {
  std::vector<std::string> command{
      "redis-server", "--bind", "127.0.0.1",    "--port", std::to_string(port_), "--dir", folder_.string(),
      "--save",       "",       "--appendonly", "no"};
  if (!password_.empty()) command.insert(command.end(), {"--requirepass", password_});
  const auto log = (folder_ / "log").string();
  pid_ = ::fork();
  if (pid_ == 0) become_redis(command, log);
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (!answers()) {
    const bool ended = ::waitpid(pid_, nullptr, WNOHANG) == pid_;
    if (ended) pid_ = -1;
    if (ended || std::chrono::steady_clock::now() > end) throw std::runtime_error("redis-server: " + this->log());
    std::this_thread::sleep_for(std::chrono::milliseconds{2});  // of another process: nothing to wait on
  }
}

void RedisServer::kill() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

void RedisServer::pause() {
  ::kill(pid_, SIGSTOP);
  ::waitpid(pid_, nullptr, WUNTRACED);
}
void RedisServer::resume() { ::kill(pid_, SIGCONT); }
void RedisServer::flush() { ask({"FLUSHALL"}); }

std::string RedisServer::ask(std::initializer_list<std::string> words) {
  const std::unique_ptr<redisContext, void (*)(redisContext*)> context(
      redisConnectWithTimeout("127.0.0.1", port_, {.tv_sec = 5, .tv_usec = 0}), redisFree);
  if (!context || context->err != 0) throw std::runtime_error("redis-server takes no connection");
  const auto command = [&](const std::vector<std::string>& all) {
    std::vector<const char*> texts;
    std::vector<std::size_t> sizes;
    for (const auto& word : all) {
      texts.push_back(word.data());
      sizes.push_back(word.size());
    }
    auto* raw = redisCommandArgv(context.get(), static_cast<int>(all.size()), texts.data(), sizes.data());
    const std::unique_ptr<redisReply, void (*)(void*)> reply(static_cast<redisReply*>(raw), freeReplyObject);
    if (!reply) throw std::runtime_error(std::string("redis-server: ") + context->errstr);
    if (reply->type == REDIS_REPLY_INTEGER) return std::to_string(reply->integer);
    return reply->str == nullptr ? std::string() : std::string(reply->str, reply->len);
  };
  if (!password_.empty()) command({"AUTH", password_});
  return command(words);
}

bool RedisServer::answers() try { return ask({"PING"}) == "PONG"; } catch (const std::runtime_error&) {
  return false;
}

std::string RedisServer::log() const {
  std::ifstream in(folder_ / "log");
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace agente::servers
