#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "web/access.hpp"
#include "web/router.hpp"

namespace agente::web {

/// What one caller may take of the server. The defaults are the product's.
struct Bounds {
  Millis request_deadline{10'000};                  ///< first byte to last byte of the request; slower ones get 408
  Millis idle_limit{15'000};                        ///< between two requests of one connection
  std::size_t body = std::size_t{3} * 1024 * 1024;  ///< bytes; a larger body gets 413
  std::size_t head = std::size_t{16} * 1024;        ///< bytes of request line and headers; more gets 431
  std::size_t header_lines = 64;                    ///< more gets 431
  int threads = 256;                                ///< requests served at once, at least 2
  /// At once; with more, those that have waited longest are closed. At most six tenths of the process's descriptors,
  /// two at the operator's door.
  std::size_t connections = 12'000;
  std::size_t connections_per_address = 200;  ///< proxies of the rules are exempt
};

struct ServerOptions {
  std::string address;  ///< "127.0.0.1:8000", "[::]:8080" (IPv4 too), "localhost:0" (any free port)
  Listener listener = Listener::public_;
  Bounds bounds{};
};

/// One listener and its threads. A thread is lent to a connection only while its peer is quick: who is idle, or sends a
/// request drop by drop, waits in the lobby, which costs a descriptor. Nothing holds a thread for ever: a request has a
/// total deadline, an idle connection a limit, and the longest waiting one makes room when there are too many.
class Server {
 public:
  /// Binds and serves at once. `rules` and `router` must outlive the server and stay as they are.
  /// kConfig if the address cannot be bound: names it and the remedy.
  [[nodiscard]] static Result<std::unique_ptr<Server>> start(ServerOptions options, const AccessRules& rules,
                                                             const Router& router);
  /// Stops with a grace of two seconds, then waits for handlers that still run.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// The real port, also when bound to port 0.
  [[nodiscard]] std::uint16_t port() const;
  /// "http://127.0.0.1:8000".
  [[nodiscard]] std::string url() const;

  /// Takes no new connections, closes idle ones, lets running requests finish for `grace`, then cuts their sockets.
  /// False if some handler still runs. May be called more than once.
  bool stop(Millis grace);

 private:
  class Machine;
  explicit Server(std::unique_ptr<Machine> machine);
  std::unique_ptr<Machine> machine_;
};

}  // namespace agente::web
