#pragma once

#include <chrono>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "base/result.hpp"

namespace agente::agentctl {

/// A running host's operator API. Every failure is a sentence for the person at the terminal.
class Client {
 public:
  Client(std::string url, std::string token) : url_(std::move(url)), token_(std::move(token)) {}

  static constexpr std::chrono::seconds kUsual{30};  ///< how long an answer may take

  Result<nlohmann::json> get(const std::string& path) const;
  Result<nlohmann::json> post(const std::string& path, const nlohmann::json& body,
                              std::chrono::seconds patience = kUsual) const;
  Result<nlohmann::json> remove(const std::string& path) const;

  /// A file for the host; waits for its provider, too.
  Result<nlohmann::json> upload(const std::string& path, const std::string& bytes, const std::string& type) const;

  struct Download {
    std::string bytes;
    std::string name;  ///< as the host offers it: ASCII, no path
  };
  Result<Download> download(const std::string& path) const;

 private:
  struct Answer {
    int status = 0;
    std::string body{};
    std::string disposition{};  ///< the header Content-Disposition
  };
  struct Question {
    std::string method;
    std::string path;
    std::string body{};
    std::string type = "application/json";
    std::chrono::seconds patience = kUsual;
  };
  Result<Answer> exchange(const Question& question) const;
  [[nodiscard]] Result<nlohmann::json> in_json(const Result<Answer>& answer) const;
  Result<nlohmann::json> call(const std::string& method, const std::string& path, const std::string& body,
                              std::chrono::seconds patience) const;

  std::string url_;
  std::string token_;
};

/// A text as it may stand in a path or query.
[[nodiscard]] std::string url_encoded(const std::string& text);

}  // namespace agente::agentctl
