#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <agente/sdk.hpp>
#include <agente_schema.hpp>

#include "visitors.hpp"

namespace webchat {

/// A page at /chat on which anyone can talk to the hotel. Who a guest is says the cookie that the host issued
/// (`http_in::visitor`), never the request. Thread-safe.
///
///     GET  /chat                      the page
///     GET  /chat/messages?after=N     {"messages": [{"n", "from": "guest"|"hotel", "text", "at", "id"?}]}
///     POST /chat/messages {id, text}  202 {"n"}; the same id again is the same message
class Webchat {
 public:
  static constexpr std::string_view id = "webchat";
  static constexpr std::string_view version = "1.0.0";
  static constexpr std::string_view schema = agente_schema;

  Webchat(agente::host host, std::string_view config_json);

  /// Puts the hotel's words where the guest's page asks for them.
  std::string send(const agente::outbound& message, agente::call call);
  agente::http_out on_http(const agente::http_in& request, agente::call call);
  std::vector<agente::check> self_test(agente::call call);

 private:
  [[nodiscard]] agente::http_out page() const;
  [[nodiscard]] agente::http_out told(const agente::http_in& request) const;
  [[nodiscard]] agente::http_out taken(const agente::http_in& request, agente::call call);
  [[nodiscard]] agente::http_out route(const agente::http_in& request, agente::call call);

  agente::host host_;
  std::vector<std::string> allowed_origins_;
  std::string policy_;
  Visitors visitors_;
};

}  // namespace webchat
