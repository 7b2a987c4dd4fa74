#include "web/address.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>

namespace agente::web {
namespace {

constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

template <class Number>
std::optional<Number> whole_number(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

std::optional<Address> Address::parse(std::string_view text) {
  const std::string zero_ended(text);
  Address address;
  if (zero_ended.size() != std::strlen(zero_ended.c_str())) return std::nullopt;
  if (inet_pton(AF_INET6, zero_ended.c_str(), address.bytes_.data()) == 1) return address;
  std::copy(kMapped.begin(), kMapped.end(), address.bytes_.begin());
  if (inet_pton(AF_INET, zero_ended.c_str(), address.bytes_.data() + kMapped.size()) == 1) return address;
  return std::nullopt;
}

Address Address::of(const sockaddr& socket_address) {
  Address address;
  if (socket_address.sa_family == AF_INET6) {
    const auto& six = reinterpret_cast<const sockaddr_in6&>(socket_address);
    std::memcpy(address.bytes_.data(), &six.sin6_addr, address.bytes_.size());
  } else if (socket_address.sa_family == AF_INET) {
    const auto& four = reinterpret_cast<const sockaddr_in&>(socket_address);
    std::copy(kMapped.begin(), kMapped.end(), address.bytes_.begin());
    std::memcpy(address.bytes_.data() + kMapped.size(), &four.sin_addr, 4);
  }
  return address;
}

bool Address::is_v4() const { return std::equal(kMapped.begin(), kMapped.end(), bytes_.begin()); }

bool Address::is_loopback() const {
  if (is_v4()) return bytes_[kMapped.size()] == 127;
  return bytes_.back() == 1 && std::all_of(bytes_.begin(), bytes_.end() - 1, [](auto byte) { return byte == 0; });
}

std::string Address::text() const {
  std::array<char, INET6_ADDRSTRLEN> out{};
  if (is_v4()) {
    inet_ntop(AF_INET, bytes_.data() + kMapped.size(), out.data(), out.size());
  } else {
    inet_ntop(AF_INET6, bytes_.data(), out.data(), out.size());
  }
  return out.data();
}

Address Address::subscriber() const {
  Address block = *this;
  if (!is_v4()) std::fill(block.bytes_.begin() + 8, block.bytes_.end(), std::uint8_t{0});
  return block;
}

std::optional<HostPort> split_host_port(std::string_view text) {
  HostPort out;
  std::string_view rest;
  if (text.starts_with('[')) {
    const auto closing = text.find(']');
    if (closing == std::string_view::npos) return std::nullopt;
    out.host = text.substr(1, closing - 1);
    rest = text.substr(closing + 1);
  } else {
    const auto colon = text.find(':');
    out.host = text.substr(0, colon);
    if (colon != std::string_view::npos) rest = text.substr(colon);
  }
  if (out.host.empty() || (!rest.empty() && rest.front() != ':')) return std::nullopt;
  if (rest.empty()) return out;
  out.port = whole_number<std::uint16_t>(rest.substr(1));
  if (!out.port) return std::nullopt;
  return out;
}

}  // namespace agente::web
