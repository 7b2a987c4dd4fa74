#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "base/result.hpp"

namespace agente::agentctl {

/// A running host's operator API. Every failure is a sentence for the person at the terminal.
class Client {
 public:
  Client(std::string url, std::string token) : url_(std::move(url)), token_(std::move(token)) {}

  Result<nlohmann::json> get(const std::string& path) const;
  Result<nlohmann::json> post(const std::string& path, const nlohmann::json& body) const;
  Result<nlohmann::json> remove(const std::string& path) const;

 private:
  Result<nlohmann::json> call(const std::string& method, const std::string& path, const std::string& body) const;

  std::string url_;
  std::string token_;
};

/// A text as it may stand in a path or query.
[[nodiscard]] std::string url_encoded(const std::string& text);

}  // namespace agente::agentctl
