#pragma once

#include <atomic>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include "cache/cache.hpp"
#include "cache/meter.hpp"
#include "cache/redis_pool.hpp"
#include "cache/redis_url.hpp"
#include "cache/refills.hpp"
#include "cache/wakes.hpp"

namespace agente::cache {

/// The cache of several hosts. Keys in Redis begin with `agente:`; wake-ups go by the channel `agente:wake:<db>`.
///
/// One thread, the keeper, connects, listens for wake-ups and sends ours; callers only use connections that are there.
class Redis final : public Cache {
 public:
  Redis(RedisUrl url, const Clock& clock, Metrics& metrics, const Bounds& bounds);
  ~Redis() override;
  Redis(const Redis&) = delete;
  Redis& operator=(const Redis&) = delete;

  std::optional<std::string> get(std::string_view key) override;
  void put(std::string_view key, std::string_view value, Millis ttl) override;
  void erase(std::string_view key) override;
  Millis take(std::string_view bucket, unsigned at_once, Millis window) override;
  void wake(std::string_view topic) override;
  Listening on_wake(std::string_view topic, std::function<void()> callback) override;
  [[nodiscard]] bool up() const override { return pool_.is_open(); }

 private:
  void keep(const std::stop_token& stop);
  /// Fills the pool; the connection for wake-ups.
  Result<RedisConnection> connect();
  /// Until Redis is away or `stop`.
  void serve(RedisConnection& listener, const std::stop_token& stop);
  Result<void> hear(RedisConnection& listener);
  void heard(const redisReply& message);
  void send_wakes();
  void nudge() const;
  void pause(Millis time, const std::stop_token& stop) const;
  void gone(const Error& why);
  void back();
  Result<Reply> ask(std::initializer_list<std::string_view> words);

  const RedisUrl url_;
  const Bounds bounds_;
  const std::string me_;       ///< so that the keeper knows its own wake-ups
  const std::string channel_;  ///< of wake-ups
  Meter meter_;
  Wakes wakes_;
  Refills refills_;  ///< what this host alone has let through
  std::mutex mutex_;
  std::set<std::string, std::less<>> to_wake_;  ///< topics others are to hear of
  bool missing_ = false;                        ///< the log has said that Redis is away
  int nudge_;                                   ///< an eventfd: the keeper has something to do
  RedisPool pool_;
  std::jthread keeper_;  // last: ends before what it uses
};

}  // namespace agente::cache
