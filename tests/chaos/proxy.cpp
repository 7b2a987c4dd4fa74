#include "proxy.hpp"

#include <array>
#include <stdexcept>
#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "process.hpp"

namespace agente::chaos {
namespace {

constexpr int kLook = 20;  // ms until a cut is noticed

/// No child may inherit it: the other side would never see it closed.
int new_socket() { return ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0); }

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

void reset_on_close(int socket) {
  const linger now{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

void send_at_once(int socket) {
  const int yes = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

enum class Flow { kOpen, kEnded };

/// Whatever one side has said so far, to the other.
Flow pass_on(int from, int to) {
  std::array<char, 65'536> piece;
  const auto got = ::recv(from, piece.data(), piece.size(), 0);
  if (got <= 0) return Flow::kEnded;
  for (ssize_t sent = 0; sent < got;) {
    const auto more = ::send(to, piece.data() + sent, static_cast<std::size_t>(got - sent), MSG_NOSIGNAL);
    if (more <= 0) return Flow::kEnded;
    sent += more;
  }
  return Flow::kOpen;
}

}  // namespace

Proxy::Proxy(std::vector<int> targets)
    : targets_(std::move(targets)), listener_(new_socket()), port_(e2e::free_port()) {
  const int yes = 1;
  ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  const auto address = loopback(port_);
  if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener_, 512) != 0) {
    throw std::runtime_error("no wire on port " + std::to_string(port_));
  }
  thread_ = std::jthread([this](const std::stop_token& stop) { accept_all(stop); });
}

Proxy::~Proxy() {
  thread_.request_stop();
  thread_.join();
  wires_.clear();
  ::close(listener_);
}

void Proxy::accept_all(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    pollfd ready{.fd = listener_, .events = POLLIN, .revents = 0};
    if (::poll(&ready, 1, kLook) <= 0) continue;
    const int near = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (near < 0) continue;
    wires_.remove_if([](const Wire& wire) { return wire.ended.load(); });
    auto& wire = wires_.emplace_back();
    wire.thread = std::jthread([this, near, &wire](const std::stop_token& wire_stop) {
      carry(near, wire_stop);
      wire.ended = true;
    });
  }
}

void Proxy::carry(int near, const std::stop_token& stop) {
  const auto cuts = cuts_.load();
  const int far = reach_a_target();
  bool cut = far < 0;
  send_at_once(near);
  for (auto flow = Flow::kOpen; !cut && flow == Flow::kOpen;) {
    std::array<pollfd, 2> ready{
        {{.fd = near, .events = POLLIN, .revents = 0}, {.fd = far, .events = POLLIN, .revents = 0}}};
    ::poll(ready.data(), ready.size(), kLook);
    cut = stop.stop_requested() || cuts_ != cuts;
    if (!cut && ready[0].revents != 0) flow = pass_on(near, far);
    if (!cut && flow == Flow::kOpen && ready[1].revents != 0) flow = pass_on(far, near);
  }
  if (cut) reset_on_close(near);
  ::close(near);
  if (far < 0) return;
  if (cut) reset_on_close(far);
  ::close(far);
}

/// -1: nobody takes it.
int Proxy::reach_a_target() {
  std::size_t first = 0;
  {
    const std::lock_guard lock(turn_mutex_);
    first = turn_++;
  }
  for (std::size_t i = 0; i < targets_.size(); ++i) {
    const int far = new_socket();
    const auto address = loopback(targets_[(first + i) % targets_.size()]);
    if (::connect(far, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
      send_at_once(far);
      return far;
    }
    ::close(far);
  }
  return -1;
}

}  // namespace agente::chaos
