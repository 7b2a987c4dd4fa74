// What an operator asks the running host, and what he is told.
#include <csignal>
#include <fstream>

#include <gmock/gmock.h>

#include "stage.hpp"

namespace agente::e2e {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

struct Operator : ::testing::Test {
  Stage stage{{}};
  void SetUp() override {
    stage.start_simulator();
    stage.start_host();
  }
};

TEST_F(Operator, ReadinessLivenessAndMetricsAnswer) {
  EXPECT_EQ(stage.host("GET", "/health/live").status, 200);
  const auto ready = stage.host("GET", "/health/ready");
  EXPECT_EQ(ready.status, 200);
  EXPECT_EQ(ready.json()["status"], "ready") << ready.body;
  const auto metrics = stage.host("GET", "/metrics").body;
  for (const auto* name :
       {"whatsapp_messages_total", "gmail_emails_total", "pms_circuit_breaker_state{backend=\"house-pms\"} 0",
        "plugin_generation", "queue_depth{queue=\"inbound\"}", "build_info"}) {
    EXPECT_THAT(metrics, HasSubstr(name));
  }
}

TEST_F(Operator, UnknownPathsAndWrongBodiesGetAClearJsonError) {
  const auto unknown = stage.host("GET", "/nowhere");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_TRUE(unknown.json()["error"]["message"].is_string());
  const auto status = stage.host("GET", "/api/v1/reservations?status=BOOKED");
  EXPECT_EQ(status.status, 400);
  EXPECT_THAT(status.body, HasSubstr("PENDING_CONFIRMATION"));
  EXPECT_EQ(stage.host("GET", "/api/v1/reservations?date=12-03-2027").status, 400);
  const auto large = stage.host("POST", "/webhook/whatsapp", std::string(3 * 1024 * 1024 + 1, 'x'));
  EXPECT_EQ(large.status, 413);
}

TEST_F(Operator, ForeignPagesAndProxiesAreNotTrusted) {
  EXPECT_EQ(stage.host("GET", "/api/v1/reservations", "", {{"Origin", "http://evil.example"}}).status, 401);
  EXPECT_EQ(stage.host("GET", "/api/v1/reservations", "", {{"X-Forwarded-For", "10.0.0.1"}}).status, 401);
}

TEST_F(Operator, EveryInstanceIsListedAndTestsItself) {
  const auto rows = nlohmann::json::parse(stage.agentctl({"plugin", "list", "--json"}));
  ASSERT_EQ(rows.size(), 3U);
  for (const auto& row : rows) EXPECT_EQ(row["state"], "live") << row;
  EXPECT_THAT(stage.agentctl({"plugin", "list"}), HasSubstr("house-pms"));
  EXPECT_THAT(stage.agentctl({"self-test", "sol/pms"}), HasSubstr("ok"));
  EXPECT_THAT(stage.agentctl({"self-test", "whatsapp"}), AllOf(HasSubstr("ok"), HasSubstr("note:   without waba_id")));
  stage.agentctl({"self-test", "fax"}, "", 1);
}

TEST_F(Operator, PluginFileIsInspectedWithoutRunningIt) {
  const auto facts =
      nlohmann::json::parse(stage.agentctl({"plugin", "inspect", AGENTE_PLUGINS "/whatsapp.so", "--json"}));
  EXPECT_EQ(facts["id"], "whatsapp");
  EXPECT_EQ(facts["kind"], "channel");
  EXPECT_TRUE(facts["schema"].is_object());
  stage.agentctl({"plugin", "inspect", "/bin/true"}, "", 1);
}

TEST_F(Operator, TermStopsTheHostInTimeAndTheQueueGoesOnAfterIt) {
  EXPECT_EQ(stage.guest_writes("34600111222", "Hola", "wamid.1"), 200);
  EXPECT_EQ(stage.stop_host(), 0);
  stage.start_host();
  EXPECT_TRUE(eventually([&] { return stage.texts_to("34600111222").size() == 1; }));
}

TEST_F(Operator, HupReopensTheLog) {
  const auto log = stage.folder() / "app.log";
  ASSERT_TRUE(eventually([&] { return std::filesystem::exists(log); }));
  std::filesystem::rename(log, stage.folder() / "app.log.1");
  stage.signal_host(SIGHUP);
  EXPECT_TRUE(eventually([&] { return std::filesystem::exists(log); }));
}

TEST_F(Operator, SecondHostOnTheSameStoreIsRefusedByName) {
  const auto output = run(
      {"sh", "-c",
       std::string(AGENTE_HOST) + " --config " + (stage.folder() / "agente.yaml").string() + " 2>&1; test $? -eq 2"});
  EXPECT_THAT(output, HasSubstr("cannot start"));
}

TEST(Configuration, CheckReportsEveryMistakeAtOnceWithLineAndColumn) {
  const auto file = std::filesystem::temp_directory_path() / "agente-ten-mistakes.yaml";
  std::ofstream(file) << "environment: prod\n"                                 // 1: no such environment
                         "server: {operator: \"127.0.0.1\", publik: \"x\"}\n"  // 2: no port  3: unknown key
                         "storage: {url: \"mysql://x\"}\n"                     // 4: unknown scheme
                         "cache: {url: \"rediss://x:1\"}\n"                    // 5: TLS is not offered
                         "hotels:\n"
                         "  - {id: sol, name: Sol, timezone: Mars/Base, currency: euro, language: de,\n"  // 6 7 8
                         "     pms: {plugin: house-pms, config: {rooms: {double: {count: many}}}}}\n"     // 9
                         "channels:\n"
                         "  - {id: webchat, plugin: webchat, hotel: luna}\n";  // 10: no such hotel
  const auto output = run({AGENTE_CTL, "config", "check", file.string(), "--json"}, "", 1);
  const auto problems = nlohmann::json::parse(output)["problems"];
  EXPECT_GE(problems.size(), 10U) << problems.dump(1);
  for (const auto& problem : problems) {
    EXPECT_GE(problem["line"], 1);
    EXPECT_GE(problem["column"], 1);
  }
  std::filesystem::remove(file);
}

TEST(Configuration, ShippedFilesAreGood) {
  EXPECT_THAT(run({"sh", "-c", std::string(AGENTE_CTL) + " config check " AGENTE_SOURCE "/config/demo.yaml"}),
              HasSubstr("good"));
}

}  // namespace
}  // namespace agente::e2e
