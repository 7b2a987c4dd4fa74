#include <algorithm>

#include "support.hpp"

namespace agente::whatsapp {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kWithAccount =
    R"({"graph_url":"http://graph","waba_id":"102290129340398","app_id":"670843887433847"})";
const std::string kNumbers =
    "http://graph/v25.0/102290129340398/"
    "phone_numbers?fields=id,display_phone_number,status,quality_rating,platform_type,webhook_configuration";
const std::string kApps = "http://graph/v25.0/102290129340398/subscribed_apps";
const std::string kToken = "http://graph/v25.0/debug_token?input_token=EAAG-token";
const std::string kSubscriptions = "http://graph/v25.0/670843887433847/subscriptions";

class SelfTest : public Channel {
 protected:
  check stage(const std::string& name) {
    for (const auto& line : channel().self_test())
      if (line.stage == name) return line;
    return {.stage = "missing", .cause = name + " was not checked"};
  }
  void numbers(const std::string& body) { fake.answer("GET", kNumbers, {.status = 200, .body = body}); }
  void apps(const std::string& body) { fake.answer("GET", kApps, {.status = 200, .body = body}); }

  void token(const std::string& more, const std::string& scopes = kScopes) {
    fake.answer("GET", kToken, {.status = 200, .body = R"({"data":{"scopes":)" + scopes + "," + more + "}}"});
  }
  void callback(const std::string& subscriptions) {
    fake.answer("GET", kSubscriptions, {.status = 200, .body = R"({"data":[)" + subscriptions + "]}"});
  }
  /// Token and callback as they should be.
  void rest_is_well() {
    token(R"("is_valid":true,"expires_at":0)");
    callback(subscribed);
  }

