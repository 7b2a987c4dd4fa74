#pragma once

#include <string>
#include <string_view>

#include <agente/fake_host.hpp>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "webchat.hpp"

/// What the tests share: two guests and the words between a browser and the plugin.
namespace webchat::testing {

using Chat = agente::testing::instance<Webchat>;
using nlohmann::json;

inline const std::string kAna(32, 'a');
inline const std::string kBea(32, 'b');

inline std::string header(const agente::http_out& out, std::string_view name) {
  for (const auto& h : out.headers)
    if (agente::same_header_name(h.name, name)) return h.value;
  return {};
}

struct Sent {
  std::string visitor = kAna;
  std::string type = "application/json";
  std::string origin = "https://hotel.example";
  std::string host = "hotel.example";
};

inline agente::http_out post(Chat& chat, const std::string& body, const Sent& how = {}) {
  agente::http_in request{.method = "POST", .path = "/messages", .body = body, .visitor = how.visitor};
  request.headers = {{"content-type", how.type}, {"host", how.host}};
  if (!how.origin.empty()) request.headers.push_back({"Origin", how.origin});
  return chat.on_http(request);
}

inline std::string body(const std::string& id, const std::string& text) {
  return json{{"id", id}, {"text", text}}.dump();
}

inline agente::http_out get(Chat& chat, const std::string& query = {}, const std::string& visitor = kAna) {
  return chat.on_http({.method = "GET", .path = "/messages", .query = query, .visitor = visitor});
}

inline json messages(Chat& chat, const std::string& query = {}, const std::string& visitor = kAna) {
  return json::parse(get(chat, query, visitor).body).at("messages");
}

inline std::string reply(Chat& chat, const std::string& key, const std::string& text,
                         const std::string& visitor = kAna) {
  return chat.send({.key = key, .recipient = visitor, .text = text});
}

}  // namespace webchat::testing
