#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>

namespace agente::web::testing {

/// A client that says exactly what it is told, byte by byte if need be.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port, const std::string& host = "127.0.0.1")
      : socket_(Poco::Net::SocketAddress(host, port)) {
    socket_.setReceiveTimeout(Poco::Timespan(20, 0));
    socket_.setNoDelay(true);
  }

  /// False once the server has closed the connection.
  bool say(std::string_view bytes) {
    try {
      socket_.sendBytes(bytes.data(), static_cast<int>(bytes.size()));
      return true;
    } catch (const Poco::Exception&) {
      return false;
    }
  }

  /// One answer by its Content-Length (or only its head); shorter if the connection ends before.
  std::string answer(bool head_only = false) {
    while (kept_.find("\r\n\r\n") == std::string::npos && receive()) {
    }
    const auto head = kept_.find("\r\n\r\n");
    if (head == std::string::npos) return std::exchange(kept_, {});
    std::size_t size = head + 4;
    const auto length = kept_.find("Content-Length: ");
    if (!head_only && length < head) size += std::stoul(kept_.substr(length + 16));
    while (kept_.size() < size && receive()) {
    }
    const auto out = kept_.substr(0, size);
    kept_.erase(0, size);
    return out;
  }
  std::string ask(std::string_view bytes) {
    say(bytes);
    return answer();
  }
  /// Everything until the server closes.
  std::string rest() {
    while (receive()) {
    }
    return std::exchange(kept_, {});
  }
  bool is_closed() { return kept_.empty() && !receive(); }
  Poco::Net::StreamSocket& socket() { return socket_; }

 private:
  bool receive() {
    char buffer[16384];
    try {
      const int count = socket_.receiveBytes(buffer, sizeof buffer);
      if (count > 0) kept_.append(buffer, static_cast<std::size_t>(count));
      return count > 0;
    } catch (const Poco::TimeoutException&) {
      throw;  // the server neither answered nor closed: the test must fail
    } catch (const Poco::Exception&) {
      return false;
    }
  }

  Poco::Net::StreamSocket socket_;
  std::string kept_;
};

inline int status_of(std::string_view answer) {
  return answer.size() > 12 ? std::stoi(std::string(answer.substr(9, 3))) : 0;
}
inline std::string body_of(const std::string& answer) {
  const auto head = answer.find("\r\n\r\n");
  return head == std::string::npos ? "" : answer.substr(head + 4);
}

}  // namespace agente::web::testing
