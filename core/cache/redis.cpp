#include "cache/redis.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

#include <hiredis/hiredis.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/text.hpp"
#include "telemetry/log.hpp"

namespace agente::cache {
namespace {

/// As Refills::take, in microseconds and by the clock of Redis. One step, so that two hosts never both take the last
/// one. A value that is no moment, or lies further off than it can, is mended.
constexpr std::string_view kTake = R"(
local whole = tonumber(ARGV[2]) * 1000
local each = math.max(math.floor(whole / tonumber(ARGV[1])), 1)
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local full = tonumber(redis.call('GET', KEYS[1]) or now) or now
full = math.min(math.max(full, now), now + whole)
local wait = math.max(math.ceil((full + each - now - whole) / 1000), 0)
if wait == 0 then full = full + each end
redis.call('SET', KEYS[1], string.format('%.0f', full), 'PX', math.ceil((full - now) / 1000))
return wait)";

std::string value_key(std::string_view key) { return "agente:value:" + std::string(key); }
std::string limit_key(std::string_view bucket) { return "agente:limit:" + std::string(bucket); }

std::string_view text_of(const redisReply& reply) { return {reply.str, reply.len}; }

int make_nudge() {
  const int descriptor = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (descriptor < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
  return descriptor;
}

}  // namespace

Redis::Redis(RedisUrl url, const Clock& clock, Metrics& metrics, const Bounds& bounds)
    : url_(std::move(url)),
      bounds_(bounds),
      me_(random_hex(8)),
      channel_("agente:wake:" + std::to_string(url_.database)),
      meter_(metrics),
      refills_(clock, bounds.entries),
      nudge_(make_nudge()),
      pool_([this](const Error& why) { gone(why); }) {
  meter_.up(false);
  keeper_ = std::jthread([this](const std::stop_token& stop) { keep(stop); });
}

Redis::~Redis() {
  keeper_.request_stop();
  nudge();
  keeper_.join();
  ::close(nudge_);
}

Result<Reply> Redis::ask(std::initializer_list<std::string_view> words) { return pool_.ask(words, bounds_.command); }

std::optional<std::string> Redis::get(std::string_view key) {
  const auto reply = ask({"GET", value_key(key)});
  if (!reply) {
    meter_.unanswered();
    return std::nullopt;
  }
  const bool hit = (*reply)->type == REDIS_REPLY_STRING;
  meter_.answered(hit);
  return hit ? std::optional<std::string>(text_of(**reply)) : std::nullopt;
}

void Redis::put(std::string_view key, std::string_view value, Millis ttl) {
  if (value.size() > kLargestValue || ttl <= Millis{0}) return erase(key);
  if (!ask({"SET", value_key(key), value, "PX", std::to_string(ttl.count())})) meter_.failed();
}

void Redis::erase(std::string_view key) {
  if (!ask({"DEL", value_key(key)})) meter_.failed();
}

Millis Redis::take(std::string_view bucket, unsigned at_once, Millis window) {
  // Always counted here too: a limit that is nearly used up does not begin anew when Redis goes.
  const auto here = refills_.take(bucket, at_once, window);
  if (at_once == 0 || window <= Millis{0}) return here;
  const auto reply =
      ask({"EVAL", kTake, "1", limit_key(bucket), std::to_string(at_once), std::to_string(window.count())});
  if (reply && (*reply)->type == REDIS_REPLY_INTEGER) return std::clamp(Millis{(*reply)->integer}, Millis{0}, window);
  meter_.failed();
  return here;
}

void Redis::wake(std::string_view topic) {
  wakes_.ring(topic);
  {
    const std::lock_guard lock(mutex_);
    to_wake_.emplace(topic);
  }
  nudge();
}

Listening Redis::on_wake(std::string_view topic, std::function<void()> callback) {
  return wakes_.listen(topic, std::move(callback));
}

void Redis::nudge() const { static_cast<void>(::eventfd_write(nudge_, 1)); }

void Redis::gone(const Error& why) {
  nudge();
  const std::lock_guard lock(mutex_);
  if (pool_.is_open()) return;               // it came back before we could say that it went
  if (why.code == Code::kCancelled) return;  // we end it ourselves
  meter_.up(false);
  if (std::exchange(missing_, true)) return;
  log::warn("cache",
            std::string("Redis does not serve us; going on without it: no values are kept, each host counts limits "
                        "alone. ") +
                (why.code == Code::kAuth ? "Correct user and password in cache.url" : "Start it, or correct cache.url"),
            {{"reason", why.text}, {"host", url_.host}, {"port", std::to_string(url_.port)}});
}

void Redis::back() {
  const std::lock_guard lock(mutex_);
  if (!pool_.is_open()) return;
  meter_.up(true);
  if (std::exchange(missing_, false)) log::info("cache", "Redis is back", {{"host", url_.host}});
}

}  // namespace agente::cache
