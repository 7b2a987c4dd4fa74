#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "simulators/common/http_server.hpp"

namespace agente::sim::whatsapp {

/// An error as the Graph API words it.
struct GraphError {
  int status = 400;  ///< HTTP
  int code = 100;
  int subcode = 0;      ///< 0: none
  std::string message;  ///< with the "(#code) " in front where Graph has it
  std::string details{};
  std::string type = "OAuthException";
};

/// The error of `code` with its usual status and words; `details` replaces the usual ones.
GraphError graph_error(int code, std::string details = {});
/// The words of `code` without number, as failed statuses have them.
std::string error_title(int code);
std::string error_details(int code);

/// "(#100) The parameter <name> is required."
GraphError missing_parameter(const std::string& name);
/// "Unsupported <method> request. Object with ID '<id>' does not exist ..."
GraphError unknown_object(const std::string& method, const std::string& id);
GraphError unknown_path(const std::string& path);
GraphError bad_token(bool absent);
/// `ended`: since 1970.
GraphError expired_token(std::chrono::system_clock::time_point now, std::chrono::system_clock::duration ended);

/// The body and headers the error travels in, with a trace id of its own.
Reply to_reply(const GraphError& error);

}  // namespace agente::sim::whatsapp
