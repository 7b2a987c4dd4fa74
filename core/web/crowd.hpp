#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <unordered_set>
#include <utility>

#include "base/clock.hpp"
#include "web/address.hpp"

namespace agente::web {

/// Everyone connected to one listener: how many may come in, of one address and of all. Thread-safe. Outlives every
/// place it gave.
class Crowd {
 public:
  /// One connection's place, given back at its end. End it before the socket is closed.
  class Place {
   public:
    Place(Crowd& crowd, const Address& address, int socket) : crowd_(&crowd), address_(address), socket_(socket) {}
    Place(Place&& other) noexcept
        : crowd_(std::exchange(other.crowd_, nullptr)), address_(other.address_), socket_(other.socket_) {}
    Place& operator=(Place&&) = delete;
    ~Place() {
      if (crowd_ != nullptr) crowd_->leave(address_, socket_);
    }
    [[nodiscard]] const Address& address() const { return address_; }

   private:
    Crowd* crowd_;
    Address address_;
    int socket_;
  };

  /// `most`: connections at once; `per_address`: of one address.
  Crowd(std::size_t most, std::size_t per_address) : most_(most), per_address_(per_address) {}

  [[nodiscard]] bool is_full() const { return present_.load(std::memory_order_relaxed) >= most_; }
  /// Empty: one too many from there, or of all. `exempt`: no bound per address for it.
  [[nodiscard]] std::optional<Place> enter(const Address& address, bool exempt, int socket);

  /// True when nobody is there any more, at the latest after `limit`.
  [[nodiscard]] bool wait_until_gone(Millis limit);
  /// Shuts every socket: whoever serves it notices.
  void cut();

 private:
  void leave(const Address& address, int socket);

  const std::size_t most_;
  const std::size_t per_address_;
  std::atomic<std::size_t> present_{0};
  std::mutex mutex_;
  std::condition_variable gone_;
  std::map<Address, std::size_t> by_address_;
  std::unordered_set<int> sockets_;
};

}  // namespace agente::web
