#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include <agente/sdk.hpp>

namespace webchat {

/// What must be known of guests between two requests and may be forgotten: how fast they write, and which numbers of
/// their talk are given out but perhaps not stored yet. Thread-safe. Those silent for ten minutes are forgotten.
class Visitors {
 public:
  /// Takes one message's worth: 20 a minute, 5 at once. Zero: granted; else how long until the next is.
  [[nodiscard]] std::chrono::seconds admit(std::string_view visitor, agente::time_point now);

  /// The number for the message with this `name`: the one it got before, or the next after `last` and after all given.
  /// Odd for guests, even for the hotel: while one version of the plugin replaces another both give numbers, and a
  /// guest's line, which is staged, must never fall on the hotel's.
  [[nodiscard]] std::uint64_t number(std::string_view visitor, std::string_view name, bool guest, std::uint64_t last);

 private:
  struct Visitor {
    double tokens = 0;
    agente::time_point seen{};
    std::uint64_t last = 0;
    std::deque<std::pair<std::string, std::uint64_t>> given{};
  };
  Visitor& at(std::string_view visitor);
  void forget_silent(agente::time_point now);

  std::mutex mutex_;
  std::map<std::string, Visitor, std::less<>> visitors_;
  agente::time_point swept_{};
};

}  // namespace webchat
