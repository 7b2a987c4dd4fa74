#include "config/network.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include <arpa/inet.h>

namespace agente::config {
namespace {

constexpr unsigned kMappedBits = 96;

std::optional<unsigned> whole_number(std::string_view text, unsigned most) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value > most) return std::nullopt;
  return value;
}

Error bad_address() { return {Code::kConfig, "must be an IP address and a port such as 127.0.0.1:8000"}; }
Error bad_network() { return {Code::kConfig, "must be a network such as 172.18.0.0/16, or one IP address"}; }

}  // namespace

Result<Address> parse_address(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return bad_address();
  auto host = text.substr(0, colon);
  const auto port = whole_number(text.substr(colon + 1), 65535);
  const bool brackets = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (brackets) host = host.substr(1, host.size() - 2);
  const std::string name(host);
  std::array<std::uint8_t, 16> bytes{};
  const bool good = brackets ? inet_pton(AF_INET6, name.c_str(), bytes.data()) == 1
                             : name == "localhost" || inet_pton(AF_INET, name.c_str(), bytes.data()) == 1;
  if (!good || !port) return bad_address();
  return Address{name, static_cast<std::uint16_t>(*port)};
}

bool is_loopback(const Address& address) {
  const auto v4 = Network::parse("127.0.0.0/8");
  const auto v6 = Network::parse("::1");
  return address.host == "localhost" || v4->contains(address.host) || v6->contains(address.host);
}

bool Network::read(std::string_view ip, Bytes& bytes, bool& is_v4) {
  const std::string text(ip);
  bytes = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  is_v4 = inet_pton(AF_INET, text.c_str(), bytes.data() + kMappedBits / 8) == 1;
  return is_v4 || inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1;
}

Result<Network> Network::parse(std::string_view text) {
  const auto slash = text.find('/');
  Network network;
  bool is_v4 = false;
  if (!read(text.substr(0, slash), network.base_, is_v4)) return bad_network();
  if (slash == std::string_view::npos) return network;
  const auto bits = whole_number(text.substr(slash + 1), is_v4 ? 32 : 128);
  if (!bits) return bad_network();
  network.bits_ = *bits + (is_v4 ? kMappedBits : 0);
  for (unsigned bit = network.bits_; bit < 128; ++bit) {
    auto& byte = network.base_[bit / 8];
    byte = static_cast<std::uint8_t>(byte & ~(0x80U >> (bit % 8)));
  }
  return network;
}

bool Network::holds(const Bytes& bytes) const {
  for (unsigned bit = 0; bit < bits_; ++bit) {
    if (((base_[bit / 8] ^ bytes[bit / 8]) & (0x80U >> (bit % 8))) != 0) return false;
  }
  return true;
}

bool Network::contains(std::string_view ip) const {
  Bytes bytes{};
  bool is_v4 = false;
  return read(ip, bytes, is_v4) && holds(bytes);
}

bool Network::contains(const Network& other) const { return bits_ <= other.bits_ && holds(other.base_); }

bool Network::is_everything() const {
  return bits_ == 0 || (bits_ == kMappedBits && base_[10] == 0xFF && base_[11] == 0xFF);
}

}  // namespace agente::config
