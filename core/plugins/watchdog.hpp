#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include "base/clock.hpp"

namespace agente::plugins {

/// Shuts sockets down at their deadline, whatever their owner is blocked in: a peer that sends a byte now and then
/// satisfies every timeout but this one. Thread-safe.
class Watchdog {
 public:
  Watchdog();

  /// Watches a socket for as long as it lives; goes before the socket is closed.
  class Guard {
   public:
    Guard(Watchdog& dog, int socket, Steady deadline) : dog_(dog), id_(dog.add(socket, deadline)) {}
    ~Guard() { dog_.remove(id_); }
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;

   private:
    Watchdog& dog_;
    std::uint64_t id_;
  };

 private:
  std::uint64_t add(int socket, Steady deadline);
  void remove(std::uint64_t id);
  void run(const std::stop_token& stop);

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::map<std::uint64_t, std::pair<Steady, int>> watched_;
  std::uint64_t next_ = 1;
  std::jthread thread_;  // last: ends before what it uses
};

}  // namespace agente::plugins
