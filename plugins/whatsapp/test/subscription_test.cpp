// What an operator sees and changes of where Meta sends our events.
#include <nlohmann/json.hpp>

#include "support.hpp"

namespace agente::whatsapp {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::SizeIs;

const std::string kGraph = "http://graph/v25.0/";
const std::string kApp = kGraph + "670843887433847/subscriptions";
const std::string kApps = kGraph + "102290129340398/subscribed_apps";
const std::string kNumbers =
    kGraph + "102290129340398/phone_numbers?fields=id,display_phone_number,webhook_configuration";

class Subscription : public Channel {
 protected:
  Subscription() {
    config = R"({"graph_url":"http://graph","waba_id":"102290129340398","app_id":"670843887433847",)"
             R"("public_url":"https://hotel.example/webhook/whatsapp"})";
    fake.otherwise([this](const http_request& request) { return answer(request); });
  }

  http_out ask(const std::string& method, const std::string& body = "", bool trusted = true) {
    return channel().on_http(
        {.method = method, .path = "/subscription", .body = body, .remote = "127.0.0.1", .trusted = trusted});
  }
  json show() { return json::parse(ask("GET").body); }
  /// The bodies of what was posted to Graph there.
  std::vector<json> posted(const std::string& url) const {
    std::vector<json> bodies;
    for (const auto& each : fake.requests())
      if (each.method == "POST" && each.url == url) bodies.push_back(json::parse(each.body));
    return bodies;
  }

  std::string app = R"([{"object":"whatsapp_business_account","callback_url":"https://old.example/hook","active":true,)"
                    R"("fields":[{"name":"messages"},{"name":"flows"}]}])";
  std::string apps = R"([{"whatsapp_business_api_data":{"id":"670843887433847"}}])";
  std::string numbers = R"([{"id":"106540352242922","display_phone_number":"+1 555"}])";
  std::string refusal;  ///< of whatever is posted
  std::string done = "true";

