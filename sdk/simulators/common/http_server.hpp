#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "simulators/common/tls.hpp"

namespace agente::sim {

/// A request as it arrived, read to its end.
struct Request {
  std::string method;
  std::string path;                            ///< decoded, without the query
  std::map<std::string, std::string> query;    ///< decoded
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;
  std::string origin{};  ///< "http://host:port" at which this client finds the service
  bool whole = true;     ///< false: the body is longer than the limit, or the client went away within it

  /// Empty if there is no such header; `name` in lower case.
  [[nodiscard]] std::string header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string() : found->second;
  }
};

/// What follows a reply's hold: the answer, a connection cut by RST, or one closed without a word.
enum class Ending { kAnswer, kReset, kClose };

/// What to answer, and how badly.
struct Reply {
  int status = 200;
  std::string body{};
  std::string content_type = "application/json; charset=UTF-8";  ///< empty: none is sent
  std::vector<std::pair<std::string, std::string>> headers{};
  std::chrono::milliseconds hold{0};     ///< silence before the ending; ends early when the client leaves
  std::chrono::milliseconds trickle{0};  ///< pause after each byte of the body
  Ending ending = Ending::kAnswer;
};

/// An HTTP/1.1 server, over TLS or not, on the loopback interface that can also misbehave, as a Reply tells it.
///
/// One thread per busy connection, 512 at most. `handler` is called from any of them and must be thread-safe; what it
/// throws becomes a 500. The destructor cuts every connection and waits for the handlers to return.
class HttpServer {
 public:
  using Handler = std::function<Reply(Request&)>;

  /// Listens from the moment it returns. `port` 0 picks a free one. Throws std::runtime_error when the port is taken or
  /// there can be no TLS.
  HttpServer(std::uint16_t port, Handler handler, const Tls& tls = {});
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  [[nodiscard]] std::uint16_t port() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace agente::sim
