#pragma once

#include <cstddef>
#include <string_view>
#include <utility>

#include "base/clock.hpp"
#include "web/address.hpp"

namespace agente::web {

/// An accepted connection's end. Waits are cut by a moment, not by a time per call: a peer that drips a byte now and
/// then gains nothing. Used by one thread at a time.
class Socket {
 public:
  /// Takes over the descriptor.
  explicit Socket(int descriptor);
  Socket(Socket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  Socket& operator=(Socket&&) = delete;
  ~Socket();

  [[nodiscard]] int descriptor() const { return descriptor_; }
  [[nodiscard]] Address local() const;

  /// There is something to receive, only nobody has looked yet.
  [[nodiscard]] bool has_bytes() const;

  /// What is here already: received bytes, or one of these; 0 when the peer has ended the connection.
  static constexpr long kNothing = -1;
  static constexpr long kBroken = -2;
  [[nodiscard]] long receive(char* to, std::size_t size);
  /// Sends both in one call if the peer takes them. False when broken or too late.
  [[nodiscard]] bool send_all(std::string_view head, std::string_view body, Steady deadline);
  /// The peer reads that there is no more; what it still sends can be received.
  void end_sending();

 private:
  int descriptor_;
};

}  // namespace agente::web
