// The main job: a webhook exactly as Meta sends it goes in, a booking with the PMS' own id comes out, once.
#include <gmock/gmock.h>

#include "stage.hpp"

namespace agente::e2e {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr const char* kRequest = "Hola, quiero reservar una doble del 12 al 15 de marzo para 2 personas";
constexpr const char* kGuest = "5491155550142";

bool is_in_state(const Stage& stage, const std::string& guest, const std::string& state) {
  return eventually([&] { return stage.conversation("whatsapp", guest).value("state", "") == state; });
}

TEST(FirstBooking, SignedWebhooksEndInOneConfirmedBookingWithThePmsOwnId) {
  Stage stage({});
  stage.start_simulator();
  stage.start_host();
  EXPECT_EQ(stage.guest_writes(kGuest, kRequest, "wamid.1"), 200);
  EXPECT_EQ(stage.guest_writes(kGuest, "Lucía Fernández", "wamid.2"), 200);
  ASSERT_TRUE(is_in_state(stage, kGuest, "awaiting_confirmation"));
  EXPECT_EQ(stage.pms_file().find("Lucía"), std::string::npos);  // nothing is booked before the yes
  EXPECT_EQ(stage.guest_writes(kGuest, "sí", "wamid.3"), 200);
  ASSERT_TRUE(is_in_state(stage, kGuest, "confirmed"));

  const auto conversation = stage.conversation("whatsapp", kGuest);
  const auto id = conversation["reservations"][0]["pms_booking_id"].get<std::string>();
  EXPECT_EQ(conversation["reservations_created"], 1);
  EXPECT_EQ(conversation["name"], "Lucía Fernández");
  EXPECT_EQ(conversation["nights"], 3);
  EXPECT_THAT(stage.pms_file(), HasSubstr(id));
  ASSERT_TRUE(eventually([&] { return ::testing::Value(stage.texts_to(kGuest), Contains(HasSubstr(id))); }));

  const auto listed = stage.host("GET", "/api/v1/reservations?status=CONFIRMED").json();
  EXPECT_EQ(listed["count"], 1);
  EXPECT_EQ(listed["reservations"][0]["pms_booking_id"], id);
  EXPECT_EQ(listed["reservations"][0]["total"], 300.0);
  EXPECT_EQ(listed["reservations"][0]["currency"], "EUR");
}

TEST(FirstBooking, SameWebhookTwiceAlsoAfterARestartIsOneMessageAndOneReply) {
  Stage stage({});
  stage.start_simulator();
  stage.start_host();
  EXPECT_EQ(stage.guest_writes(kGuest, "Hola", "wamid.1"), 200);
  EXPECT_EQ(stage.guest_writes(kGuest, "Hola", "wamid.1"), 200);
  ASSERT_TRUE(eventually([&] { return stage.texts_to(kGuest).size() == 1; }));
  EXPECT_EQ(stage.stop_host(), 0);
  stage.start_host();
  EXPECT_EQ(stage.guest_writes(kGuest, "Hola", "wamid.1"), 200);
  // A second guest's reply shows that the queue has been worked on since.
  EXPECT_EQ(stage.guest_writes("34600111222", "Hola", "wamid.2"), 200);
  ASSERT_TRUE(eventually([&] { return stage.texts_to("34600111222").size() == 1; }));
  EXPECT_THAT(stage.texts_to(kGuest), SizeIs(1));
  EXPECT_THAT(stage.conversation("whatsapp", kGuest)["turns"], SizeIs(2));
}

TEST(FirstBooking, StatusesOfTheProviderReachTheMessage) {
  Stage stage({});
  stage.start_simulator();
  stage.start_host();
  EXPECT_EQ(stage.guest_writes(kGuest, "Hola", "wamid.1"), 200);
  EXPECT_TRUE(eventually([&] {
    const auto turns = stage.conversation("whatsapp", kGuest).value("turns", nlohmann::json::array());
    return turns.size() == 2 && (turns[1]["status"] == "read" || turns[1]["status"] == "delivered");
  }));
}

// The manual's own local test (R-3.2, R-3.3): no metadata, a made-up number.
constexpr const char* kManualBody =
    R"({"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"value":{"messaging_product":"whatsapp",)"
    R"("messages":[{"from":"1234567890","id":"test_message_id","timestamp":"1234567890",)"
    R"("text":{"body":"Hola, quiero hacer una reserva"},"type":"text"}]},"field":"messages"}]}]})";

TEST(ManualWebhook, CorrectlySignedIsAcceptedAndAnswered) {
  Stage stage({});
  stage.start_simulator();
  stage.start_host();
  const auto answer =
      stage.host("POST", "/webhook/whatsapp", kManualBody, {{"X-Hub-Signature-256", Stage::signature(kManualBody)}});
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(eventually([&] { return !stage.texts_to("1234567890").empty(); }));
}

TEST(ManualWebhook, LiteralTestSignatureIsAcceptedOnlyWhereTheConfigurationAllowsIt) {
  Stage test({.environment = "test"});
  test.start_simulator();
  test.start_host();
  EXPECT_EQ(test.host("POST", "/webhook/whatsapp", kManualBody, {{"X-Hub-Signature-256", "sha256=test"}}).status, 200);
  EXPECT_TRUE(eventually([&] { return !test.texts_to("1234567890").empty(); }));

  Stage production({.environment = "production"});
  production.start_simulator();
  production.start_host();
  const auto refused =
      production.host("POST", "/webhook/whatsapp", kManualBody, {{"X-Hub-Signature-256", "sha256=test"}});
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(production.host("POST", "/webhook/whatsapp", kManualBody).status, 401);
  EXPECT_THAT(production.host("GET", "/metrics").body, HasSubstr("whatsapp_webhook_rejected_total"));
}

TEST(ManualWebhook, VerificationHandshakeEchoesTheChallengeAndNothingElse) {
  Stage stage({});
  stage.start_simulator();
  stage.start_host();
  const auto good =
      stage.host("GET", "/webhook/whatsapp?hub.mode=subscribe&hub.challenge=11%3Cb%3E42&hub.verify_token=e2e-verify");
  EXPECT_EQ(good.status, 200);
  EXPECT_EQ(good.body, "11<b>42");
  EXPECT_THAT(good.headers.at("Content-Type"), HasSubstr("text/plain"));
  EXPECT_EQ(stage.host("GET", "/webhook/whatsapp?hub.mode=subscribe&hub.challenge=1&hub.verify_token=no").status, 403);
}

}  // namespace
}  // namespace agente::e2e
