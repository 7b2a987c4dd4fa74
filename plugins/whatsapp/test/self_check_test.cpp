#include "support.hpp"

namespace agente::whatsapp {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kWithAccount =
    R"({"graph_url":"http://graph","waba_id":"102290129340398","app_id":"670843887433847"})";
const std::string kNumbers =
    "http://graph/v25.0/102290129340398/phone_numbers?fields=id,display_phone_number,status,quality_rating";
const std::string kApps = "http://graph/v25.0/102290129340398/subscribed_apps";

class SelfTest : public Channel {
 protected:
  check stage(const std::string& name) {
    for (const auto& line : channel().self_test())
      if (line.stage == name) return line;
    return {.stage = "missing", .cause = name + " was not checked"};
  }
  void numbers(const std::string& body) { fake.answer("GET", kNumbers, {.status = 200, .body = body}); }
  void apps(const std::string& body) { fake.answer("GET", kApps, {.status = 200, .body = body}); }

  const std::string one_number = R"({"data":[{"id":"1","display_phone_number":"+1 555","status":"CONNECTED"}]})";
  const std::string our_app = R"({"data":[{"whatsapp_business_api_data":{"id":"670843887433847"}}]})";
};

TEST_F(SelfTest, AllIsWellWhenTheNumberIsConnectedAndOurAppSubscribed) {
  config = kWithAccount;
  numbers(one_number);
  apps(our_app);

  for (const auto& line : channel().self_test()) EXPECT_TRUE(line.ok) << line.stage << ": " << line.cause;
  for (const auto& request : fake.requests()) {
    EXPECT_EQ(request.method, "GET");
    EXPECT_THAT(request.url, Not(HasSubstr("EAAG"))) << "a token in a URL ends up in logs";
  }
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

  const auto line = stage("numbers");
  EXPECT_FALSE(line.ok);
  EXPECT_THAT(line.cause, HasSubstr("+1 556 (2) is BANNED"));
}

TEST_F(SelfTest, AnAppThatIsNotSubscribedExplainsTheSilence) {
  config = kWithAccount;
  numbers(R"({"data":[]})");
  apps(R"({"data":[{"whatsapp_business_api_data":{"id":"1"}}]})");

  const auto lines = channel().self_test();
  EXPECT_THAT(lines.at(2).cause, HasSubstr("has no number"));
  EXPECT_THAT(lines.at(3).cause, HasSubstr("not subscribed"));
  EXPECT_THAT(lines.at(3).remedy, HasSubstr("subscribed_apps"));
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
