#pragma once

#include <memory>
#include <string>

#include "base/result.hpp"
#include "config/config.hpp"

namespace agente::app {

/// The whole house, put together: the only place that knows every room.
class Host {
 public:
  /// Opens the store, starts the plugins, the queues and the listeners, in that order. A bad instance is left out and
  /// readiness tells; kConfig when the house itself cannot stand (store, address), naming the remedy.
  static Result<std::unique_ptr<Host>> start(config::Config config);
  ~Host();
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  /// "http://127.0.0.1:8000": where the operator reaches it.
  [[nodiscard]] std::string operator_url() const;
  /// Takes over the config file as it is now: added, removed and changed instances only. A bad file changes nothing;
  /// the log says why. Returns at once.
  void reread();
  /// Takes no new work, finishes what is under way and abandons what takes longer; at most 8 seconds (CONTRACTS §3).
  void stop();

  struct Rooms;  // rooms.hpp

 private:
  explicit Host(std::unique_ptr<Rooms> rooms);
  std::unique_ptr<Rooms> rooms_;
};

}  // namespace agente::app
