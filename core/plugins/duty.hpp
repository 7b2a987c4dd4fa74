#pragma once

#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "base/clock.hpp"

namespace agente::plugins {

/// Which instances' polls and timers this host runs: where several hosts share one store, each instance's run on one of
/// them at a time. Thread-safe.
///
/// A shift that has begun is finished even if the duty passes to another host, who must not begin before `rests`.
class Duty {
  struct UnderWay {
    std::string instance;
    Steady until;
    bool given_up = false;
  };
  using Place = std::list<UnderWay>::iterator;

 public:
  using Instances = std::function<bool(const std::string& instance)>;
  static constexpr Millis kLook{500};  ///< how soon to ask again while another host has the duty

  /// One poll or timer under way.
  class Shift {
   public:
    Shift(Duty& duty, Place place) : duty_(&duty), place_(place) {}
    ~Shift();
    Shift(Shift&& from) noexcept : duty_(std::exchange(from.duty_, nullptr)), place_(from.place_) {}
    Shift(const Shift&) = delete;
    Shift& operator=(const Shift&) = delete;

    /// Whether what it brings may be committed: false when it overran and another host may have begun since. Once true,
    /// it counts as under way until its end.
    [[nodiscard]] bool may_commit() const;

   private:
    Duty* duty_;
    Place place_;
  };

  /// `mine`: whether this host has the duty at this moment; must be thread-safe. None: it is the only host.
  explicit Duty(Instances mine) : mine_(std::move(mine)) {}

  /// None: another host has the duty. After `until` the shift holds up nobody.
  [[nodiscard]] std::optional<Shift> begin(const std::string& instance, Steady until);

  /// No shift of these is under way.
  [[nodiscard]] bool rests(const Instances& of);

 private:
  const Instances mine_;
  std::mutex mutex_;
  std::list<UnderWay> shifts_;
};

}  // namespace agente::plugins
