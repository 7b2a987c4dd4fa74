#pragma once

#include <mutex>
#include <string>

#include "cache/cache.hpp"
#include "cache/meter.hpp"
#include "cache/recent.hpp"
#include "cache/refills.hpp"
#include "cache/wakes.hpp"

namespace agente::cache {

/// The cache of one process.
class Local final : public Cache {
 public:
  Local(const Clock& clock, Metrics& metrics, const Bounds& bounds);

  std::optional<std::string> get(std::string_view key) override;
  void put(std::string_view key, std::string_view value, Millis ttl) override;
  void erase(std::string_view key) override;
  Millis take(std::string_view bucket, unsigned at_once, Millis window) override;
  void wake(std::string_view topic) override { wakes_.ring(topic); }
  Listening on_wake(std::string_view topic, std::function<void()> callback) override;
  [[nodiscard]] bool up() const override { return true; }

 private:
  struct Entry {
    std::string value;
    Time from;   ///< earlier than this, the clock was set back
    Time until;  ///< not valid any more
  };
  [[nodiscard]] std::optional<std::string> look(std::string_view key);

  const Clock& clock_;
  Meter meter_;
  Wakes wakes_;
  Refills refills_;
  std::mutex mutex_;
  Recent<Entry> entries_;
};

}  // namespace agente::cache
