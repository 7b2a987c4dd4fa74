#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <map>
#include <mutex>
#include <unordered_set>

#include "base/clock.hpp"
#include "web/address.hpp"

namespace agente::web {

/// Everyone connected to one listener: who may still come in, who is idle and may be asked to leave.
/// Thread-safe. Outlives every socket and connection of its listener.
class Crowd {
 public:
  /// A connection that has a thread. Its thread moves it between idle and busy; the crowd may close it while idle.
  class Seat {
   public:
    explicit Seat(int socket) : socket_(socket) {}
    /// False if the crowd closed the connection in the meantime.
    [[nodiscard]] bool begin_request();

   private:
    friend class Crowd;
    enum class State { idle, busy, closed };
    int socket_;
    std::atomic<State> state_{State::idle};
    std::atomic<std::chrono::steady_clock::rep> idle_since_{0};
  };

  /// `threads`: connections that can be served at once; `per_address`: connections of one address at most.
  Crowd(std::size_t threads, std::size_t per_address) : threads_(threads), per_address_(per_address) {}

  /// A new connection is accepted. False: one too many from there, or of all; do not serve it. Makes room if every
  /// thread is taken. Each true is followed by one `leave`.
  [[nodiscard]] bool enter(const Address& address, bool exempt);
  void leave(const Address& address);

  void sit_down(Seat& seat);
  void stand_up(Seat& seat);
  /// The request is answered; false if the connection must end now.
  [[nodiscard]] bool end_request(Seat& seat);

  /// More than half of the threads are taken: connections should not be kept for a next request.
  [[nodiscard]] bool is_crowded() const { return present_.load(std::memory_order_relaxed) * 2 > threads_; }
  [[nodiscard]] bool is_closing() const { return closing_; }

  /// Closes idle connections, waits up to `grace` for the busy ones, then shuts their sockets and waits as long again
  /// (one second at most). True if all are gone.
  bool close(Millis grace);

 private:
  void make_room();
  static bool close_if_idle(Seat& seat);

  const std::size_t threads_;
  const std::size_t per_address_;
  std::atomic<std::size_t> present_{0};
  std::atomic<bool> closing_{false};
  std::mutex mutex_;
  std::condition_variable all_gone_;
  std::map<Address, std::size_t> by_address_;
  std::unordered_set<Seat*> seats_;
};

}  // namespace agente::web
