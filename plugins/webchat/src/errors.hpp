#pragma once

#include <stdexcept>
#include <string>

#include <agente/sdk.hpp>

namespace webchat {

/// A request that gets an answer other than 2xx: {"error": {"code", "message"}}, as all of the host's.
struct Refusal {
  int status = 400;
  std::string code{};
  std::string message{};
  std::vector<agente::header> headers{};
};

[[nodiscard]] agente::http_out answer(const Refusal& refusal);
/// Headers that keep an answer out of caches and other sites, and its type as it is.
[[nodiscard]] agente::http_out answer(int status, std::string type, std::string body);

}  // namespace webchat
