#include "support.hpp"

namespace agente::whatsapp {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kPublic = "http://hotel/webhook/whatsapp";
const std::string kSubscriptions = "http://graph/v25.0/670843887433847/subscriptions";

class Callback : public Channel {
 protected:
  Callback() {
    config = R"({"graph_url":"http://graph","app_id":"670843887433847","public_url":"http://hotel/webhook/whatsapp"})";
    other.accounts = fake.accounts;
    other.me.id = "whatsapp";
    for (const auto* name : {"/access_token", "/app_secret", "/verify_token"})
      other.set_secret(name, fake_secret(name));
    subscribed_to(std::string{kPublic});
    fake.otherwise([this](const http_request& request) { return answer(request); });
  }

  static std::string fake_secret(std::string_view name) {
    return name == "/access_token" ? "EAAG-token" : name == "/app_secret" ? "app-secret" : "a-word";
  }
  void subscribed_to(const std::string& url,
                     const std::string& more = R"("fields":[{"name":"messages"}],"active":true)") {
    subscriptions = R"({"data":[{"object":"whatsapp_business_account","callback_url":")" + url + "\"," + more + "}]}";
  }
  check stage(const std::string& name) {
    for (const auto& line : channel().self_test())
      if (line.stage == name) return line;
    return {.stage = "missing", .cause = name + " was not checked"};
  }

  testing::fake_host other;  ///< at the end of the public URL
  std::string subscriptions;
  std::function<std::string(std::string)> on_the_way = [](std::string body) { return body; };

 private:
  http_response answer(const http_request& request) {
    if (request.url == kSubscriptions) return {.status = 200, .body = subscriptions};
    if (!request.url.starts_with(kPublic)) return {.status = 200, .body = R"({"data":{}})"};
    if (!door_) door_.emplace(other, kConfig);
    const auto body = on_the_way(std::string{request.body});
    const auto query = request.url.find('?');
    std::vector<header_view> headers;
    for (const auto& each : request.headers) headers.push_back({each.name, each.value});
    const auto said = door_->on_http(
        {.method = request.method,
         .query = query == std::string::npos ? std::string_view{} : std::string_view{request.url}.substr(query + 1),
         .headers = headers,
         .body = body,
         .remote = "203.0.113.7"});
    return {.status = said.status, .body = said.body};
  }
  std::optional<testing::instance<WhatsApp>> door_;
};

TEST_F(Callback, AWalkThroughThePublicUrlArrivesAndBringsNoMessage) {
  const auto loop = stage("loop");
  EXPECT_TRUE(loop.ok) << loop.cause;
  EXPECT_TRUE(stage("callback").ok) << stage("callback").cause;
  EXPECT_THAT(other.inbox(), IsEmpty());
  EXPECT_EQ(other.metric("whatsapp_webhook_events_total", {{"kind", "self_test"}}), 2);
}

TEST_F(Callback, AWrongWordIsTriedOnceADayForItLeavesALineInTheLog) {
  const auto strangers = [this] {
    const auto asked = fake.requests();
    return std::count_if(asked.begin(), asked.end(),
                         [](const auto& each) { return each.url.ends_with("hub.verify_token=a-wordx"); });
  };
  for (int i = 0; i < 5; ++i) static_cast<void>(stage("loop"));
  EXPECT_EQ(strangers(), 1);
  fake.advance(std::chrono::hours{24});
  EXPECT_TRUE(stage("loop").ok);
  EXPECT_EQ(strangers(), 2);
}

TEST_F(Callback, ABodyThatNobodySignedIsRefusedAtTheEndOfThePublicUrlOrSomethingIsWrong) {
  EXPECT_TRUE(stage("loop").ok);
  EXPECT_EQ(other.metric("whatsapp_webhook_rejected_total", {{"reason", "bad_signature"}}), 1);
}

TEST_F(Callback, AProxyThatAnswersInTheHostsPlaceIsFound) {
  fake.otherwise([](const http_request& request) {
    const auto word = request.url.find("hub.challenge=");
    if (word == std::string::npos) return http_response{.status = 200, .body = R"({"data":[]})"};
    return http_response{.status = 200, .body = request.url.substr(word + 14, 24)};
  });
  EXPECT_THAT(stage("loop").cause, HasSubstr("that nobody signed with status 200"));
}

TEST_F(Callback, AProxyThatReencodesBodiesIsFound) {
  on_the_way = [](std::string body) {
    const auto escape = body.find("\\u00f1");
    return escape == std::string::npos ? body : body.replace(escape, 6, "ñ");
  };
  const auto loop = stage("loop");
  EXPECT_FALSE(loop.ok);
  EXPECT_THAT(loop.cause, HasSubstr("refused"));
  EXPECT_THAT(loop.remedy, HasSubstr("proxy changes bodies"));
}

TEST_F(Callback, AnotherVerifyTokenBehindThePublicUrlIsFound) {
  other.set_secret("/verify_token", "another");
  EXPECT_THAT(stage("loop").cause, HasSubstr("status 403"));
}

TEST_F(Callback, WhatMetaHasNotedIsComparedWithThePublicUrl) {
  subscribed_to("https://old.example/webhook");
  EXPECT_THAT(stage("callback").cause, HasSubstr("https://old.example/webhook"));
  subscribed_to(std::string{kPublic}, R"("active":false)");
  EXPECT_THAT(stage("callback").cause, HasSubstr("switched the callback off"));
  subscribed_to(std::string{kPublic}, R"("fields":["security"])");
  EXPECT_THAT(stage("callback").cause, HasSubstr("field messages"));
  subscriptions = R"({"data":[]})";
  EXPECT_THAT(stage("callback").cause, HasSubstr("knows no callback"));
}

TEST_F(Callback, FieldsThatAreNotSubscribedAreAWarningThatFailsNothing) {
  subscribed_to(std::string{kPublic}, R"("fields":[{"name":"account_update"},"messages","security"])");
  const auto line = stage("callback");
  EXPECT_TRUE(line.ok);
  EXPECT_THAT(line.cause, HasSubstr("user_preferences"));
  EXPECT_THAT(line.cause, ::testing::Not(HasSubstr("security")));
  EXPECT_THAT(line.remedy, HasSubstr("webhook set"));
}

TEST_F(Callback, AnUnsignedWalkIsNotGivenBack) {
  const std::string body = R"({"object":"agente_self_test","entry":[],"marker":"1"})";
  EXPECT_EQ(post(body, "sha256=00").status, 401);
  EXPECT_EQ(post(body).body, "1");
}

}  // namespace
}  // namespace agente::whatsapp
