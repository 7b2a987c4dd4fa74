#include "support.hpp"

namespace agente::whatsapp {
namespace {

using ::testing::HasSubstr;

class Traffic : public Channel {
 protected:
  Traffic() {
    fake.otherwise([](const http_request&) { return http_response{.status = 200, .body = "{}"}; });
  }
  check stage() {
    for (const auto& line : channel().self_test())
      if (line.stage == "traffic") return line;
    return {.stage = "missing"};
  }
  const std::string body = with_messages(text_message("wamid.1", "Hola"));
};

TEST_F(Traffic, AClockThatIsFarOffMetasIsToldOnceAMessageWasSent) {
  const auto clock = [&] {
    for (const auto& line : channel().self_test())
      if (line.stage == "clock") return line;
    return check{.stage = "missing", .ok = true};
  };
  const auto answered_at = [&](const std::string& date) {
    fake.otherwise([date](const http_request&) {
      return http_response{.status = 200, .headers = {{"Date", date}}, .body = R"({"messages":[{"id":"wamid.X"}]})"};
    });
    channel().send({.key = "out-1", .account = kAccount, .recipient = "34600111222", .text = "Hola"});
  };
  fake.advance(std::chrono::sys_days{std::chrono::year{2026} / 11 / 24} + std::chrono::hours{12} - fake.now());
  EXPECT_EQ(clock().stage, "missing");
  answered_at("Tue, 24 Nov 2026 11:56:00 GMT");
  EXPECT_EQ(clock().stage, "missing");
  answered_at("Tue, 24 Nov 2026 09:00:00 GMT");
  EXPECT_FALSE(clock().ok);
  EXPECT_EQ(clock().cause, "this machine's clock is 180 minutes ahead of Meta's");
  EXPECT_THAT(clock().remedy, HasSubstr("NTP"));
  answered_at("Tue, 24 Nov 2026 12:10:00 GMT");
  EXPECT_EQ(clock().cause, "this machine's clock is 10 minutes behind Meta's");
  answered_at("yesterday");
  EXPECT_EQ(clock().cause, "this machine's clock is 10 minutes behind Meta's");
  fake.advance(std::chrono::hours{-3});
  EXPECT_EQ(clock().stage, "missing") << "it has been set since";
  fake.advance(std::chrono::hours{3});
  answered_at("Tue, 24 Nov 2026 12:00:01 GMT");
  EXPECT_EQ(clock().stage, "missing");
}

TEST_F(Traffic, SilenceIsToldAndFailsNothing) {
  EXPECT_TRUE(stage().ok);
  EXPECT_EQ(stage().cause, "no verified webhook has come yet");
  EXPECT_THAT(stage().remedy, HasSubstr("Live (App Mode"));
  EXPECT_THAT(stage().remedy, HasSubstr("`agentctl whatsapp webhook set`"));
  post(body);
  EXPECT_EQ(stage().remedy, "");
  fake.advance(std::chrono::minutes{12});
  EXPECT_TRUE(stage().ok);
  EXPECT_EQ(stage().cause, "the last verified webhook came 12 minutes ago");
  EXPECT_EQ(stage().remedy, "");
  fake.advance(std::chrono::hours{24});
  EXPECT_TRUE(stage().ok);
  EXPECT_THAT(stage().remedy, HasSubstr("`agentctl whatsapp webhook set`"));
}

class Sent : public Traffic {
 protected:
  Sent() {
    fake.otherwise(
        [](const http_request&) { return http_response{.status = 200, .body = R"({"messages":[{"id":"wamid.X"}]})"}; });
  }
  void send() { channel().send({.key = "out-1", .account = kAccount, .recipient = "34600111222", .text = "Hola"}); }
};

TEST_F(Sent, SilenceAfterAMessageThatMetaTookIsAFault) {
  send();
  fake.advance(std::chrono::minutes{10});
  EXPECT_TRUE(stage().ok);
  send();  // it is the first that counts
  fake.advance(std::chrono::minutes{1});
  EXPECT_FALSE(stage().ok);
  EXPECT_THAT(stage().cause, HasSubstr("told nothing of what was sent"));
  EXPECT_THAT(stage().remedy, HasSubstr("`agentctl whatsapp webhook set`"));
  post(body);
  EXPECT_TRUE(stage().ok);
  fake.advance(std::chrono::hours{1});
  EXPECT_TRUE(stage().ok) << "nothing was sent since";
}

TEST_F(Sent, WhatIsToldToAnotherHostIsNoSilence) {
  fake.advance(std::chrono::minutes{5});
  send();
  const auto last = std::to_string(to_abi(fake.now() - std::chrono::seconds{59}));  // it notes it once a minute
  fake.set_kv("webhook/last", last, 1);
  fake.advance(std::chrono::minutes{20});
  EXPECT_TRUE(stage().ok);
  send();
  fake.advance(std::chrono::minutes{11});
  EXPECT_FALSE(stage().ok);
}

TEST_F(Traffic, WhereNothingButWrongSignaturesComesTheSecretIsToBeChecked) {
  for (int i = 0; i < 4; ++i) post(body, "sha256=00");
  EXPECT_TRUE(stage().ok) << "anybody may knock";
  EXPECT_THAT(stage().cause, HasSubstr("refused for their signature since then: 4"));
  for (int i = 0; i < 10; ++i) channel().on_http({.method = "POST", .body = body});
  EXPECT_TRUE(stage().ok) << "that was not Meta";
  post(body, "sha256=00");
  EXPECT_FALSE(stage().ok);
  EXPECT_THAT(stage().cause, HasSubstr("refused for their signature since then: 5"));
  EXPECT_THAT(stage().remedy, HasSubstr("app_secret"));
  post(body);
  for (int i = 0; i < 5; ++i) post(body, "sha256=00");
  EXPECT_TRUE(stage().ok) << "anybody may knock";
  fake.advance(std::chrono::hours{1});
  EXPECT_FALSE(stage().ok);
}

TEST_F(Traffic, AStoreThatIsDownIsNoSilence) {
  static_cast<void>(channel());
  fake.set_kv_down(true);
  EXPECT_FALSE(stage().ok);
  EXPECT_THAT(stage().cause, HasSubstr("not known"));
}

}  // namespace
}  // namespace agente::whatsapp
