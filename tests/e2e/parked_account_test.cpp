// An account refuses everything until a person has repaired something: what waits is sent then, once and in order.
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>

#include "stage.hpp"

namespace agente::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kAna = "34600111222";
constexpr const char* kBea = "34600111333";
constexpr const char* kAccount = "whatsapp/106540352242922";
constexpr const char* kGauge = "channel_account_parked{account=\"106540352242922\",channel=\"whatsapp\"} ";

nlohmann::json readiness(const Stage& stage) { return stage.host("GET", "/health/ready").json(); }

bool is_parked(const Stage& stage) { return readiness(stage)["checks"]["parked_accounts"].contains(kAccount); }

void read_token_from_file(const Stage& stage) {
  const std::string written = "access_token: e2e-token";
  auto config = stage.config_text();
  config.replace(config.find(written), written.size(), "access_token: file:token");
  stage.write_config_text(config);
}

/// As a secret store replaces a file: at once.
void replace_token(const Stage& stage, const std::string& token) {
  std::ofstream(stage.folder() / "token.new") << token << '\n';
  std::filesystem::rename(stage.folder() / "token.new", stage.folder() / "token");
}

/// The replies to this guest in the order in which they were written, whatever became of them.
std::vector<std::string> replies_to(const Stage& stage, const std::string& guest) {
  std::istringstream lines(stage.agentctl({"messages", "--direction", "out"}));
  std::vector<std::string> texts;
  for (std::string line; std::getline(lines, line);) {
    const auto message = nlohmann::json::parse(line);
    if (message["sender"] == guest) texts.push_back(message["text"].get<std::string>());
  }
  return texts;
}

TEST(ExpiredToken, HoldsEverythingUntilItsFileIsReplacedAndThenEachReplyGoesOutOnceAndInOrder) {
  Stage stage({});
  read_token_from_file(stage);
  replace_token(stage, "expired-token");
  stage.start_simulator();
  stage.start_host();
  for (const auto* guest : {kAna, kBea}) {
    EXPECT_EQ(stage.guest_writes(guest, "Hola", std::string("wamid.1.") + guest), 200);
    EXPECT_EQ(
        stage.guest_writes(guest, "¿Cuánto cuesta una doble del 12 al 15 de marzo?", std::string("wamid.2.") + guest),
        200);
  }
  ASSERT_TRUE(eventually([&] { return replies_to(stage, kAna).size() >= 2 && replies_to(stage, kBea).size() >= 2; }));

  ASSERT_TRUE(eventually([&] { return is_parked(stage); })) << stage.host_log();
  const auto ready = readiness(stage);
  EXPECT_EQ(ready["status"], "degraded");
  EXPECT_THAT(ready["checks"]["parked_accounts"][kAccount]["reason"].get<std::string>(),
              HasSubstr("190 access token refused: enter a new access_token"));
  EXPECT_THAT(stage.host("GET", "/metrics").body, HasSubstr(std::string(kGauge) + "1"));
  EXPECT_THAT(stage.host_log(), HasSubstr("nothing more is sent from an account of whatsapp"));
  EXPECT_THAT(stage.agentctl({"messages", "--status", "failed"}), IsEmpty());
  EXPECT_THAT(stage.texts_to(kAna), IsEmpty());

  replace_token(stage, "e2e-token");

  for (const auto* guest : {kAna, kBea}) {
    EXPECT_TRUE(eventually([&] { return stage.texts_to(guest).size() >= replies_to(stage, guest).size(); }, 60));
    EXPECT_EQ(stage.texts_to(guest), replies_to(stage, guest));
  }
  EXPECT_FALSE(is_parked(stage));
  EXPECT_THAT(stage.host("GET", "/metrics").body, HasSubstr(std::string(kGauge) + "0"));
}

TEST(UnpaidAccount, IsNamedWithTheRemedyAndTriedAtOnceWhenTheOperatorSaysSo) {
  Stage stage({});
  stage.start_simulator();
  stage.start_host();
  ASSERT_LT(stage.simulator("POST", "/__sim/fault", R"({"name":"code","code":131042,"next":1})").status, 300);
  EXPECT_EQ(stage.guest_writes(kAna, "Hola", "wamid.1"), 200);
  ASSERT_TRUE(eventually([&] { return is_parked(stage); })) << stage.host_log();
  EXPECT_THAT(readiness(stage)["checks"]["parked_accounts"][kAccount]["reason"].get<std::string>(),
              HasSubstr("131042 Business eligibility payment issue: add a means of payment in WhatsApp Manager"));

  stage.signal_host(SIGHUP);

  EXPECT_TRUE(eventually([&] { return stage.texts_to(kAna).size() == 1; }));
  EXPECT_TRUE(eventually([&] { return !is_parked(stage); }));
}

TEST(UnpaidAccount, IsParkedWhenOnlyAStatusTellsItAndAReloadTriesItAtOnce) {
  Stage stage({});
  stage.start_simulator();
  stage.start_host();
  ASSERT_LT(stage.simulator("POST", "/__sim/fault", R"({"name":"status_failed","code":131042,"next":1})").status, 300);
  EXPECT_EQ(stage.guest_writes(kAna, "Hola", "wamid.1"), 200);
  ASSERT_TRUE(eventually([&] { return !stage.agentctl({"messages", "--status", "failed"}).empty(); }));
  EXPECT_THAT(stage.host("GET", "/metrics").body,
              HasSubstr("whatsapp_account_alarms_total{account=\"106540352242922\",code=\"131042\""));

  EXPECT_EQ(stage.guest_writes(kBea, "Hola", "wamid.2"), 200);
  ASSERT_TRUE(eventually([&] { return is_parked(stage); })) << stage.host_log();
  EXPECT_THAT(readiness(stage)["checks"]["parked_accounts"][kAccount]["reason"].get<std::string>(),
              HasSubstr("add a means of payment in WhatsApp Manager"));
  EXPECT_THAT(stage.texts_to(kBea), IsEmpty());

  stage.agentctl({"plugin", "reload", "whatsapp"});

  EXPECT_TRUE(eventually([&] { return stage.texts_to(kBea).size() == 1; }));
  EXPECT_TRUE(eventually([&] { return !is_parked(stage); }));
}

}  // namespace
}  // namespace agente::e2e
