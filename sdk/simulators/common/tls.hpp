#pragma once

#include <functional>
#include <string>

namespace agente::sim {

/// What a client of a TLS server is shown: the server's own certificate, one that is over since yesterday, one of
/// another host, or nothing, the connection being cut.
enum class Shown { kOwn, kExpired, kWrongHost, kNothing };

/// How a server does TLS.
struct Tls {
  std::string certificate{};       ///< PEM file, with its chain; empty: no TLS
  std::string key{};               ///< PEM file, without a password
  std::function<Shown()> shown{};  ///< asked for each connection, in the order in which they come; none: always its own
};

}  // namespace agente::sim
