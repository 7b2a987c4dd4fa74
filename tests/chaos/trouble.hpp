#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "hotel.hpp"
#include "plan.hpp"

namespace agente::chaos {

/// Carries out a plan's blows and what mends them, and starts hosts again that have ended, as systemd would.
class Trouble {
 public:
  /// `tell` gets a line for everything that is done.
  Trouble(std::vector<Blow> blows, Hotel& hotel, std::function<void(const std::string&)> tell);

  /// What is due `now_ms` after the beginning.
  void go_on(std::int64_t now_ms);
  /// Mends everything at once; hosts that end from here on are still started again.
  void mend_all(std::int64_t now_ms);

  [[nodiscard]] const std::map<Fault, int>& struck() const { return struck_; }
  [[nodiscard]] int restarts() const { return restarts_; }
  /// Hosts that ended in a way that no blow explains.
  [[nodiscard]] const std::vector<std::string>& crashes() const { return crashes_; }

 private:
  struct Later {
    std::int64_t at_ms;
    std::function<void()> mend;
  };
  enum class Health { kRuns, kPaused, kDown };

  void strike(const Blow& blow, std::int64_t now_ms);
  /// False: it hit nobody, as its host is down already.
  bool hit_host(const Blow& blow, std::int64_t now_ms);
  void hit_server(const Blow& blow, std::int64_t now_ms);
  void after(std::int64_t at_ms, std::function<void()> mend) { later_.push_back({at_ms, std::move(mend)}); }
  void mend_what_is_due(std::int64_t now_ms);
  void look_after_hosts(std::int64_t now_ms);
  void judge_end(int number);
  [[nodiscard]] Health& health(int host) { return health_.at(static_cast<std::size_t>(host)); }

  std::vector<Blow> blows_;
  std::size_t next_ = 0;
  Hotel& hotel_;
  const std::function<void(const std::string&)> tell_;
  std::vector<Later> later_;
  std::vector<Health> health_;
  std::vector<bool> may_end_;  ///< it was started with a kill point
  bool postgres_up_ = true;
  bool redis_up_ = true;
  std::map<Fault, int> struck_;
  int restarts_ = 0;
  std::vector<std::string> crashes_;
};

}  // namespace agente::chaos
