#include "web/socket.hpp"

#include <algorithm>
#include <array>
#include <cerrno>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

namespace agente::web {
namespace {

/// Waits until the socket can be written, or the deadline. False when too late.
bool wait_to_send(int descriptor, Steady deadline) {
  for (;;) {
    const auto left = std::chrono::ceil<Millis>(deadline - std::chrono::steady_clock::now()).count();
    pollfd entry{.fd = descriptor, .events = POLLOUT, .revents = 0};
    const int ready = ::poll(&entry, 1, static_cast<int>(std::clamp<long>(left, 0, 3'600'000)));
    if (ready > 0) return true;
    if (ready == 0 && left <= 0) return false;
    if (ready < 0 && errno != EINTR) return true;  // the next call on the socket tells what is wrong
  }
}

}  // namespace

Socket::Socket(int descriptor) : descriptor_(descriptor) {
  constexpr int kYes = 1;
  ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &kYes, sizeof kYes);
}

Socket::~Socket() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Address Socket::local() const {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  ::getsockname(descriptor_, reinterpret_cast<sockaddr*>(&storage), &size);
  return Address::of(reinterpret_cast<const sockaddr&>(storage));
}

bool Socket::has_bytes() const {
  char byte = 0;
  return ::recv(descriptor_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

long Socket::receive(char* to, std::size_t size) {
  for (;;) {
    const auto count = ::recv(descriptor_, to, size, MSG_DONTWAIT);
    if (count >= 0) return count;
    if (errno == EAGAIN) return kNothing;
    if (errno != EINTR) return kBroken;
  }
}

bool Socket::send_all(std::string_view head, std::string_view body, Steady deadline) {
  std::array<iovec, 2> parts{
      {{const_cast<char*>(head.data()), head.size()}, {const_cast<char*>(body.data()), body.size()}}};
  msghdr message{};
  std::size_t part = 0;
  while (part < parts.size()) {
    message.msg_iov = &parts.at(part);
    message.msg_iovlen = parts.size() - part;
    const auto count = ::sendmsg(descriptor_, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count < 0) {
      if (errno != EAGAIN && errno != EINTR) return false;
      if (!wait_to_send(descriptor_, deadline)) return false;
      continue;
    }
    auto sent = static_cast<std::size_t>(count);
    while (part < parts.size() && sent >= parts.at(part).iov_len) sent -= parts.at(part++).iov_len;
    if (part == parts.size()) break;
    parts.at(part).iov_base = static_cast<char*>(parts.at(part).iov_base) + sent;
    parts.at(part).iov_len -= sent;
  }
  return true;
}

void Socket::end_sending() { ::shutdown(descriptor_, SHUT_WR); }

}  // namespace agente::web
