#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace agente::config {

/// Where a listener binds: an IP address (without brackets) or "localhost", and a port.
struct Address {
  std::string host;
  std::uint16_t port = 0;

  bool operator==(const Address&) const = default;
};

/// "127.0.0.1:8000", "[::1]:8000", "localhost:8000".
[[nodiscard]] Result<Address> parse_address(std::string_view text);
[[nodiscard]] bool is_loopback(const Address& address);

/// A block of IP addresses. IPv4 is kept as ::ffff:a.b.c.d, so that a mapped peer address matches too.
class Network {
 public:
  /// "172.18.0.0/16", "2001:db8::/32" or a single address.
  [[nodiscard]] static Result<Network> parse(std::string_view text);

  /// `ip` is an address without port or zone; anything else is in no network.
  [[nodiscard]] bool contains(std::string_view ip) const;
  /// Every address of `other` is in this one.
  [[nodiscard]] bool contains(const Network& other) const;
  /// All of IPv4 or all of IPv6.
  [[nodiscard]] bool is_everything() const;

  bool operator==(const Network&) const = default;

 private:
  using Bytes = std::array<std::uint8_t, 16>;
  static bool read(std::string_view ip, Bytes& bytes, bool& is_v4);
  [[nodiscard]] bool holds(const Bytes& bytes) const;

  Bytes base_{};
  unsigned bits_ = 128;
};

}  // namespace agente::config
