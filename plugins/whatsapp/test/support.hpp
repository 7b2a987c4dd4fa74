/// What the tests of this plugin share: signed bodies, one message as Meta writes it, a channel on a fake host.
#pragma once

#include <fstream>
#include <sstream>
#include <string>

#include <agente/fake_host.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sha256.hpp"
#include "whatsapp.hpp"

namespace agente::whatsapp {

inline constexpr std::string_view kAccount = "106540352242922";
inline constexpr std::string_view kConfig = R"({"graph_url":"http://graph","graph_version":"v25.0"})";
inline const std::string kMessagesUrl = "http://graph/v25.0/106540352242922/messages";

inline std::string signature(std::string_view body, std::string_view secret = "app-secret") {
  return "sha256=" + to_hex(hmac_sha256(secret, body));
}

inline std::string text_message(const std::string& id, const std::string& text,
                                const std::string& from = "34600111222") {
  return R"({"from":")" + from + R"(","id":")" + id + R"(","timestamp":"1763200100","type":"text","text":{"body":")" +
         text + "\"}}";
}

inline std::string envelope(const std::string& value) {
  return R"({"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":)" + value +
         "}]}]}";
}

inline std::string with_messages(const std::string& messages) {
  return envelope(R"({"metadata":{"phone_number_id":"106540352242922"},"messages":[)" + messages + "]}");
}

inline std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

class Channel : public ::testing::Test {
 protected:
  Channel() {
    fake.accounts = {std::string{kAccount}};
    fake.me.id = "whatsapp";
    fake.set_secret("/access_token", "EAAG-token");
    fake.set_secret("/app_secret", "app-secret");
    fake.set_secret("/verify_token", "a-word");
  }

  testing::channel_instance& channel() {
    if (!channel_) channel_.emplace(fake, config);
    return *channel_;
  }
  /// As after a reload: what is not in kv is forgotten.
  void restart() { channel_.reset(); }
  http_out post(const std::string& body, const std::string& signed_with, bool trusted = false) {
    return channel().on_http({.method = "POST",
                              .headers = {{"X-Hub-Signature-256", signed_with}},
                              .body = body,
                              .remote = "203.0.113.7",
                              .trusted = trusted});
  }
  /// What is in kv besides the time of the last webhook.
  std::map<std::string, kv_entry> notes() const {
    auto all = fake.kv();
    all.erase("webhook/last");
    return all;
  }
  http_out post(const std::string& body) { return post(body, signature(body)); }

  testing::fake_host fake;
  std::string config{kConfig};

 private:
  std::optional<testing::instance<WhatsApp>> channel_;
};

}  // namespace agente::whatsapp
