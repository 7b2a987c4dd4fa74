// A channel, and a Graph that lists its templates.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "support.hpp"

namespace agente::whatsapp {

inline const std::string kAccountUrl = "http://graph/v25.0/102290129340398/";
inline const std::string kList =
    kAccountUrl + "message_templates?fields=name,language,status,category,parameter_format,components&limit=100";

inline nlohmann::json listed(const std::string& name, const std::string& language, const std::string& text,
                             const std::string& status = "APPROVED", const std::string& category = "UTILITY") {
  return {{"name", name},
          {"language", language},
          {"status", status},
          {"category", category},
          {"components", {{{"type", "HEADER"}, {"format", "TEXT"}}, {{"type", "BODY"}, {"text", text}}}}};
}

class Templates : public Channel {
 protected:
  Templates() {
    config = R"({"graph_url":"http://graph","graph_version":"v25.0","waba_id":"102290129340398",)"
             R"("messages_per_second":0,"templates":{"answer_waiting":{"name":"respuesta",)"
             R"("languages":{"en":"en_US","es":"es_AR"},"parameters":["Hotel Sol"]}}})";
    list = {listed("arrival", "es", "Hola {{1}}, le esperamos el {{2}}. {{1}}"),
            listed("arrival", "en", "Hello {{1}}, see you on {{2}}."),
            listed("old", "es", "Adiós", "PAUSED"),
            listed("greeting", "es", "Hola {{guest}}, su habitación es {{ room }}."),
            listed("offer", "es", "Sólo hoy", "APPROVED", "MARKETING"),
            listed("plain", "es", "Hola")};
    fake.otherwise([this](const http_request& request) { return graph(request); });
  }

  http_response graph(const http_request& request) {
    if (request.method == "GET") return list_status == 200 ? page(request.url) : http_response{.status = list_status};
    if (refusal != 0)
      return {.status = 400, .body = R"({"error":{"message":"no","code":)" + std::to_string(refusal) + "}}"};
    return {.status = 200, .body = R"({"messages":[{"id":"wamid.X"}]})"};
  }
  /// Two entries each; a page's own address of the next one holds the token, as Graph's does.
  http_response page(const std::string& url) const {
    const auto after = url.find("&after=");
    const std::size_t begin = after == std::string::npos ? 0 : std::stoul(url.substr(after + 7));
    nlohmann::json body{{"data", nlohmann::json::array()},
                        {"paging", {{"cursors", {{"after", std::to_string(begin + 2)}}}}}};
    for (auto i = begin; i < std::min(begin + 2, list.size()); ++i) body["data"].push_back(list[i]);
    if (begin + 2 < list.size()) body["paging"]["next"] = "https://graph/?access_token=EAAG-token&after=x";
    return {.status = 200, .body = body.dump()};
  }

  /// "sent", or why not.
  std::string send(const std::string& details) {
    outbound message{.key = "out-1", .account = kAccount, .recipient = recipient, .kind = "template", .text = "x"};
    message.language = language;
    message.details = details;
    try {
      channel().send(message);
      return "sent";
    } catch (const error& e) {
      EXPECT_EQ(e.code(), AGENTE_E_INVALID);
      return e.what();
    }
  }
  std::size_t asked(const std::string& method) {
    const auto all = fake.requests();
    return static_cast<std::size_t>(
        std::count_if(all.begin(), all.end(), [&](const auto& each) { return each.method == method; }));
  }
  check stage() {
    for (const auto& line : channel().self_test())
      if (line.stage == "templates") return line;
    return {.stage = "missing"};
  }

  std::vector<nlohmann::json> list;
  int list_status = 200;
  int refusal = 0;
  std::string_view language = "es";
  std::string recipient = "34600111222";
};

}  // namespace agente::whatsapp
