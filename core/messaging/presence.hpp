#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "base/clock.hpp"
#include "messaging/once_a_minute.hpp"
#include "plugins/channel.hpp"
#include "store/records.hpp"

namespace agente::messaging {

/// Shows guests that they were read and that an answer is being written, where the channel can.
///
/// A courtesy: nothing waits for it, nothing fails with it. What a slow provider holds up for 20 s, or does not fit, is
/// dropped. Each message is shown once as long as the process lives. Thread-safe.
class Presence {
 public:
  /// Null for a channel that is not there.
  using FindChannel = std::function<plugins::Channel*(const std::string& id)>;

  Presence(const Clock& clock, FindChannel find) : clock_(clock), find_(std::move(find)), complaints_(clock) {}
  ~Presence();
  Presence(const Presence&) = delete;
  Presence& operator=(const Presence&) = delete;

  void start();
  /// Nothing is shown any more. One call may still be under way; the destructor waits for it.
  void drop_all();

  /// The bot begins to answer this message. Not for one that is handled again. Never blocks.
  void will_answer(const store::Inbound& message);
  /// Whether or not it was shown yet: from here on nobody is writing.
  void has_answered(store::Id message);

 private:
  struct Waiting {
    store::Id id = 0;
    std::string channel;
    plugins::SeenMessage seen;
    std::string trace;
    Steady until{};
  };
  void run(const std::stop_token& stop);
  void show(const Waiting& next);
  bool is_new(store::Id message);

  const Clock& clock_;
  const FindChannel find_;
  OnceAMinute complaints_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Waiting> waiting_;
  std::set<store::Id> shown_;  ///< the newest
  std::jthread thread_;        // last: it uses all of the above
};

}  // namespace agente::messaging
