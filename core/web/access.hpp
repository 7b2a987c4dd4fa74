#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "config/network.hpp"
#include "web/address.hpp"
#include "web/http.hpp"

namespace agente::web {

/// Who may do what, as the config says it (`server.trusted_networks`, `server.proxies`, `server.tokens`).
struct AccessRules {
  std::vector<config::Network>
      trusted_networks{};                  ///< trusted on the operator listener like loopback; never an edge proxy
  std::vector<config::Network> proxies{};  ///< their X-Forwarded-For/-Proto is believed, for limits and cookies only
  std::vector<std::string> tokens{};       ///< bearer tokens, good on both listeners
};

/// The two ends of a connection and the door it came in by.
struct Ends {
  Address peer;
  Address local;
  std::string_view bound_host;  ///< what the listener was told to bind to, e.g. "127.0.0.1"
  Listener listener = Listener::public_;
};

/// Fills `remote`, `client`, `secure`, `trusted`, `distrust` and `listener` of a request whose headers are read.
///
/// By place, a request is trusted on the operator listener only if both ends are loopback or the peer is in a trusted
/// network, and nothing hints that somebody else stands behind it: a foreign Host (DNS rebinding), a foreign Origin or
/// a cross-site fetch (another site's page in the operator's browser), a forwarding header (a proxy on this machine).
/// A bearer token is good everywhere. Pure.
void introduce(const AccessRules& rules, const Ends& ends, Request& request);

/// The bearer token of the request is one of `tokens`. Takes the same time wherever they differ.
[[nodiscard]] bool has_token(const AccessRules& rules, const Headers& headers);

/// The operator's door may only be opened to the network if somebody is named who may come in.
[[nodiscard]] Result<void> check_operator_bind(const AccessRules& rules, std::string_view address);

}  // namespace agente::web
