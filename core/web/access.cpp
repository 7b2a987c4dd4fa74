#include "web/access.hpp"

#include <algorithm>
#include <array>

namespace agente::web {
namespace {

constexpr std::string_view kWrongPlace =
    "this listener trusts only callers on the same machine; call http://127.0.0.1 there, add the caller's address to "
    "server.trusted_networks, or send 'Authorization: Bearer <one of server.tokens>'";
constexpr std::string_view kForeignHost =
    "the Host header does not name this server; call it by localhost or its address, or send a bearer token";
constexpr std::string_view kForeignOrigin =
    "another web site's page sent this request; open this server's own pages, or send a bearer token";
constexpr std::string_view kForwarded =
    "the request came through a proxy (it has a forwarding header); call this server directly, or send a bearer token";
constexpr std::string_view kNeedsToken = "send 'Authorization: Bearer <one of server.tokens>'";

bool any_contains(const std::vector<config::Network>& networks, const Address& address) {
  const auto ip = address.text();
  return std::ranges::any_of(networks, [&](const config::Network& network) { return network.contains(ip); });
}

bool has_forwarding_header(const Headers& headers) {
  constexpr std::array<std::string_view, 3> kNames{"Forwarded", "X-Real-IP", "Via"};
  constexpr std::string_view kFamily = "X-Forwarded-";
  return std::ranges::any_of(headers.lines(), [&](const auto& line) {
    const std::string_view name = line.first;
    return same_ignoring_case(name.substr(0, kFamily.size()), kFamily) ||
           std::ranges::any_of(kNames, [&](auto known) { return same_ignoring_case(name, known); });
  });
}

/// A name no public DNS can answer for: ours, an address, or a single label such as a container's name.
bool is_own_host(std::string_view header, const Ends& ends) {
  const auto host = split_host_port(header);
  if (!host) return false;
  if (same_ignoring_case(host->host, "localhost") || same_ignoring_case(host->host, ends.bound_host)) return true;
  const auto address = Address::parse(host->host);
  if (ends.peer.is_loopback()) return address && (*address == ends.local || address->is_loopback());
  return address || host->host.find('.') == std::string::npos;
}

/// A page's Origin must be exactly where the request went: another port on this machine is another program.
bool is_foreign_origin(const Headers& headers) {
  if (same_ignoring_case(headers.get("Sec-Fetch-Site"), "cross-site")) return true;
  if (!headers.has("Origin")) return false;
  auto origin = headers.get("Origin");
  const auto scheme = origin.find("://");
  if (scheme == std::string_view::npos) return true;  // "null" too
  return !same_ignoring_case(origin.substr(scheme + 3), headers.get("Host"));
}

/// Empty if trusted by place, else the reason why not.
std::string_view distrust_by_place(const AccessRules& rules, const Ends& ends, const Headers& headers) {
  if (ends.listener == Listener::public_) return kNeedsToken;
  const bool loopback = ends.peer.is_loopback() && ends.local.is_loopback();
  if (!loopback && !any_contains(rules.trusted_networks, ends.peer)) return kWrongPlace;
  if (!is_own_host(headers.get("Host"), ends)) return kForeignHost;
  if (is_foreign_origin(headers)) return kForeignOrigin;
  if (has_forwarding_header(headers)) return kForwarded;
  return {};
}

bool same_in_constant_time(std::string_view a, std::string_view b) {
  unsigned difference = a.size() == b.size() ? 0 : 1;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const char other = b.empty() ? '\0' : b[i % b.size()];
    difference |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(other);
  }
  return difference == 0;
}

/// The last hop that is no proxy of ours; what stands to its left could have been written by anybody.
Address forwarded_client(const AccessRules& rules, const Address& peer, const Headers& headers) {
  Address client = peer;
  const auto& lines = headers.lines();
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    if (!same_ignoring_case(line->first, "X-Forwarded-For")) continue;
    std::string_view rest = line->second;
    while (!rest.empty()) {
      const auto comma = rest.rfind(',');
      auto hop = comma == std::string_view::npos ? rest : rest.substr(comma + 1);
      rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(0, comma);
      hop.remove_prefix(std::min(hop.find_first_not_of(" \t"), hop.size()));
      hop = hop.substr(0, hop.find_last_not_of(" \t") + 1);
      const auto address = Address::parse(hop);
      if (!address) return client;
      client = *address;
      if (!any_contains(rules.proxies, client)) return client;
    }
  }
  return client;
}

}  // namespace

bool has_token(const AccessRules& rules, const Headers& headers) {
  constexpr std::string_view kScheme = "Bearer ";
  const auto header = headers.get("Authorization");
  if (header.size() <= kScheme.size() || !same_ignoring_case(header.substr(0, kScheme.size()), kScheme)) return false;
  bool found = false;
  for (const auto& token : rules.tokens) {
    found |= !token.empty() && same_in_constant_time(header.substr(kScheme.size()), token);
  }
  return found;
}

void introduce(const AccessRules& rules, const Ends& ends, Request& request) {
  request.listener = ends.listener;
  request.remote = ends.peer.text();
  request.client = request.remote;
  if (any_contains(rules.proxies, ends.peer)) {
    request.client = forwarded_client(rules, ends.peer, request.headers).text();
    request.secure = same_ignoring_case(request.headers.get("X-Forwarded-Proto"), "https");
  }
  request.distrust = distrust_by_place(rules, ends, request.headers);
  if (!request.distrust.empty() && has_token(rules, request.headers)) request.distrust = {};
  request.trusted = request.distrust.empty();
}

Result<void> check_operator_bind(const AccessRules& rules, std::string_view address) {
  const auto target = split_host_port(address);
  if (!target) return Error{Code::kConfig, "server.operator: '" + std::string(address) + "' is not HOST:PORT"};
  const auto parsed = Address::parse(target->host);
  const bool loopback = parsed ? parsed->is_loopback() : same_ignoring_case(target->host, "localhost");
  if (loopback || !rules.tokens.empty() || !rules.trusted_networks.empty()) return {};
  return Error{Code::kConfig, "server.operator: '" + std::string(address) +
                                  "' is open to the network but nobody is named who may use it; bind it to 127.0.0.1, "
                                  "or set server.tokens or server.trusted_networks"};
}

}  // namespace agente::web
