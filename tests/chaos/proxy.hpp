#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <mutex>
#include <thread>
#include <vector>

namespace agente::chaos {

/// A TCP wire between two programs that can be cut: all its connections end with RST at once, in both directions.
/// Each new connection goes to the next of its targets that takes it. Thread-safe.
class Proxy {
 public:
  /// Listens on a port of its own; `targets` are ports of this machine.
  explicit Proxy(std::vector<int> targets);
  ~Proxy();
  Proxy(const Proxy&) = delete;
  Proxy& operator=(const Proxy&) = delete;

  [[nodiscard]] int port() const { return port_; }
  void cut() { ++cuts_; }

 private:
  struct Wire {
    std::atomic<bool> ended = false;
    std::jthread thread;
  };
  void accept_all(const std::stop_token& stop);
  void carry(int near, const std::stop_token& stop);
  [[nodiscard]] int reach_a_target();

  const std::vector<int> targets_;
  std::size_t turn_ = 0;
  std::mutex turn_mutex_;
  std::atomic<std::uint64_t> cuts_ = 0;
  int listener_ = -1;
  int port_ = 0;
  std::list<Wire> wires_;  // of the accepting thread
  std::jthread thread_;
};

}  // namespace agente::chaos
