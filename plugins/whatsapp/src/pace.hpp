/// Keeps what is sent below the limits that Meta counts by.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include <agente/sdk.hpp>

namespace agente::whatsapp {

/// Lets so many messages go at once, and then one each interval; for each name (a number, a guest) apart.
///
/// Of a name only one moment is kept, the one at which all it has used is made up for (GCRA). A clock that is set
/// back makes nobody wait longer than an interval. Thread-safe.
class Pace {
 public:
  struct Limit {
    std::int64_t at_once;                ///< 0: no limit
    std::chrono::microseconds interval;  ///< between those that follow
  };

  explicit Pace(Limit limit) : limit_(limit) {}

  /// Takes a place for one message; 0, or how long to wait before asking again.
  [[nodiscard]] std::chrono::milliseconds take(std::string_view name, time_point now);
  /// What `take` would say, which takes nothing.
  [[nodiscard]] std::chrono::milliseconds wait_of(std::string_view name, time_point now);
  /// Meta counts more than was taken here: whatever could go at once is used up.
  void use_up(std::string_view name, time_point now);

 private:
  using Moment = std::chrono::sys_time<std::chrono::microseconds>;

  Moment& made_up(std::string_view name, Moment now);
  [[nodiscard]] std::chrono::milliseconds wait_until(Moment made_up, Moment now) const;

  const Limit limit_;
  std::mutex mutex_;
  std::map<std::string, Moment, std::less<>> made_up_;
};

}  // namespace agente::whatsapp
