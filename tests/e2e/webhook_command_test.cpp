// An operator looks where Meta sends the hotel's events, and has it corrected.
#include <gmock/gmock.h>

#include "stage.hpp"

namespace agente::e2e {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

struct WebhookCommand : ::testing::Test {
  Stage stage{{}};

  void SetUp() override {
    const std::string token = "access_token: e2e-token";
    auto config = stage.config_text();
    config.replace(config.find(token), token.size(),
                   token + R"(, waba_id: "102290129340398", app_id: "670843887433847", public_url: ")" +
                       stage.host_url() + "/webhook/whatsapp\"");
    stage.write_config_text(config);
    stage.start_simulator();
    stage.start_host();
  }
  /// As somebody else does it in Meta's dashboard.
  [[nodiscard]] Answer graph(const std::string& method, const std::string& path, const std::string& body = "") const {
    return http(method, stage.simulator_url() + "/v25.0/" + path, body, {{"Authorization", "Bearer e2e-token"}});
  }
  [[nodiscard]] Answer guest_writes() const {
    return stage.simulator("POST", "/__sim/guest", R"({"from":"34600111222","text":"Hola","retry":false})");
  }
};

TEST_F(WebhookCommand, AnAppThatIsNotSubscribedIsSeenAndSubscribedAgain) {
  EXPECT_THAT(stage.agentctl({"whatsapp", "webhook", "status"}),
              HasSubstr("events go to " + stage.host_url() + "/webhook/whatsapp"));
  EXPECT_EQ(stage.host("GET", "/api/v1/admin/whatsapp/test").status, 200);

  EXPECT_EQ(stage.host("GET", "/webhook/whatsapp/subscription").status, 404) << "the public door, whoever asks";

  ASSERT_EQ(graph("DELETE", "102290129340398/subscribed_apps").status, 200);
  EXPECT_EQ(guest_writes().status, 409) << "nothing arrives";
  EXPECT_THAT(stage.agentctl({"whatsapp", "webhook", "status"}, "", 1), HasSubstr("NOT subscribed"));
  const auto ill = stage.host("GET", "/api/v1/admin/whatsapp/test");
  EXPECT_EQ(ill.status, 502);
  EXPECT_EQ(ill.json()["ok"], false);
  EXPECT_EQ(ill.json()["stage"], "subscription");

  stage.agentctl({"whatsapp", "webhook", "set"});
  EXPECT_EQ(guest_writes().status, 200);
  EXPECT_TRUE(eventually([&] { return stage.texts_to("34600111222").size() == 1; }));
}

TEST_F(WebhookCommand, ATokenThatEndsWithinDaysFailsTheSelfTestWhileItStillWorks) {
  EXPECT_THAT(stage.agentctl({"self-test", "whatsapp"}), HasSubstr("ok"));
  ASSERT_EQ(stage.simulator("POST", "/__sim/token", R"({"ends_in_s":172800})").status, 200);
  EXPECT_THAT(stage.agentctl({"self-test", "whatsapp"}, "", 1), HasSubstr("the token expires in 47 hours"));
  EXPECT_EQ(guest_writes().status, 200);
  EXPECT_TRUE(eventually([&] { return stage.texts_to("34600111222").size() == 1; }));
}

TEST_F(WebhookCommand, AnAddressOfTheAccountsOwnIsShownAndTakenAway) {
  const auto other = stage.host_url() + "/webhook/whatsapp?other";
  EXPECT_THAT(stage.agentctl({"whatsapp", "webhook", "set", "--level", "account", "--callback", other}, "", 1),
              AllOf(HasSubstr("account   " + other), HasSubstr("do not go to public_url")));
  stage.agentctl({"whatsapp", "webhook", "set", "--level", "account", "--clear"});
  const auto shown = nlohmann::json::parse(stage.agentctl({"whatsapp", "webhook", "status", "--json"}));
  EXPECT_TRUE(shown["account"]["url"].is_null());

  stage.agentctl({"whatsapp", "webhook", "set", "--callback", "http://127.0.0.1:1/nobody"}, "", 1);
  EXPECT_EQ(nlohmann::json::parse(stage.agentctl({"whatsapp", "webhook", "status", "--json"})), shown)
      << "Meta notes no address that does not give the handshake back";
  stage.agentctl({"whatsapp", "webhook", "set", "--level", "hotel"}, "", 2);
}

}  // namespace
}  // namespace agente::e2e
