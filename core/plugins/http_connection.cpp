#include "plugins/http_connection.hpp"

#include <algorithm>
#include <array>

#include <Poco/Exception.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <fmt/format.h>
#include <sys/socket.h>

namespace agente::plugins {
namespace {

using Poco::Net::StreamSocket;

Poco::Timespan left_until(Steady deadline) {
  const auto left = std::chrono::duration_cast<std::chrono::microseconds>(deadline - std::chrono::steady_clock::now());
  return {static_cast<Poco::Timespan::TimeDiff>(std::max<std::int64_t>(left.count(), 1000))};
}

bool is_over(Steady deadline) { return std::chrono::steady_clock::now() >= deadline; }

}  // namespace

Result<std::unique_ptr<HttpConnection>> HttpConnection::open(const HttpTarget& target,
                                                             const std::vector<Poco::Net::SocketAddress>& addresses,
                                                             const Poco::Net::Context::Ptr& tls, Watchdog& dog,
                                                             Steady deadline) {
  std::string why = "it has no address";
  for (const auto& address : addresses) {
    if (is_over(deadline)) break;
    StreamSocket socket;
    try {
      socket.connect(address, left_until(deadline));
      socket.setNoDelay(true);
      const Watchdog::Guard guard(dog, socket.impl()->sockfd(), deadline);
      if (target.tls) socket = Poco::Net::SecureStreamSocket::attach(socket, target.host, tls);
      return std::unique_ptr<HttpConnection>(new HttpConnection(socket, target.tls));  // NOLINT: private constructor
    } catch (const Poco::Exception& e) {
      why = e.displayText();
    }
  }
  if (is_over(deadline)) return Error{Code::kTimeout, fmt::format("no connection to {} in time", target.authority())};
  return Error{Code::kRetry, fmt::format("no connection to {}: {}", target.authority(), why)};
}

HttpConnection::~HttpConnection() {
  try {
    socket_.close();
  } catch (const Poco::Exception&) {  // NOLINT(bugprone-empty-catch): it is gone either way
  }
}

bool HttpConnection::write(std::string_view bytes) {
  try {
    while (!bytes.empty()) {
      const auto sent = write_some(bytes);
      if (sent <= 0) return false;
      may_have_sent_ = true;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  } catch (const Poco::Exception&) {
    return false;
  }
}

std::ptrdiff_t HttpConnection::write_some(std::string_view bytes) {
  // The system's call and not Poco's, which does not tell how much of a broken write has left.
  if (!tls_) return ::send(socket(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  may_have_sent_ = true;  // even a record that failed may have left in part
  return socket_.sendBytes(bytes.data(), static_cast<int>(std::min<std::size_t>(bytes.size(), 1U << 20U)));
}

HttpConnection::Came HttpConnection::read(std::string& buffer) {
  try {
    std::array<char, 16 * 1024> piece;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled by the next line
    const auto got = socket_.receiveBytes(piece.data(), static_cast<int>(piece.size()));
    if (got == 0) return Came::kEnd;
    if (got < 0) return Came::kBroken;
    buffer.append(piece.data(), static_cast<std::size_t>(got));
    return Came::kSome;
  } catch (const Poco::Exception&) {
    return Came::kBroken;
  }
}

bool HttpConnection::is_quiet() {
  try {
    return !socket_.poll(Poco::Timespan(0), Poco::Net::Socket::SELECT_READ | Poco::Net::Socket::SELECT_ERROR);
  } catch (const Poco::Exception&) {
    return false;
  }
}

}  // namespace agente::plugins
