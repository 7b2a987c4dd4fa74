/// Keeps what this host sends below what Meta lets through.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include <agente/sdk.hpp>

namespace agente::whatsapp {

/// Lets so many messages go at once, and then one each interval; for each number apart.
///
/// Of a number only one moment is kept, the one at which all it has used is made up for (GCRA), and who was given a
/// place to come. A clock that is set back makes nobody wait longer than an interval. Thread-safe.
class Pace {
 public:
  struct Limit {
    std::int64_t at_once;                ///< 0: no limit
    std::chrono::microseconds interval;  ///< between those that follow
  };

  explicit Pace(Limit limit) : limit_(limit) {}

  /// Takes a place for one message: 0, or how long to wait before asking again. Who has to wait is given the next free
  /// place, so that a thousand who wait ask once more and not each at every place. A minute at most, to be asked again:
  /// settings may change meanwhile.
  [[nodiscard]] std::chrono::milliseconds queue(std::string_view number, std::string_view who, time_point now);
  /// Whether a place to come was given to `who`.
  [[nodiscard]] bool has_place(std::string_view number, std::string_view who);
  /// Meta counts more than was taken here: whatever could go at once is used up, places to come are given anew, and
  /// from here on half as many go. The next minute without this doubles them again. Within a second it counts once.
  void slow_down(std::string_view number, time_point now);
  /// Meta says how long it takes nothing more, whatever the limit here.
  void pause(std::string_view number, time_point now, std::chrono::milliseconds wait);
  /// What is left of that; 0: nothing. A clock that is set back to before the pause ends it.
  [[nodiscard]] std::chrono::milliseconds pause_of(std::string_view number, time_point now);

 private:
  using Moment = std::chrono::sys_time<std::chrono::microseconds>;
  struct Use {
    Moment made_up = {};
    Moment asked = {};  ///< last
    std::map<std::string, Moment, std::less<>> places = {};
    Moment swept = {};
    Moment slowed = {};
    int halvings = 0;  ///< when it was slowed
  };

  struct Pause {
    time_point since;
    time_point until;
  };

  Use& use_of(std::string_view number, Moment now);
  void use_up(Use& use, Moment now) const;
  void take_place(Use& use, Moment now) const;
  static int halvings_at(const Use& use, Moment now);
  [[nodiscard]] std::chrono::milliseconds wait_until(Moment made_up, Moment now) const;

  const Limit limit_;
  std::mutex mutex_;
  std::map<std::string, Use, std::less<>> uses_;
  std::map<std::string, Pause, std::less<>> pauses_;
};

}  // namespace agente::whatsapp
