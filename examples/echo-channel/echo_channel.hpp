#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <agente/sdk.hpp>
#include <agente_schema.hpp>

/// The smallest honest channel. A guest's message is a POST to /webhook/<channel>:
///
///     authorization: Bearer <token>
///     x-message-id: 42
///     x-sender: ana
///
///     Hola, ¿tienen una doble?
///
/// and the hotel's reply is a POST of its text to `outbox_url`, with x-recipient and x-key.
class EchoChannel {
 public:
  static constexpr std::string_view id = "echo-channel";
  static constexpr std::string_view version = "1.0.0";
  static constexpr std::string_view schema = agente_schema;

  EchoChannel(agente::host host, std::string_view /*config_json*/)
      : host_(host), outbox_url_(unquoted(host.config("/outbox_url"))) {}

  /// The provider tells us of a message. It is stored before our 200 goes out; delivered twice, it is handled once.
  agente::http_out on_http(const agente::http_in& request, agente::call call) {
    if (!agente::same_secret(request.header("authorization"), "Bearer " + host_.secret("/token")))
      return {.status = 401};
    if (request.method != "POST") return {.status = 405};
    host_.accept(call, {.external_id = std::string{request.header("x-message-id")},
                        .sender = std::string{request.header("x-sender")},
                        .text = std::string{request.body},
                        .provider_time = host_.now()});
    return {};
  }

  /// A reply to a guest. What http() throws is already what the host needs to know: did not happen, or unknown.
  std::string send(const agente::outbound& message, agente::call call) {
    const auto answer = host_.http(call, {.method = "POST",
                                          .url = outbox_url_,
                                          .headers = {{"authorization", "Bearer " + host_.secret("/token")},
                                                      {"x-recipient", std::string{message.recipient}},
                                                      {"x-key", std::string{message.key}}},
                                          .body = std::string{message.text}});
    if (answer.status == 401) throw agente::error(AGENTE_E_AUTH, "outbox refused our token; check token");
    if (answer.status >= 500) throw agente::error(AGENTE_E_RETRY, "outbox answers " + std::to_string(answer.status));
    if (!answer.ok()) throw agente::error(AGENTE_E_INVALID, "outbox answers " + std::to_string(answer.status));
    return answer.body;
  }

 private:
  /// A URL as JSON text is the URL between quotes. For more than that, use a JSON library; any of them works.
  static std::string unquoted(const std::optional<std::string>& json) {
    return json && json->size() >= 2 ? json->substr(1, json->size() - 2) : std::string{};
  }

  agente::host host_;
  std::string outbox_url_;
};
