#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "app/host.hpp"
#include "base/result.hpp"
#include "config/diff.hpp"
#include "plugins/sight.hpp"

namespace agente::app {

/// Keeps the running house in line with its files: takes up a changed config and changed plugins, and nothing else.
/// Twice a second it looks whether they have changed and come to rest; SIGHUP and `agentctl plugin reload` do not wait
/// for that. Thread-safe.
class Upkeep {
 public:
  explicit Upkeep(Host::Rooms& rooms);
  Upkeep(const Upkeep&) = delete;
  Upkeep& operator=(const Upkeep&) = delete;

  void start();
  /// Begins nothing more and waits for a change under way, which PluginHost::stop_changes ends.
  void stop() { thread_ = {}; }

  /// As Host::reread. The thread does it; nobody waits.
  void reread();
  /// As PluginHost::reload.
  Result<void> reload(const std::string& instance);

 private:
  void run(const std::stop_token& stop);
  void look();
  void reread_on_request();
  void reread_now();
  void apply(const config::Config& now, const config::Config& next, const config::Diff& diff);
  void start_the_slow();
  void connect_hotels();

  Host::Rooms& rooms_;
  std::mutex mutex_;  // one change of the house at a time
  plugins::Watched file_;
  Millis pause_{5'000};  // before the slow are tried again; doubled each time
  Steady try_again_at_ = std::chrono::steady_clock::now() + pause_;
  std::mutex sleeping_;
  bool wanted_ = false;  // to be reread; guarded by it
  std::condition_variable_any wake_;
  std::jthread thread_;  // last: ends before what it uses
};

}  // namespace agente::app
