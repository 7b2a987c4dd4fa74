#pragma once

#include <agente/sdk.hpp>
#include <agente_schema.hpp>

#include <string>
#include <string_view>
#include <vector>

/// Posts events, one a line. The comments of <agente/sdk/exporter.hpp> say what each member promises.
class @Class@ {
 public:
  static constexpr std::string_view id = "@name@";
  static constexpr std::string_view version = "0.1.0";
  static constexpr std::string_view schema = agente_schema;

  @Class@(agente::host host, std::string_view /*config_json*/)
      : host_(host), api_url_(unquoted(host.config("/api_url").value_or("\"\""))) {}

  agente::feed describe(agente::call) { return {.events = {"reservation.*"}, .max_batch = 100}; }

  void export_batch(const agente::batch& batch, agente::call call) {
    std::string lines;
    for (const auto& event : batch.events) lines.append(event.body_json).append("\n");
    const auto answer = host_.http(call, {.method = "POST",
                                          .url = api_url_,
                                          .headers = {{"idempotency-key", std::string{batch.id}}},
                                          .body = std::move(lines)});
    if (!answer.ok()) throw agente::error(AGENTE_E_RETRY, "the other side answers " + std::to_string(answer.status));
  }

 private:
  /// A URL as JSON text is the URL between quotes.
  static std::string unquoted(const std::string& json) { return json.substr(1, json.size() - 2); }

  agente::host host_;
  std::string api_url_;
};
