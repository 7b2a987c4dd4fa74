#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <Poco/Net/IPAddress.h>

#include "base/result.hpp"

namespace agente::plugins {

/// Where a request goes, taken apart.
struct HttpTarget {
  bool tls = false;
  std::string host;  ///< lower case; an IPv6 address without brackets
  std::uint16_t port = 0;
  std::string path;  ///< as written, with the query; begins with "/"

  /// Requests of the same key may share a connection.
  [[nodiscard]] std::string key() const { return (tls ? "s/" : "p/") + host + "/" + std::to_string(port); }
  /// The Host header.
  [[nodiscard]] std::string authority() const;
};

/// Takes an absolute URL apart. kInvalid for anything but http and https, for credentials in it, and for characters
/// that do not belong there.
[[nodiscard]] Result<HttpTarget> read_url(std::string_view url);
/// The same for the Location of an answer to `base`, which may be relative. kInvalid also for https to http.
[[nodiscard]] Result<HttpTarget> read_location(const HttpTarget& base, std::string_view location);

/// kConfig with what to write in the YAML, unless the host is in `egress`.
[[nodiscard]] Result<void> check_egress(const HttpTarget& target, const std::vector<std::string>& egress);
/// kConfig for an address that nobody means to call by a name: link-local (a cloud's metadata service), multicast,
/// unspecified; unless `host` is that address itself. Loopback and private ones are fine, since every allowed host is
/// named by the operator.
[[nodiscard]] Result<void> check_address(const std::string& host, const Poco::Net::IPAddress& address);

}  // namespace agente::plugins