  inline static const std::string kScopes = R"(["whatsapp_business_messaging","whatsapp_business_management"])";
  const std::string subscribed =
      R"({"object":"whatsapp_business_account","callback_url":"http://hotel/webhook/whatsapp","active":true,)"
      R"("fields":[{"name":"messages","version":"v25.0"}]})";
  const std::string one_number =
      R"({"data":[{"id":"106540352242922","display_phone_number":"+1 555","status":"CONNECTED"}]})";
  const std::string our_app = R"({"data":[{"whatsapp_business_api_data":{"id":"670843887433847"}}]})";
};

TEST_F(SelfTest, AllIsWellWhenTheNumberIsConnectedAndOurAppSubscribed) {
  config = kWithAccount;
  numbers(one_number);
  apps(our_app);
  rest_is_well();

  for (const auto& line : channel().self_test()) EXPECT_TRUE(line.ok) << line.stage << ": " << line.cause;
  for (const auto& request : fake.requests()) EXPECT_EQ(request.method, "GET");
}

TEST_F(SelfTest, WithoutAnAccountIdTheTokenAloneIsTried) {
  fake.accounts.clear();
  const std::string me = "http://graph/v25.0/me?fields=id";
  fake.answer("GET", me, {.status = 200, .body = R"({"id":"1"})"});
  EXPECT_TRUE(stage("access_token").ok);
  fake.answer("GET", me, {.status = 400, .body = R"({"error":{"code":2500,"message":"Unknown path"}})"});
  EXPECT_TRUE(stage("access_token").ok) << "Graph complains of the path, so the token has passed";
  fake.answer("GET", me, {.status = 400, .body = R"({"error":{"code":100,"error_subcode":33,"message":"No 'me'"}})"});
  EXPECT_TRUE(stage("access_token").ok);
  fake.answer("GET", me, {.status = 403, .body = R"({"error":{"code":10,"message":"No permission"}})"});
  EXPECT_THAT(stage("access_token").cause, HasSubstr("No permission"));
  fake.answer("GET", me, {.status = 401, .body = R"({"error":{"code":190,"error_subcode":463}})"});
  EXPECT_THAT(stage("access_token").cause, HasSubstr("expired"));
  fake.answer("GET", me, {.status = 502, .body = "<html>"});
  EXPECT_FALSE(stage("access_token").ok);
  fake.fail("GET", me, AGENTE_E_CONFIG, "graph is not allowed");
  EXPECT_THAT(stage("access_token").cause, HasSubstr("not allowed"));
}

TEST_F(SelfTest, MissingSecretsAreNamedAndNothingIsAsked) {
  fake.set_secret("/app_secret", "");
  EXPECT_THAT(stage("settings").cause, HasSubstr("app_secret"));
  fake.forget_secret("/verify_token");
  EXPECT_THAT(stage("settings").cause, HasSubstr("verify_token"));
  EXPECT_TRUE(fake.requests().empty());
}

TEST_F(SelfTest, ANumberOutOfServiceIsNamed) {
  config = kWithAccount;
  numbers(R"({"data":[{"id":"106540352242922","display_phone_number":"+1 556","status":"BANNED"}]})");
  apps(our_app);
  rest_is_well();

  const auto line = stage("numbers");
  EXPECT_FALSE(line.ok);
  EXPECT_THAT(line.cause, HasSubstr("+1 556 (106540352242922) is BANNED"));
}

TEST_F(SelfTest, OtherNumbersOfTheAccountDoNotMatterUnlessNoneIsNamed) {
  config = kWithAccount;
  const auto* both = R"({"data":[{"id":"106540352242922","status":"CONNECTED"},{"id":"2","status":"BANNED"}]})";
  numbers(both);
  apps(our_app);
  rest_is_well();
  EXPECT_TRUE(stage("numbers").ok);
  fake.accounts.clear();
  numbers(both);
  apps(our_app);
  rest_is_well();
  EXPECT_THAT(stage("numbers").cause, HasSubstr("is BANNED"));
}

TEST_F(SelfTest, AnAccountThatIsNoNumberOfTheBusinessIsNamedBesideThoseThatAre) {
  config = kWithAccount;
  fake.accounts.emplace_back("999");
  numbers(R"({"data":[{"id":"106540352242922","display_phone_number":"+1 555"}],)"
          R"("paging":{"cursors":{"after":"QVF="},"next":"https://graph/?access_token=EAAG-token"}})");
  fake.answer("GET", kNumbers + "&after=QVF%3D",
              {.status = 200, .body = R"({"data":[{"id":"2","display_phone_number":"+1 556"}]})"});
  apps(our_app);
  rest_is_well();
  EXPECT_EQ(stage("numbers").cause,
            "account 999 is no number of 102290129340398, which has +1 555 (106540352242922), +1 556 (2)");
}

TEST_F(SelfTest, ANumberOfAnotherPlatformIsTold) {
  config = kWithAccount;
  numbers(R"({"data":[{"id":"106540352242922","status":"CONNECTED","platform_type":"ON_PREMISE"}]})");
  apps(our_app);
  rest_is_well();
  EXPECT_THAT(stage("numbers").cause, HasSubstr("its platform is ON_PREMISE"));
}

TEST_F(SelfTest, WithoutAnAccountIdEachNumberIsAskedForByItself) {
  fake.accounts.emplace_back("2");
  const auto url = [](const std::string& id) {
    return "http://graph/v25.0/" + id +
           "?fields=id,display_phone_number,status,quality_rating,platform_type,webhook_configuration";
  };
  const std::string me = "http://graph/v25.0/me?fields=id";
  fake.answer("GET", me, {.status = 200, .body = R"({"id":"1"})"});
  fake.answer("GET", url("106540352242922"),
              {.status = 200, .body = R"({"id":"106540352242922","status":"CONNECTED","platform_type":"CLOUD_API"})"});
  fake.answer("GET", url("2"),
              {.status = 400, .body = R"({"error":{"code":100,"error_subcode":33,"message":"Unsupported get"}})"});
  EXPECT_THAT(stage("numbers").cause, HasSubstr("account 2: 100 Unsupported get"));
  fake.accounts.pop_back();
  fake.answer("GET", me, {.status = 200, .body = R"({"id":"1"})"});
  fake.answer("GET", url("106540352242922"), {.status = 200, .body = R"({"id":"106540352242922"})"});
  EXPECT_TRUE(stage("numbers").ok);
  fake.accounts = {"main"};
  fake.answer("GET", me, {.status = 200, .body = R"({"id":"1"})"});
  EXPECT_THAT(stage("numbers").cause, HasSubstr("main is no phone number id"));
}

TEST_F(SelfTest, AnAnswerThatIsNotAboutTheNumberFailsNothingAndIsTold) {
  const std::string me = "http://graph/v25.0/me?fields=id";
  const std::string number =
      "http://graph/v25.0/106540352242922"
      "?fields=id,display_phone_number,status,quality_rating,platform_type,webhook_configuration";
  for (const auto& answer :
       {http_response{.status = 400, .body = R"({"error":{"code":2500,"message":"Unknown path"}})"},
        http_response{.status = 403, .body = R"({"error":{"code":10,"message":"No permission"}})"},
        http_response{.status = 404, .body = "<html>"}, http_response{.status = 200, .body = "<html>"}}) {
    fake.answer("GET", me, {.status = 200, .body = R"({"id":"1"})"});
    fake.answer("GET", number, answer);
    const auto line = stage("numbers");
    EXPECT_TRUE(line.ok) << answer.body;
    EXPECT_THAT(line.cause, HasSubstr("how account 106540352242922 stands is not known"));
  }
}

TEST_F(SelfTest, AnAppThatIsNotSubscribedExplainsTheSilence) {
  config = kWithAccount;
  numbers(R"({"data":[]})");
  apps(R"({"data":[{"whatsapp_business_api_data":{"id":"1"}}]})");
  rest_is_well();

  const auto lines = channel().self_test();
  EXPECT_THAT(lines.at(3).cause, HasSubstr("has no number"));
  EXPECT_THAT(lines.at(4).cause, HasSubstr("not subscribed"));
  EXPECT_THAT(lines.at(4).remedy, HasSubstr("subscribed_apps"));
}

TEST_F(SelfTest, WhatIsNotLookedAtForWantOfASettingIsNamed) {
  fake.accounts.clear();
  fake.otherwise([](const http_request&) { return http_response{.status = 200, .body = "{}"}; });
  config = R"({"graph_url":"http://graph"})";
  const auto nothing_set = stage("settings");
  EXPECT_TRUE(nothing_set.ok);
  EXPECT_THAT(nothing_set.cause, HasSubstr("without waba_id the account's subscription and its templates are not"));
  EXPECT_THAT(nothing_set.cause, HasSubstr("without app_id the end of the token"));
  EXPECT_THAT(nothing_set.cause, HasSubstr("without public_url the way of a webhook from outside"));
  EXPECT_THAT(nothing_set.remedy, HasSubstr("channel's config"));
  restart();
  config = R"({"graph_url":"http://graph","waba_id":"1","app_id":"2","public_url":"http://hotel/webhook/whatsapp"})";
  EXPECT_EQ(stage("settings").cause, "");
}

TEST_F(SelfTest, WithoutOurAppsIdTheAppsThatAreSubscribedAreNamed) {
  config = R"({"graph_url":"http://graph","waba_id":"102290129340398"})";
  numbers(one_number);
  apps(R"({"data":[{"whatsapp_business_api_data":{"id":"7","name":"Former vendor"}}]})");
  const auto line = stage("subscription");
  EXPECT_TRUE(line.ok);
  EXPECT_EQ(line.cause, "subscribed: Former vendor (7); whether that is our app is not known");
  EXPECT_THAT(line.remedy, HasSubstr("app_id"));
}

TEST_F(SelfTest, ATokenIsJudgedByWhatGraphTellsOfIt) {
  fake.accounts.clear();
  config = R"({"graph_url":"http://graph","app_id":"670843887433847"})";
  const auto soon = std::to_string(fake.now().time_since_epoch() / std::chrono::seconds{1} + 3600 * 48);
  struct Case {
    std::string more, scopes, cause;
  };
  for (const auto& [more, scopes, cause] :
       {Case{R"("is_valid":false,"error":{"message":"Session has expired"})", "[]", "Session has expired"},
        Case{R"("is_valid":true,"expires_at":0)", R"(["whatsapp_business_messaging"])", "whatsapp_business_management"},
        Case{R"("is_valid":true,"expires_at":)" + soon, kScopes, "expires in 48 hours"}}) {
    token(more, scopes);
    callback(subscribed);
    const auto line = stage("access_token");
    EXPECT_FALSE(line.ok);
    EXPECT_THAT(line.cause, HasSubstr(cause));
    EXPECT_FALSE(line.remedy.empty());
  }
  EXPECT_EQ(fake.requests().front().headers.front().value, "Bearer 670843887433847|app-secret");
}

TEST_F(SelfTest, ASecretThatIsNotTheAppsIsNotToldAsABadToken) {
  fake.accounts.clear();
  config = R"({"graph_url":"http://graph","app_id":"670843887433847"})";
  for (const auto* code : {"0", "101", "190"}) {
    fake.otherwise([code](const http_request&) {
      return http_response{.status = 401, .body = R"({"error":{"code":)" + std::string{code} + "}}"};
    });
    for (const auto* name : {"access_token", "callback"}) {
      const auto line = stage(name);
      EXPECT_FALSE(line.ok);
      EXPECT_EQ(line.cause, "app_id and app_secret do not belong together") << code;
      EXPECT_THAT(line.remedy, HasSubstr("copy the App Secret of this app again"));
    }
  }
}

TEST_F(SelfTest, ADeadSecretThatStandsFirstInTheListIsNotTheLastWord) {
  fake.accounts.clear();
  config = R"({"graph_url":"http://graph","app_id":"670843887433847"})";
  fake.forget_secret("/app_secret");
  fake.set_secret("/app_secret/0", "dead");
  fake.set_secret("/app_secret/1", "app-secret");
  fake.otherwise([this](const http_request& request) {
    if (request.headers.front().value.ends_with("|dead"))
      return http_response{.status = 401, .body = R"({"error":{"code":190}})"};
    const auto* token = R"({"data":{"is_valid":true,"scopes":["whatsapp_business_messaging",)"
                        R"("whatsapp_business_management"]}})";
    const bool of_token = request.url == kToken;
    return http_response{.status = 200, .body = of_token ? std::string{token} : R"({"data":[)" + subscribed + "]}"};
  });
  EXPECT_TRUE(stage("access_token").ok) << stage("access_token").cause;
  EXPECT_TRUE(stage("callback").ok) << stage("callback").cause;
}

TEST_F(SelfTest, TheTokenInAQuestionIsInNoLine) {
  fake.accounts.clear();
  config = R"({"graph_url":"http://graph","app_id":"670843887433847"})";
  for (const auto& answer : {http_response{.status = 200, .body = "<html>"}, http_response{.status = 502}}) {
    fake.answer("GET", kToken, answer);
    callback(subscribed);
    const auto line = stage("access_token");
    EXPECT_FALSE(line.ok);
    EXPECT_THAT(line.cause + line.remedy, Not(HasSubstr("EAAG")));
  }
}

TEST_F(SelfTest, ANumberWithABadNameIsTold) {
  config = kWithAccount;
  numbers(R"({"data":[{"id":"106540352242922","status":"CONNECTED","quality_rating":"RED"}]})");
  apps(our_app);
  rest_is_well();
  EXPECT_THAT(stage("numbers").cause, HasSubstr("RED"));
}

TEST_F(SelfTest, ANumberWhoseOwnOverrideSendsItsEventsElsewhereIsTold) {
  config = kWithAccount;
  config.insert(1, R"("public_url":"https://hotel.example/webhook/whatsapp",)");
  fake.otherwise([](const http_request&) { return http_response{.status = 403}; });
  numbers(R"({"data":[{"id":"106540352242922","webhook_configuration":{"phone_number":"https://old.example/hook"}}]})");
  apps(our_app);
  rest_is_well();
  EXPECT_THAT(stage("numbers").cause, HasSubstr("https://old.example/hook"));
}

TEST_F(SelfTest, AnOldGraphVersionIsToldInTime) {
  fake.otherwise([](const http_request&) { return http_response{.status = 200, .body = "{}"}; });
  config = R"({"graph_version":"v20.0"})";  // gone on 24 September 2026, nine days after the fake host's clock

  EXPECT_THAT(stage("graph_version").cause, HasSubstr("within 120 days"));
  fake.advance(std::chrono::hours{24 * 10});
  EXPECT_THAT(stage("graph_version").cause, HasSubstr("no longer served"));
}

TEST_F(SelfTest, AVersionOfBeforeAllThatAreKnownIsGoneAndANewerOneIsNot) {
  fake.otherwise([](const http_request&) { return http_response{.status = 200, .body = "{}"}; });
  config = R"({"graph_version":"v9.0"})";
  EXPECT_THAT(stage("graph_version").cause, HasSubstr("v9.0 is no longer served"));
}

TEST_F(SelfTest, AVersionThatIsNewerThanAllThatAreKnownIsServed) {
  fake.otherwise([](const http_request&) { return http_response{.status = 200, .body = "{}"}; });
  config = R"({"graph_version":"v30.0"})";
  EXPECT_TRUE(stage("graph_version").ok);
}

TEST_F(SelfTest, TheEndOfAVersionIsLoggedOnceADay) {
  fake.otherwise([](const http_request&) { return http_response{.status = 200, .body = "{}"}; });
  config = R"({"graph_version":"v20.0"})";
  const auto lines = [&] {
    const auto log = fake.log();
    return std::count_if(log.begin(), log.end(),
                         [](const auto& line) { return line.text.find("v20.0 ends") != std::string::npos; });
  };
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(stage("graph_version").ok);
  EXPECT_EQ(lines(), 1);
  fake.advance(std::chrono::hours{24});
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(stage("graph_version").ok);
  EXPECT_EQ(lines(), 2);
}

}  // namespace
}  // namespace agente::whatsapp
