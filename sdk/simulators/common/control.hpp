#pragma once

#include <functional>
#include <map>
#include <stdexcept>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "simulators/common/faults.hpp"
#include "simulators/common/http_server.hpp"

// What the `/__sim/...` endpoints of every simulator share.
namespace agente::sim {

/// A request to /__sim that makes no sense; becomes a 400 at the edge.
struct Unclear : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// "METHOD /path" and what answers it. A handler throws Unclear, or lets nlohmann::json throw, for a 400.
using Desk = std::map<std::string, std::function<Reply(const Request&)>>;

/// Answers `request` from `desk`: 404 for what is not on it, 403 for pages of another origin.
Reply answer_at(const Desk& desk, const Request& request);

/// `{"error":what}`
Reply problem(int status, const std::string& what);

/// The body as an object. Throws Unclear.
nlohmann::json read_object(const Request& request);

/// A fault as `POST /__sim/fault` writes it. Throws Unclear, or what nlohmann::json throws.
FaultRule read_rule(const nlohmann::json& body);

/// The query's `since`, or 0. Throws Unclear.
std::uint64_t read_since(const Request& request);

}  // namespace agente::sim
