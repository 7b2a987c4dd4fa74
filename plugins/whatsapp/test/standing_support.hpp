/// A channel whose number Meta says something of.
#pragma once

#include "support.hpp"

namespace agente::whatsapp {

class StandingTest : public Channel {
 protected:
  StandingTest() {
    fake.otherwise(
        [](const http_request&) { return http_response{.status = 200, .body = R"({"messages":[{"id":"wamid.X"}]})"}; });
  }

  /// AGENTE_OK, or why the message was not sent.
  agente_status send(const std::string& key) { return send(key, "text", ""); }
  agente_status send_template(const std::string& key) {
    return send(key, "template", R"({"name":"hola","language":"es"})");
  }
  agente_status send(const std::string& key, const std::string& kind, const std::string& details) {
    try {
      channel().send({.key = key,
                      .account = kAccount,
                      .recipient = "34600111222",
                      .kind = kind,
                      .text = "Hola",
                      .details = details});
      return AGENTE_OK;
    } catch (const error& e) {
      said = e.what();
      return e.code();
    }
  }
  void status(const std::string& state, const std::string& key, const std::string& more = "",
              std::chrono::milliseconds ago = std::chrono::milliseconds{0}) {
    const auto seconds = (to_abi(fake.now()) - ago.count()) / 1000;
    const auto body = envelope(R"({"metadata":{"phone_number_id":"106540352242922"},"statuses":[{"id":"wamid.)" + key +
                               R"(","status":")" + state + R"(","timestamp":")" + std::to_string(seconds) +
                               R"(","biz_opaque_callback_data":")" + key + "\"" + more + "}]}");
    ASSERT_EQ(post(body).status, 200);
  }
  void failed(const std::string& key, int code) {
    status("failed", key, R"(,"errors":[{"code":)" + std::to_string(code) + R"(,"title":"What went wrong"}])");
  }
  double alarms(const std::string& code) const {
    return fake.metric("whatsapp_account_alarms_total", {{"account", std::string{kAccount}}, {"code", code}});
  }
  check stage() {
    for (const auto& line : channel().self_test())
      if (line.stage == "standing") return line;
    return {.stage = "missing"};
  }

  std::string said;
};

}  // namespace agente::whatsapp
