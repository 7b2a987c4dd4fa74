#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include <Poco/Net/Context.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>

#include "plugins/http_target.hpp"
#include "plugins/watchdog.hpp"

namespace agente::plugins {

/// One connection to a server, plain or TLS. Blocks until the watchdog shuts it; throws nothing. For one thread.
class HttpConnection {
 public:
  /// Connects to one of the addresses, in order. kRetry: none answers, or the certificate is refused; kTimeout.
  static Result<std::unique_ptr<HttpConnection>> open(const HttpTarget& target,
                                                      const std::vector<Poco::Net::SocketAddress>& addresses,
                                                      const Poco::Net::Context::Ptr& tls, Watchdog& dog,
                                                      Steady deadline);
  ~HttpConnection();
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  [[nodiscard]] int socket() const { return socket_.impl()->sockfd(); }
  /// False: broken.
  [[nodiscard]] bool write(std::string_view bytes);
  enum class Came { kSome, kEnd, kBroken };
  /// Appends what has come to `buffer`. kEnd: the peer has said all.
  [[nodiscard]] Came read(std::string& buffer);
  /// Nothing has come and it is not closed: fit for another request.
  [[nodiscard]] bool is_quiet();

  /// A byte of the present request may have left this machine.
  [[nodiscard]] bool may_have_sent() const { return may_have_sent_; }
  void begin_request() { may_have_sent_ = false; }

 private:
  HttpConnection(Poco::Net::StreamSocket socket, bool tls) : socket_(std::move(socket)), tls_(tls) {}

  std::ptrdiff_t write_some(std::string_view bytes);

  Poco::Net::StreamSocket socket_;
  bool tls_;
  bool may_have_sent_ = false;
};

}  // namespace agente::plugins
