#pragma once

#include <map>
#include <string>

#include <nlohmann/json.hpp>

// What the tests of the simulators share: a client on a real socket.
namespace agente::sim::testing {

struct HttpAnswer {
  int status = 0;     ///< 0: the connection failed before there was one
  std::string error;  ///< how it failed
  std::string body;
  std::map<std::string, std::string> headers;
  [[nodiscard]] nlohmann::json parsed() const { return nlohmann::json::parse(body); }
  /// The member `error` of the body.
  [[nodiscard]] nlohmann::json error_member() const { return parsed().at("error"); }
};

/// One request on a connection of its own, given up after 5 s.
HttpAnswer http(const std::string& method, const std::string& url, const std::string& body = {},
                const std::map<std::string, std::string>& headers = {}, int timeout_ms = 5'000);

}  // namespace agente::sim::testing
