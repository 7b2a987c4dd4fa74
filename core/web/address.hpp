#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

struct sockaddr;

namespace agente::web {

/// An IP address. IPv4 is kept in its IPv6-mapped form, so 10.0.0.1 and ::ffff:10.0.0.1 are the same caller.
class Address {
 public:
  Address() = default;
  /// "10.0.0.1", "::1", "fe80::1" (no brackets, no port, no zone). Empty for anything else.
  [[nodiscard]] static std::optional<Address> parse(std::string_view text);
  /// From a socket; any other family than IPv4 and IPv6 gives "::".
  [[nodiscard]] static Address of(const sockaddr& socket_address);

  [[nodiscard]] bool is_loopback() const;
  [[nodiscard]] bool is_v4() const;
  [[nodiscard]] std::string text() const;
  /// The part one subscriber owns: the whole IPv4 address, the first 64 bits of an IPv6 one. For limits per address.
  [[nodiscard]] Address subscriber() const;

  auto operator<=>(const Address&) const = default;

 private:
  std::array<std::uint8_t, 16> bytes_{};
};

/// "127.0.0.1:8000", "[::1]:8000" or "localhost:8000" as its two halves; brackets are taken off the host.
struct HostPort {
  std::string host;
  std::optional<std::uint16_t> port;
};
/// Empty if there is no host, or the port is no number up to 65535.
[[nodiscard]] std::optional<HostPort> split_host_port(std::string_view text);

}  // namespace agente::web
