#pragma once

#include <compare>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "web/connection.hpp"

namespace agente::web {

/// Where connections are that need no thread now: new ones, idle ones, and those whose request comes slowly. One thread
/// watches them all, and the door. A connection costs a descriptor here and some hundred bytes. Thread-safe.
class Lobby {
 public:
  /// What either throws ends one connection, or leaves a new one where it is: there is no memory.
  struct Told {
    std::function<void()> knock;                              ///< somebody is at the door
    std::function<void(std::unique_ptr<Connection>)> called;  ///< has something to read, or its time is over
  };

  /// Throws std::system_error when the system has no descriptors left.
  explicit Lobby(Told told);
  ~Lobby() { stop(); }
  Lobby(const Lobby&) = delete;
  Lobby& operator=(const Lobby&) = delete;

  void watch_door(int socket);
  void wait(std::unique_ptr<Connection> connection);
  /// Ends the connection that has waited longest, an idle one rather than one with half a request. False: nobody
  /// waits in vain.
  bool put_out_longest();
  /// No more knocks, and nobody idle is kept. The door's socket may be closed then.
  void close_door(int socket);
  /// Calls nobody any more; who comes to wait is kept until the end.
  void stop();

 private:
  /// A descriptor of ours.
  struct Watch {
    int descriptor;
    ~Watch();
  };
  struct Seat {
    bool midway;
    Steady until;
    int socket;
    auto operator<=>(const Seat&) const = default;
  };
  void run();
  void hear(std::uint64_t who);
  int milliseconds_left();
  void call(int socket);
  void call_overdue();
  std::unique_ptr<Connection> take(int socket);
  void ring();

  const Told told_;
  const Watch epoll_;
  const Watch bell_;
  std::mutex mutex_;
  std::map<Seat, std::unique_ptr<Connection>> waiting_;
  std::unordered_map<int, Seat> seats_;
  Steady awake_at_ = Steady::min();
  bool closed_ = false;
  bool over_ = false;
  std::jthread thread_;
};

}  // namespace agente::web
