#include "web/socket.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <Poco/Exception.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>

namespace agente::web {
namespace {

Address local_address(int descriptor) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&storage), &size);
  return Address::of(reinterpret_cast<const sockaddr&>(storage));
}

/// Waits until the socket can be read or written, or the deadline. False when too late.
bool wait_for(int descriptor, short what, Steady deadline) {
  for (;;) {
    const auto left = std::chrono::ceil<Millis>(deadline - std::chrono::steady_clock::now()).count();
    pollfd entry{.fd = descriptor, .events = what, .revents = 0};
    const int ready = ::poll(&entry, 1, static_cast<int>(std::clamp<long>(left, 0, 3'600'000)));
    if (ready > 0) return true;
    if (ready == 0 && left <= 0) return false;
    if (ready < 0 && errno != EINTR) return true;  // the next call on the socket tells what is wrong
  }
}

}  // namespace

Accepted::Accepted(int descriptor, const Address& peer, Crowd& crowd, bool exempt)
    : StreamSocketImpl(descriptor),
      peer_(peer),
      local_(local_address(descriptor)),
      crowd_(crowd),
      admitted_(crowd.enter(peer, exempt)) {}

Accepted::~Accepted() {
  if (admitted_) crowd_.leave(peer_);
}

long Accepted::receive_first(char* to, std::size_t size, Millis limit) {
  if (limit != receive_limit_) {
    const timeval time{.tv_sec = limit.count() / 1000, .tv_usec = limit.count() % 1000 * 1000};
    ::setsockopt(sockfd(), SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
    receive_limit_ = limit;
  }
  for (;;) {
    const auto count = ::recv(sockfd(), to, size, 0);
    if (count >= 0) return count;
    if (errno == EAGAIN) return kTooLate;
    if (errno != EINTR) return kBroken;
  }
}

long Accepted::receive_more(char* to, std::size_t size, Steady deadline) {
  for (;;) {
    if (!wait_for(sockfd(), POLLIN, deadline)) return kTooLate;
    const auto count = ::recv(sockfd(), to, size, MSG_DONTWAIT);
    if (count >= 0) return count;
    if (errno != EINTR && errno != EAGAIN) return kBroken;
  }
}

bool Accepted::send_all(std::string_view head, std::string_view body, Steady deadline) {
  std::array<iovec, 2> parts{
      {{const_cast<char*>(head.data()), head.size()}, {const_cast<char*>(body.data()), body.size()}}};
  msghdr message{};
  std::size_t part = 0;
  while (part < parts.size()) {
    message.msg_iov = &parts.at(part);
    message.msg_iovlen = parts.size() - part;
    const auto count = ::sendmsg(sockfd(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count < 0) {
      if (errno != EAGAIN && errno != EINTR) return false;
      if (!wait_for(sockfd(), POLLOUT, deadline)) return false;
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

void Accepted::linger(Millis limit) {
  ::shutdown(sockfd(), SHUT_WR);
  std::array<char, 16384> unread{};
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (receive_more(unread.data(), unread.size(), deadline) > 0) {
  }
}

Poco::Net::SocketImpl* Listening::acceptConnection(Poco::Net::SocketAddress&) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  const int descriptor = ::accept4(sockfd(), reinterpret_cast<sockaddr*>(&storage), &size, SOCK_CLOEXEC);
  if (descriptor < 0) {
    const int why = errno;
    // Out of descriptors: the connection stays pending, and a short pause beats trying again at once for ever.
    if (why == EMFILE || why == ENFILE) ::poll(nullptr, 0, 10);
    throw Poco::IOException(std::strerror(why), why);
  }
  const auto peer = Address::of(reinterpret_cast<const sockaddr&>(storage));
  return new Accepted(descriptor, peer, crowd_, is_exempt_(context_, peer));  // Poco's sockets own their Impl
}

}  // namespace agente::web
