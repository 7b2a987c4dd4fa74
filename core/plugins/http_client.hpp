#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "plugins/resolver.hpp"

namespace agente::plugins {

struct HttpRequest {
  std::string method{};
  std::string url{};
  std::vector<std::pair<std::string, std::string>> headers{};
  std::string body{};
  Steady deadline{};  ///< resolving, connecting, TLS, writing and reading all count
  std::size_t max_response = std::size_t{16} << 20U;
  int max_redirects = 0;
  /// Host names that may be called, lower case.
  const std::vector<std::string>* egress = nullptr;
};

struct HttpResponse {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers{};
  std::string body{};
};

/// HTTP/1.1 for plugins, over TLS (verified against the system's CAs) or not, on pooled connections. Thread-safe;
/// SIGPIPE must be ignored in the process.
///
/// The error says what is known: kRetry and kTimeout: nothing was sent. kUnknownOutcome: the request was (partly)
/// written and no whole answer came. kConfig: an address that `egress` does not allow. kInvalid: a malformed request,
/// or an answer larger than allowed.
class HttpClient {
 public:
  /// `look_up` stands in for the system's resolver in tests.
  explicit HttpClient(Resolver::LookUp look_up = Resolver::system_look_up);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  Result<HttpResponse> request(const HttpRequest& request);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace agente::plugins
