#include "errors.hpp"

#include <nlohmann/json.hpp>

namespace webchat {

agente::http_out answer(const Refusal& refusal) {
  const nlohmann::json body{{"error", {{"code", refusal.code}, {"message", refusal.message}}}};
  auto out = answer(refusal.status, "application/json", body.dump());
  out.headers.insert(out.headers.end(), refusal.headers.begin(), refusal.headers.end());
  return out;
}

agente::http_out answer(int status, std::string type, std::string body) {
  return {.status = status,
          .headers = {{"Content-Type", std::move(type)},
                      {"Cache-Control", "no-store"},
                      {"X-Content-Type-Options", "nosniff"},
                      {"Referrer-Policy", "no-referrer"}},
          .body = std::move(body)};
}

}  // namespace webchat
