/// HTTP requests that the host makes for the plugin.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <agente/host.h>
#include <agente/sdk/values.hpp>

namespace agente {

struct http_request {
  std::string method = "GET";
  std::string url = {};  ///< its host must be allowed: a config value marked x-agente-egress, or `egress:` in the YAML
  std::vector<header> headers = {};
  std::string body = {};
  std::chrono::milliseconds timeout = {};  ///< 0: only the call's deadline. Resolving, connecting and TLS count
  std::uint32_t max_response_bytes = 0;    ///< 0: 16 MiB
  std::uint32_t max_redirects = 0;
};

struct http_response {
  int status = 0;
  std::vector<agente::header> headers = {};
  std::string body = {};

  [[nodiscard]] bool ok() const noexcept { return status >= 200 && status < 300; }
  /// The first header of that name, whatever its case; empty when absent.
  [[nodiscard]] std::string_view header(std::string_view name) const noexcept {
    return detail::find_header(headers, name);
  }
};

namespace detail {

inline agente_status take_status(void* response, std::int32_t status) noexcept {
  static_cast<http_response*>(response)->status = status;
  return AGENTE_OK;
}
inline agente_status take_header(void* response, agente_str name, agente_str value) noexcept {
  return guarded(nullptr, [&]() -> agente_status {
    static_cast<http_response*>(response)->headers.push_back({copy(name), copy(value)});
    return AGENTE_OK;
  });
}
inline agente_status take_body(void* response, agente_bytes piece) noexcept {
  return append(&static_cast<http_response*>(response)->body, piece);
}

inline http_response exchange(const agente_http_v1& http, const agente_host* host, const call& c,
                              const http_request& request) {
  std::vector<agente_field> headers;
  headers.reserve(request.headers.size());
  for (const auto& h : request.headers) headers.push_back({str(h.name), str(h.value)});
  auto raw = sized<agente_http_request>();
  raw.timeout_ms = to_u32(request.timeout.count());
  raw.method = str(request.method);
  raw.url = str(request.url);
  raw.headers = headers.data();
  raw.header_count = headers.size();
  raw.body = bytes(request.body);
  raw.max_response_bytes = request.max_response_bytes;
  raw.max_redirects = request.max_redirects;
  http_response response;
  const agente_http_response_sink sink{&response, &take_status, &take_header, &take_body};
  failure err;
  err.check(http.request(host, c.raw(), &raw, &sink, &err.raw), request.method + " " + request.url);
  return response;
}

}  // namespace detail
}  // namespace agente
