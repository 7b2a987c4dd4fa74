#include "support.hpp"

namespace agente::whatsapp {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kWithAccount =
    R"({"graph_url":"http://graph","waba_id":"102290129340398","app_id":"670843887433847"})";
const std::string kNumbers =
    "http://graph/v25.0/102290129340398/"
    "phone_numbers?fields=id,display_phone_number,status,quality_rating,webhook_configuration";
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
  const std::string one_number = R"({"data":[{"id":"1","display_phone_number":"+1 555","status":"CONNECTED"}]})";
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
  numbers(R"({"data":[{"id":"1","status":"CONNECTED"},{"id":"2","display_phone_number":"+1 556","status":"BANNED"}]})");
  apps(our_app);
  rest_is_well();

  const auto line = stage("numbers");
  EXPECT_FALSE(line.ok);
  EXPECT_THAT(line.cause, HasSubstr("+1 556 (2) is BANNED"));
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

TEST_F(SelfTest, ATokenIsJudgedByWhatGraphTellsOfIt) {
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

TEST_F(SelfTest, TheTokenInAQuestionIsInNoLine) {
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
  numbers(R"({"data":[{"id":"1","status":"CONNECTED","quality_rating":"RED"}]})");
  apps(our_app);
  rest_is_well();
  EXPECT_THAT(stage("numbers").cause, HasSubstr("RED"));
}

TEST_F(SelfTest, ANumberWhoseOwnOverrideSendsItsEventsElsewhereIsTold) {
  config = kWithAccount;
  config.insert(1, R"("public_url":"https://hotel.example/webhook/whatsapp",)");
  fake.otherwise([](const http_request&) { return http_response{.status = 403}; });
  numbers(R"({"data":[{"id":"1","webhook_configuration":{"phone_number":"https://old.example/hook"}}]})");
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

}  // namespace
}  // namespace agente::whatsapp
