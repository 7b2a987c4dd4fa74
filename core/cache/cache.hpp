#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace agente {
class Metrics;
}

/// What may vanish at any moment, kept in this process or, for several hosts, in Redis.
///
/// Nothing in here is the truth of anything. When Redis is away, is emptied or answers nonsense, a value is a miss, a
/// limit is counted by each host alone and a sleeper wakes at its usual time; one log line says so, and one that it is
/// back. A call never waits for Redis to come back: a thread of the cache's own connects again in the background.
namespace agente::cache {

struct Bounds {
  Millis connect{100};         ///< to reach Redis; only the background thread waits for it
  Millis command{50};          ///< of one call, whatever happens: waiting for a connection included
  std::size_t connections{4};  ///< besides the one for wake-ups
  Millis pause{50};            ///< before connecting again; doubles with each failure
  Millis longest_pause{5'000};
  Millis heartbeat{1'000};      ///< how often a silent Redis is asked whether it is there
  std::size_t entries{10'000};  ///< kept in this process; the least recently used goes first
};

/// Larger values are not kept.
constexpr std::size_t kLargestValue = 64 * 1024;

/// Whoever drops it does not listen any more: its callback is not running then and never runs again.
using Listening = std::shared_ptr<void>;

/// Thread-safe; no call throws or takes longer than Bounds::command. Keys and values are bytes.
class Cache {
 public:
  virtual ~Cache() = default;

  /// None: never put, expired, forgotten, or Redis is away.
  virtual std::optional<std::string> get(std::string_view key) = 0;
  virtual void put(std::string_view key, std::string_view value, Millis ttl) = 0;
  virtual void erase(std::string_view key) = 0;

  /// Takes one use of `bucket`: `at_once` of them, and one more each `window / at_once` (GCRA), by all hosts together.
  /// Zero, or how long until there is one, which then goes to whoever asks first. While Redis is away each host counts
  /// alone.
  [[nodiscard]] virtual Millis take(std::string_view bucket, unsigned at_once, Millis window) = 0;

  /// Calls everyone who listens to `topic`, here at once, in other hosts soon or never: it may only save time. Returns
  /// at once; several calls may become one.
  virtual void wake(std::string_view topic) = 0;
  /// Until the returned value is dropped. `callback` runs on the thread of whoever wakes; it must be short and must not
  /// drop its own Listening.
  [[nodiscard]] virtual Listening on_wake(std::string_view topic, std::function<void()> callback) = 0;

  /// False while Redis is away.
  [[nodiscard]] virtual bool up() const = 0;
};

/// Without `url` in this process, else the Redis at redis://[[user]:password@]host[:port][/db]. A Redis that is away is
/// no failure. kConfig when the URL is not one; its text never shows the password.
/// `clock` ages what is kept in this process; it and `metrics` outlive the cache.
Result<std::unique_ptr<Cache>> open(const std::optional<std::string>& url, const Clock& clock, Metrics& metrics,
                                    Bounds bounds = {});

}  // namespace agente::cache
