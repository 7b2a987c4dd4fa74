#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "simulators/common/http_server.hpp"

namespace agente::sim {

/// Where a simulator listens, on 127.0.0.1.
struct Ports {
  std::uint16_t service = 0;               ///< 0 picks a free one
  std::optional<std::uint16_t> control{};  ///< for whoever tests, `/__sim/...`; nothing: on the service's port
  std::string certificate{};               ///< PEM file: the service does TLS, and the control needs a port of its own
  std::string key{};                       ///< of the certificate
};

/// What lies behind the doors of a simulator.
struct Rooms {
  HttpServer::Handler service;
  HttpServer::Handler control;
  bool has_page = false;           ///< `/` is the control's
  std::function<Shown()> shown{};  ///< what each client of the service is shown, if that does TLS
};

/// The ways into a simulator: to the service it plays, and to what is only for tests. With a control port of its own,
/// the service's port has nothing that the real service has not.
class Doors {
 public:
  /// Open from the moment it returns. Throws std::runtime_error when a port is taken or there can be no TLS,
  /// std::invalid_argument when `ports` makes no sense. `rooms` must be thread-safe.
  Doors(const Ports& ports, Rooms rooms);

  /// "http://127.0.0.1:PORT/" of the service; with TLS "https://localhost:PORT/", for which a certificate can be made.
  [[nodiscard]] std::string url() const;
  /// "http://127.0.0.1:PORT/" of the control; it may be the service's.
  [[nodiscard]] std::string control_url() const;

 private:
  const bool tls_;
  HttpServer service_;
  std::optional<HttpServer> control_;
};

}  // namespace agente::sim
