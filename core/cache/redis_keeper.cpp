// The thread that looks after the connections of a Redis cache.
#include <algorithm>
#include <array>
#include <utility>

#include <hiredis/hiredis.h>
#include <poll.h>
#include <sys/eventfd.h>

#include "base/thread.hpp"
#include "cache/redis.hpp"

namespace agente::cache {
namespace {

using std::chrono::steady_clock;

std::string_view text_of(const redisReply& reply) {
  return reply.str == nullptr ? std::string_view{} : std::string_view{reply.str, reply.len};
}

/// True when `nudge` was the reason to wake up; it is silent again then.
bool wait_for(int nudge, int socket, Millis time) {
  std::array<pollfd, 2> both{{{.fd = nudge, .events = POLLIN, .revents = 0},  //
                              {.fd = socket, .events = POLLIN, .revents = 0}}};
  ::poll(both.data(), both.size(), static_cast<int>(std::max(time, Millis{0}).count()));
  eventfd_t times = 0;
  return ::eventfd_read(nudge, &times) == 0;
}

}  // namespace

void Redis::keep(const std::stop_token& stop) {
  name_thread("cache-keeper");
  auto pause_now = bounds_.pause;
  while (!stop.stop_requested()) {
    const auto began = steady_clock::now();
    if (auto listener = connect()) {
      serve(*listener, stop);
    } else {
      gone(listener.error());
    }
    // A Redis that lets us in and then fails is not asked without end either.
    const bool held = steady_clock::now() - began > bounds_.longest_pause;
    pause_now = held ? bounds_.pause : pause_now;
    pause(pause_now, stop);
    pause_now = std::min(pause_now * 2, bounds_.longest_pause);
  }
  pool_.close({Code::kCancelled, "the cache ends"});
}

Result<RedisConnection> Redis::connect() {
  const auto address = address_of(url_.host);
  if (!address) return address.error();
  auto listener = RedisConnection::open(url_, *address, bounds_.connect);
  if (!listener) return listener;
  const auto deadline = steady_clock::now() + bounds_.connect;
  if (auto listens = listener->ask({"SUBSCRIBE", channel_}, deadline); !listens) return listens.error();
  std::vector<RedisConnection> connections;
  while (connections.size() < std::max<std::size_t>(bounds_.connections, 1)) {
    auto connection = RedisConnection::open(url_, *address, bounds_.connect);
    if (!connection) return connection;
    connections.push_back(std::move(*connection));
  }
  pool_.open(std::move(connections));
  back();
  return listener;
}

void Redis::serve(RedisConnection& listener, const std::stop_token& stop) {
  auto asked = steady_clock::now();
  bool answered = true;
  while (!stop.stop_requested() && pool_.is_open()) {
    const auto left = std::chrono::ceil<Millis>(asked + bounds_.heartbeat - steady_clock::now());
    if (wait_for(nudge_, listener.socket(), left)) send_wakes();
    const auto before = steady_clock::now();
    auto message = listener.receive(before);
    for (; message && *message && !stop.stop_requested(); message = listener.receive(before)) {
      answered = true;
      heard(**message);
    }
    if (!message) return pool_.close(message.error());
    if (steady_clock::now() < asked + bounds_.heartbeat) continue;
    if (!answered)
      return pool_.close({Code::kRetry, "silent for " + std::to_string(bounds_.heartbeat.count()) + " ms"});
    if (auto sent = listener.send({"PING"}, before + bounds_.command); !sent) return pool_.close(sent.error());
    asked = steady_clock::now();
    answered = false;
  }
}

/// [message, channel, "<who> <topic>"]; everything else only shows that Redis is there.
void Redis::heard(const redisReply& message) {
  if (message.type != REDIS_REPLY_ARRAY || message.elements != 3 || text_of(*message.element[0]) != "message") return;
  const auto text = text_of(*message.element[2]);
  const auto space = text.find(' ');
  if (space == std::string_view::npos || text.substr(0, space) == me_) return;
  wakes_.ring(text.substr(space + 1));
}

void Redis::send_wakes() {
  std::set<std::string, std::less<>> topics;
  {
    const std::lock_guard lock(mutex_);
    topics.swap(to_wake_);
  }
  for (const auto& topic : topics) {
    if (!ask({"PUBLISH", channel_, me_ + " " + topic})) meter_.failed();
  }
}

/// Wake-ups of this time are dropped: whoever sleeps elsewhere wakes by himself.
void Redis::pause(Millis time, const std::stop_token& stop) const {
  const auto end = steady_clock::now() + time;
  while (!stop.stop_requested() && steady_clock::now() < end) {
    wait_for(nudge_, -1, std::chrono::ceil<Millis>(end - steady_clock::now()));
  }
}

}  // namespace agente::cache
