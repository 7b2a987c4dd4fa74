#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "messaging/hotels.hpp"
#include "pms/audit.hpp"
#include "pms/follow.hpp"
#include "store/store.hpp"

namespace agente::messaging {

/// Keeps what we know of each hotel's PMS, former ones too, in line with it: asks every few seconds what has changed
/// there, how many rooms there are every ten minutes, and takes over everything when an operator wants it. Of several
/// hosts on one store, the one whose duty a hotel is follows it. Thread-safe.
class Mirror {
 public:
  /// Whether a hotel is this host's to follow. Must be thread-safe.
  using Duty = std::function<bool(const std::string& hotel)>;
  static constexpr int kWorkers = 4;               ///< one more than PMS may hang while the others are followed
  static constexpr Millis kMore{100};              ///< while there is more
  static constexpr Millis kMaybeMore{1'000};       ///< after a page that was not full, but need not be the last
  static constexpr Millis kLongestPause{300'000};  ///< after failures, doubling

  Mirror(store::Store& store, const Clock& clock, Hotels& hotels, Duty duty = {})
      : store_(store), clock_(clock), hotels_(hotels), duty_(std::move(duty)) {}
  ~Mirror() { stop(); }
  Mirror(const Mirror&) = delete;
  Mirror& operator=(const Mirror&) = delete;

  /// How long between two questions; 10 s at first. In force after the next one.
  void every(Millis pause) { every_ = pause; }
  void start();
  /// Ends after the pages under way.
  void stop();

  /// Takes over everything of every hotel, in the background. Kept until the next one; on this host only.
  struct Sync {
    std::string id;
    enum class State { kRunning, kDone, kFailed } state = State::kRunning;
    int done = 0;
    int total = 0;  ///< as far as known: grows while the PMS is read
    Time started{};
    std::optional<Time> ended;
    std::string problem;  ///< of kFailed: which hotel and why
  };
  /// The one that is running, or a new one.
  Sync sync();
  [[nodiscard]] std::optional<Sync> sync_with(const std::string& id) const;

  /// Of each PMS of the hotel, former ones too; one that does not answer keeps nobody from hearing of the others.
  Result<pms::Audit> audit(const std::string& hotel, std::string_view trace);

 private:
  struct Next {
    Steady at{};
    Millis pause{1'000};
    Steady count_rooms_at{};
    bool is_under_way = false;
  };
  /// A PMS to be asked now, marked as under way; else null, and `look` is when to look again.
  struct Due {
    pms::Gateway* gateway = nullptr;
    Next next;
    Steady look{};
  };
  void run(const std::stop_token& stop);
  Due due();
  Millis ask(pms::Gateway& gateway, Next& next);
  void count_rooms(pms::Gateway& gateway, Next& next);
  void sync_now(const std::stop_token& stop);
  Result<void> sync_pms(pms::Gateway& gateway, int done_before, const std::stop_token& stop);

  store::Store& store_;
  const Clock& clock_;
  Hotels& hotels_;
  const Duty duty_;
  std::atomic<Millis> every_ = Millis{10'000};
  mutable std::mutex mutex_;
  std::condition_variable_any woken_;
  std::optional<Sync> sync_;            ///< guarded by mutex_
  bool stopped_ = false;                ///< guarded by mutex_
  std::jthread syncing_;                ///< guarded by mutex_
  std::map<pms::Gateway*, Next> next_;  ///< guarded by mutex_
  std::vector<std::jthread> workers_;   // last: they end before what they use
};

[[nodiscard]] std::string_view name_of(Mirror::Sync::State state);  ///< running, done, failed

}  // namespace agente::messaging
