#include "cache/redis_connection.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

namespace agente::cache {
namespace {

constexpr std::size_t kLargestAnswer = std::size_t{1} << 20;

Error retry(const std::string& text) { return {Code::kRetry, text}; }

/// False: `deadline` passed first.
bool ready(int socket, short events, Steady deadline) {
  pollfd one{.fd = socket, .events = events, .revents = 0};
  for (;;) {
    const auto left = std::chrono::ceil<Millis>(deadline - std::chrono::steady_clock::now()).count();
    const int count = ::poll(&one, 1, static_cast<int>(std::max<Millis::rep>(left, 0)));
    if (count >= 0 || errno != EINTR) return count > 0;
  }
}

timeval to_timeval(Millis time) {
  return {.tv_sec = time.count() / 1000, .tv_usec = static_cast<suseconds_t>(time.count() % 1000 * 1000)};
}

decltype(redisReplyObjectFunctions::createArray) library_array = nullptr;

/// The library would make room for as many elements as anybody announces.
void* small_array(const redisReadTask* task, int elements) {
  constexpr int kMost = 16;
  return elements > kMost ? nullptr : library_array(task, elements);
}

redisReplyObjectFunctions* careful(const redisReplyObjectFunctions& library) {
  static redisReplyObjectFunctions functions = [&] {
    library_array = library.createArray;
    auto ours = library;
    ours.createArray = small_array;
    return ours;
  }();
  return &functions;
}

}  // namespace

void FreeReply::operator()(redisReply* reply) const { freeReplyObject(reply); }
void RedisConnection::Free::operator()(redisContext* context) const { redisFree(context); }

Result<RedisConnection> RedisConnection::open(const RedisUrl& url, const std::string& address, Millis within) {
  const auto deadline = std::chrono::steady_clock::now() + within;
  auto* context = redisConnectWithTimeout(address.c_str(), url.port, to_timeval(within));
  if (context == nullptr) return retry("no connection can be made");
  RedisConnection connection(context);
  if (context->err != 0) return connection.failure();
  // From here on we wait ourselves: the library's time limit is one of each read, not of the whole answer.
  context->flags &= ~REDIS_BLOCK;
  ::fcntl(context->fd, F_SETFL, ::fcntl(context->fd, F_GETFL) | O_NONBLOCK);
  ::fcntl(context->fd, F_SETFD, FD_CLOEXEC);
  context->reader->fn = careful(*context->reader->fn);
  if (auto signed_in = connection.sign_in(url, deadline); !signed_in) return signed_in.error();
  return connection;
}

Result<void> RedisConnection::sign_in(const RedisUrl& url, Steady deadline) {
  if (!url.password.empty()) {
    auto allowed =
        url.user.empty() ? ask({"AUTH", url.password}, deadline) : ask({"AUTH", url.user, url.password}, deadline);
    if (!allowed) return allowed.error();
  }
  if (url.database != 0) {
    if (auto chosen = ask({"SELECT", std::to_string(url.database)}, deadline); !chosen) return chosen.error();
  }
  auto written = ask({"SET", "agente:probe", "", "PX", "1000"}, deadline);
  return written ? Result<void>{} : Result<void>{written.error()};
}

Result<Reply> RedisConnection::ask(std::initializer_list<std::string_view> words, Steady deadline) {
  if (auto sent = send(words, deadline); !sent) return sent.error();
  auto reply = receive(deadline);
  if (reply && !*reply) return retry("no answer in time");
  return reply;
}

Result<void> RedisConnection::send(std::initializer_list<std::string_view> words, Steady deadline) {
  std::vector<const char*> texts;
  std::vector<std::size_t> sizes;
  for (const auto& word : words) {
    texts.push_back(word.data() == nullptr ? "" : word.data());
    sizes.push_back(word.size());
  }
  if (redisAppendCommandArgv(context_.get(), static_cast<int>(words.size()), texts.data(), sizes.data()) != REDIS_OK) {
    return failure();
  }
  for (int done = 0;;) {
    if (redisBufferWrite(context_.get(), &done) != REDIS_OK) return failure();
    if (done != 0) return {};
    if (!ready(socket(), POLLOUT, deadline)) return retry("takes nothing more in time");
  }
}

Result<Reply> RedisConnection::receive(Steady deadline) {
  for (;;) {
    auto reply = parsed();
    if (!reply || *reply) return reply;
    if (!ready(socket(), POLLIN, deadline)) return Reply{};
    if (redisBufferRead(context_.get()) != REDIS_OK) return failure();
    if (context_->reader->len > kLargestAnswer) return retry("answers too much");
  }
}

Result<Reply> RedisConnection::parsed() {
  void* raw = nullptr;
  if (redisGetReplyFromReader(context_.get(), &raw) != REDIS_OK) return failure();
  Reply reply(static_cast<redisReply*>(raw));
  if (!reply || reply->type != REDIS_REPLY_ERROR) return reply;
  const std::string text(reply->str, reply->len);
  const bool refused = text.starts_with("WRONGPASS") || text.starts_with("NOAUTH") || text.starts_with("NOPERM") ||
                       text.starts_with("ERR AUTH");
  return Error{refused ? Code::kAuth : Code::kRetry, text};
}

int RedisConnection::socket() const { return context_->fd; }

Error RedisConnection::failure() const { return retry(context_->errstr); }

Result<std::string> address_of(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int code = ::getaddrinfo(host.c_str(), nullptr, &hints, &found); code != 0) {
    return retry(host + ": " + ::gai_strerror(code));
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owned(found, ::freeaddrinfo);
  std::string text(NI_MAXHOST, '\0');
  const int code = ::getnameinfo(found->ai_addr, found->ai_addrlen, text.data(), static_cast<socklen_t>(text.size()),
                                 nullptr, 0, NI_NUMERICHOST);
  if (code != 0) return retry(host + ": " + ::gai_strerror(code));
  text.resize(text.find('\0'));
  return text;
}

}  // namespace agente::cache