  http_response answer(const http_request& request) const {
    const auto list = [](const std::string& data) {
      return http_response{.status = 200, .body = "{\"data\":" + data + "}"};
    };
    if (request.method == "POST" && !refusal.empty()) return {.status = 400, .body = refusal};
    if (request.method == "POST") return {.status = 200, .body = R"({"success":)" + done + "}"};
    if (request.url == kApp) return list(app);
    if (request.url == kApps) return list(apps);
    if (request.url == kNumbers) return list(numbers);
    return {.status = 404, .body = "{}"};
  }
};

TEST_F(Subscription, ShowsEveryLevelAndWhichOneCounts) {
  auto shown = show();
  EXPECT_EQ(shown["public_url"], "https://hotel.example/webhook/whatsapp");
  EXPECT_EQ(shown["app"],
            json::parse(R"({"url":"https://old.example/hook","active":true,"fields":["messages","flows"]})"));
  EXPECT_EQ(shown["account"], json::parse(R"({"url":null,"subscribed":true})"));
  EXPECT_EQ(shown["numbers"][0]["in_force"], "https://old.example/hook");

  apps = R"([{"whatsapp_business_api_data":{"id":"670843887433847"},"override_callback_uri":"https://waba.example"}])";
  EXPECT_EQ(show()["numbers"][0]["in_force"], "https://waba.example");
  numbers = R"([{"id":"1","webhook_configuration":{"phone_number":"https://number.example"}},{"id":"2"}])";
  shown = show();
  EXPECT_EQ(shown["numbers"][0]["in_force"], "https://number.example");
  EXPECT_EQ(shown["numbers"][1]["in_force"], "https://waba.example");
}

TEST_F(Subscription, AnAppOfSomebodyElseIsNotOurs) {
  apps = R"([{"whatsapp_business_api_data":{"id":"1"},"override_callback_uri":"https://other.example"}])";
  EXPECT_EQ(show()["account"], json::parse(R"({"url":null,"subscribed":false})"));
  app = "[]";
  EXPECT_TRUE(show()["numbers"][0]["in_force"].is_null());
}

TEST_F(Subscription, TheAppIsToldThePublicUrlKeepsItsFieldsAndIsSubscribedToTheAccount) {
  EXPECT_EQ(ask("POST", "{}").status, 200);
  ASSERT_THAT(posted(kApp), SizeIs(1));
  EXPECT_EQ(posted(kApp)[0], json::parse(R"({"object":"whatsapp_business_account","fields":"messages,account_alerts,)"
                                         R"(account_review_update,account_update,business_capability_update,)"
                                         R"(message_template_components_update,message_template_quality_update,)"
                                         R"(message_template_status_update,phone_number_name_update,)"
                                         R"(phone_number_quality_update,security,template_category_update,)"
                                         R"(user_id_update,user_preferences,history,smb_app_state_sync,)"
                                         R"(smb_message_echoes,flows",)"
                                         R"("callback_url":"https://hotel.example/webhook/whatsapp",)"
                                         R"("verify_token":"a-word"})"));
  ASSERT_THAT(posted(kApps), SizeIs(1));
  EXPECT_EQ(posted(kApps)[0], json::object());
}

TEST_F(Subscription, AnAccountOrANumberGetsAnAddressOfItsOwnAndLosesItAgain) {
  EXPECT_EQ(ask("POST", R"({"level":"account","url":"https://b.example/"})").status, 200);
  EXPECT_EQ(posted(kApps)[0], json::parse(R"({"override_callback_uri":"https://b.example/","verify_token":"a-word"})"));
  EXPECT_EQ(ask("POST", R"({"level":"account","url":""})").status, 200);
  EXPECT_EQ(posted(kApps)[1], json::object());
  EXPECT_EQ(ask("POST", R"({"level":"number","number":"106540352242922","url":""})").status, 200);
  EXPECT_EQ(posted(kGraph + "106540352242922")[0],
            json::parse(R"({"webhook_configuration":{"override_callback_uri":"","verify_token":"a-word"}})"));
}

TEST_F(Subscription, NothingIsClearedForWantOfAUrl) {
  config = R"({"graph_url":"http://graph","waba_id":"102290129340398"})";
  for (const auto* body : {R"({"level":"account"})", R"({"level":"number","number":"1"})"}) {
    const auto answer = ask("POST", body);
    EXPECT_EQ(answer.status, 400);
    EXPECT_THAT(answer.body, HasSubstr("set public_url"));
  }
  EXPECT_THAT(fake.requests(), SizeIs(0));
  EXPECT_EQ(ask("POST", R"({"level":"account","url":""})").status, 200);
}

TEST_F(Subscription, WhatMetaTakesAndDoesNotDoIsAFailure) {
  done = "false";
  EXPECT_EQ(ask("POST", "{}").status, 502);
}

TEST_F(Subscription, WhatMetaOrWeRefuseIsSaidWithTheReason) {
  refusal = R"({"error":{"code":2200,"message":"(#2200) Callback verification failed"}})";
  const auto answer = ask("POST", "{}");
  EXPECT_EQ(answer.status, 502);
  EXPECT_THAT(answer.body, HasSubstr("Callback verification failed"));
  for (const auto* body : {R"({"level":"hotel"})", R"({"url":"ftp://x"})", R"({"url":""})", R"({"level":"number"})",
                           R"({"level":"number","number":"../1"})"})
    EXPECT_EQ(ask("POST", body).status, 400) << body;
  EXPECT_EQ(ask("POST", R"({"url":"https://)" + std::string(200, 'x') + "\"}").status, 400);
}

TEST_F(Subscription, TheSecretOfTheListThatGraphTakesIsUsed) {
  fake.forget_secret("/app_secret");
  fake.set_secret("/app_secret/0", "dead");
  fake.set_secret("/app_secret/1", "app-secret");
  fake.otherwise([this](const http_request& request) {
    const bool dead = request.headers.front().value == "Bearer 670843887433847|dead";
    return dead ? http_response{.status = 401, .body = R"({"error":{"code":190}})"} : answer(request);
  });
  EXPECT_EQ(show()["app"]["url"], "https://old.example/hook");
  EXPECT_EQ(ask("POST", "{}").status, 200);
  fake.forget_secret("/app_secret/1");
  EXPECT_THAT(show()["app"]["problem"].get<std::string>(), HasSubstr("app_id and app_secret do not belong together"));
  const auto refused = ask("POST", "{}");
  EXPECT_EQ(refused.status, 502);
  EXPECT_THAT(refused.body, HasSubstr("copy the App Secret of this app again"));
}

TEST_F(Subscription, IsForTheOperatorAlone) {
  EXPECT_EQ(ask("GET", "", false).status, 404);
  EXPECT_EQ(ask("POST", "{}", false).status, 404);
  EXPECT_EQ(ask("DELETE").status, 405);
  EXPECT_THAT(fake.requests(), SizeIs(0));
}

TEST_F(Subscription, WithoutTheAccountsIdThereIsNothingToShow) {
  config = kConfig;
  EXPECT_EQ(ask("GET").status, 409);
}

}  // namespace
}  // namespace agente::whatsapp
