#pragma once

#include <agente/sdk.hpp>
#include <agente_schema.hpp>

#include <string>
#include <string_view>
#include <vector>

/// Carries guests' messages. The comments of <agente/sdk/channel.hpp> say what each member promises.
class @Class@ {
 public:
  static constexpr std::string_view id = "@name@";
  static constexpr std::string_view version = "0.1.0";
  static constexpr std::string_view schema = agente_schema;

  @Class@(agente::host host, std::string_view /*config_json*/)
      : host_(host), api_url_(unquoted(host.config("/api_url").value_or("\"\""))) {}

  std::string send(const agente::outbound& message, agente::call call) {
    const auto answer = host_.http(call, {.method = "POST",
                                          .url = api_url_ + "/messages",
                                          .headers = {{"authorization", "Bearer " + host_.secret("/token")},
                                                      {"idempotency-key", std::string{message.key}},
                                                      {"x-recipient", std::string{message.recipient}}},
                                          .body = std::string{message.text}});
    if (answer.status == 401) throw agente::error(AGENTE_E_AUTH, "the provider refused our token; check token");
    if (answer.status == 429) throw agente::error(AGENTE_E_RATE, "the provider asks to slow down");
    if (answer.status >= 500) throw agente::error(AGENTE_E_RETRY, "the provider answers " + std::to_string(answer.status));
    if (!answer.ok()) throw agente::error(AGENTE_E_INVALID, "the provider answers " + std::to_string(answer.status));
    return answer.body;  // the provider's id of the message
  }

  agente::http_out on_http(const agente::http_in& request, agente::call call) {
    if (!agente::same_secret(request.header("authorization"), "Bearer " + host_.secret("/token"))) return {.status = 401};
    host_.accept(call, {.external_id = std::string{request.header("x-id")},
                        .sender = std::string{request.header("x-sender")},
                        .text = std::string{request.body}});
    return {};
  }

 private:
  /// A URL as JSON text is the URL between quotes.
  static std::string unquoted(const std::string& json) { return json.substr(1, json.size() - 2); }

  agente::host host_;
  std::string api_url_;
};
