#include "plugins/http_target.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>

#include <fmt/format.h>

namespace agente::plugins {
namespace {

Error bad_url(std::string_view why) {
  return {Code::kInvalid, fmt::format("the URL is not one this host can call: {}", why)};
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

std::optional<std::uint16_t> read_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  const bool whole = error == std::errc() && end == text.data() + text.size() && port != 0;
  return whole ? std::optional(port) : std::nullopt;
}

bool is_host(std::string_view host, bool brackets) {
  return !host.empty() && host.size() <= 253 && std::ranges::all_of(host, [&](unsigned char c) {
    return std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_' || (brackets && c == ':');
  });
}

Result<void> read_authority(std::string_view text, HttpTarget& into) {
  if (text.find('@') != std::string_view::npos) return bad_url("it holds a user name: send an Authorization header");
  const bool brackets = text.starts_with('[');
  const auto close = text.find(']');
  if (brackets && close == std::string_view::npos) return bad_url("a bracket is missing");
  const auto host = brackets ? text.substr(1, close - 1) : text.substr(0, text.find(':'));
  const auto rest = text.substr(brackets ? close + 1 : host.size());
  if (!is_host(host, brackets)) return bad_url("its host is malformed");
  into.host = lower(host);
  into.port = into.tls ? 443 : 80;
  if (rest.empty()) return {};
  const auto port = rest.starts_with(':') ? read_port(rest.substr(1)) : std::nullopt;
  if (!port) return bad_url("its port is malformed");
  into.port = *port;
  return {};
}

}  // namespace

std::string HttpTarget::authority() const {
  const auto name = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return port == (tls ? 443 : 80) ? name : fmt::format("{}:{}", name, port);
}

Result<HttpTarget> read_url(std::string_view url) {
  const auto printable = [](unsigned char c) { return c > 0x20 && c < 0x7F; };
  if (!std::ranges::all_of(url, printable)) return bad_url("it holds spaces or characters that must be encoded");
  const auto colon = url.find("://");
  const auto scheme = lower(url.substr(0, std::min(colon, url.size())));
  if (colon == std::string_view::npos || (scheme != "http" && scheme != "https")) {
    return bad_url("it must begin with http:// or https://");
  }
  HttpTarget target;
  target.tls = scheme == "https";
  auto rest = url.substr(colon + 3);
  rest = rest.substr(0, rest.find('#'));
  const auto end = std::min(rest.find_first_of("/?"), rest.size());
  if (auto done = read_authority(rest.substr(0, end), target); !done) return done.error();
  target.path = rest.substr(end);
  if (!target.path.starts_with('/')) target.path.insert(0, 1, '/');
  return target;
}

Result<HttpTarget> read_location(const HttpTarget& base, std::string_view location) {
  const std::string scheme = base.tls ? "https:" : "http:";
  const auto root = scheme + "//" + base.authority();
  const auto path = base.path.substr(0, base.path.find('?'));
  std::string url;
  if (location.substr(0, location.find_first_of("/?#")).find(':') != std::string_view::npos) {
    url = location;
  } else if (location.starts_with("//")) {
    url = scheme + std::string(location);
  } else if (location.starts_with('/')) {
    url = root + std::string(location);
  } else if (location.starts_with('?')) {
    url = root + path + std::string(location);
  } else {
    url = root + path.substr(0, path.rfind('/') + 1) + std::string(location);
  }
  auto target = read_url(url);
  if (target && base.tls && !target->tls) return bad_url("a redirect leads from https to http");
  return target;
}

Result<void> check_egress(const HttpTarget& target, const std::vector<std::string>& egress) {
  if (std::ranges::find(egress, target.host) != egress.end()) return {};
  return Error{
      Code::kConfig,
      fmt::format("calls to {0} are not allowed: add `egress: [{0}]` to the instance in the YAML", target.host)};
}

Result<void> check_address(const std::string& host, const Poco::Net::IPAddress& address) {
  const bool odd = address.isLinkLocal() || address.isMulticast() || address.isWildcard() || address.isBroadcast();
  if (!odd || host == lower(address.toString())) return {};
  return Error{Code::kConfig,
               fmt::format("{} leads to {}, which is never called by a name: check its DNS entry, or write "
                           "the address itself in the YAML",
                           host, address.toString())};
}

}  // namespace agente::plugins
