// The provider fails in every way it can: replies come later, never twice without saying so, and no booking is doubled.
#include <map>
#include <sstream>

#include <gmock/gmock.h>

#include "stage.hpp"

namespace agente::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr const char* kGuest = "34600111222";
constexpr const char* kRequest = "Hola, quiero reservar una doble del 12 al 15 de marzo para 2 personas";

struct Fault {
  const char* name;
  const char* body;
};

class ProviderFails : public ::testing::TestWithParam<Fault> {
 protected:
  /// Every copy of a message that the guest got beyond the first is shown to the hotel as possible.
  static void expect_no_secret_repeats(const Stage& stage) {
    std::map<std::string, int> copies;
    const auto log = stage.simulator("GET", "/__sim/log").json();
    for (const auto& request : log["requests"]) {
      if (request.value("accepted", false) && request.contains("text")) ++copies[request["key"].get<std::string>()];
    }
    std::istringstream lines(stage.agentctl({"messages", "--direction", "out"}));
    for (std::string line; std::getline(lines, line);) {
      const auto message = nlohmann::json::parse(line);
      const auto got = copies["out-" + message["id"].get<std::string>()];
      EXPECT_GE(got, 1) << line;
      if (!message["possibly_duplicated"].get<bool>()) {
        EXPECT_EQ(got, 1) << line;
      }
    }
  }
};

TEST_P(ProviderFails, RepliesAreDelayedAndTheBookingIsMadeOnce) {
  Stage stage({});
  stage.start_simulator();
  stage.start_host();
  ASSERT_LT(stage.simulator("POST", "/__sim/fault", GetParam().body).status, 300);
  EXPECT_EQ(stage.guest_writes(kGuest, kRequest, "wamid.1"), 200);
  EXPECT_EQ(stage.guest_writes(kGuest, "Ana Bello", "wamid.2"), 200);
  EXPECT_EQ(stage.guest_writes(kGuest, "sí", "wamid.3"), 200);
  ASSERT_TRUE(eventually([&] { return stage.conversation("whatsapp", kGuest).value("state", "") == "confirmed"; }));
  const auto conversation = stage.conversation("whatsapp", kGuest);
  EXPECT_EQ(conversation["reservations_created"], 1);
  const auto id = conversation["reservations"][0]["pms_booking_id"].get<std::string>();
  // The confirmation arrives in the end, after everything that was said before it.
  ASSERT_TRUE(eventually(
      [&] {
        const auto texts = stage.texts_to(kGuest);
        return !texts.empty() && texts.back().find(id) != std::string::npos;
      },
      90))
      << ::testing::PrintToString(stage.texts_to(kGuest)) << stage.host_log();
  expect_no_secret_repeats(stage);
}

INSTANTIATE_TEST_SUITE_P(
    EveryWay, ProviderFails,
    ::testing::Values(Fault{"Error500", R"({"name":"error_500","next":2})"},
                      Fault{"HtmlInsteadOfJson", R"({"name":"error_500_html","next":1})"},
                      Fault{"TooManyRequests", R"({"name":"rate_429","next":2,"retry_after":1})"},
                      Fault{"TimeoutBeforeAccepting", R"({"name":"timeout_before","next":1,"hold_ms":4000})"},
                      Fault{"TimeoutAfterAccepting", R"({"name":"timeout_after","next":1,"hold_ms":4000})"},
                      Fault{"ConnectionCutBefore", R"({"name":"reset_before","next":1})"},
                      Fault{"ConnectionCutAfter", R"({"name":"reset_after","next":1})"},
                      Fault{"TruncatedAnswer", R"({"name":"truncated_json","next":1})"},
                      Fault{"ServiceUnavailable", R"({"name":"code","code":131016,"next":1})"}),
    [](const auto& point) { return std::string(point.param.name); });

TEST(ProviderRefuses, UndeliverableIsADeadLetterWithItsReasonAndAFailedMessage) {
  Stage stage({});
  stage.start_simulator();
  stage.start_host();
  ASSERT_LT(stage.simulator("POST", "/__sim/fault", R"({"name":"undeliverable","next":1})").status, 300);
  EXPECT_EQ(stage.guest_writes(kGuest, "Hola", "wamid.1"), 200);
  ASSERT_TRUE(eventually([&] { return !stage.agentctl({"messages", "--status", "failed"}).empty(); }));
  const auto line = nlohmann::json::parse(stage.agentctl({"messages", "--direction", "out", "--status", "failed"}));
  EXPECT_THAT(line["reason"].get<std::string>(), HasSubstr("131026"));
  EXPECT_THAT(stage.host("GET", "/metrics").body,
              HasSubstr("whatsapp_messages_total{direction=\"out\",status=\"failed\"} 1"));
  EXPECT_TRUE(stage.texts_to(kGuest).empty());

  // An operator sends it again once the guest can be reached.
  stage.agentctl({"message", "retry", line["id"].get<std::string>()});
  EXPECT_TRUE(eventually([&] { return stage.texts_to(kGuest).size() == 1; }));
  stage.agentctl({"message", "retry", line["id"].get<std::string>()}, "", 1);
}

TEST(ProviderRefuses, FailedStatusAfterAnAcceptedSendIsAFailedMessage) {
  Stage stage({});
  stage.start_simulator();
  stage.start_host();
  ASSERT_LT(stage.simulator("POST", "/__sim/fault", R"({"name":"status_failed","next":1})").status, 300);
  EXPECT_EQ(stage.guest_writes(kGuest, "Hola", "wamid.1"), 200);
  EXPECT_TRUE(eventually([&] { return !stage.agentctl({"messages", "--status", "failed"}).empty(); }));
}

TEST(LogWords, TheManualsGrepsCountFailedMessagesAndNothingElse) {
  Stage stage({});
  stage.start_simulator();
  stage.start_host();
  ASSERT_LT(stage.simulator("POST", "/__sim/fault", R"({"name":"undeliverable","next":1})").status, 300);
  EXPECT_EQ(stage.guest_writes(kGuest, "Hola", "wamid.1"), 200);
  ASSERT_TRUE(eventually([&] { return !stage.agentctl({"messages", "--status", "failed"}).empty(); }));
  ASSERT_LT(stage.simulator("POST", "/__sim/fault", R"({"name":"error_500","next":1})").status, 300);
  for (const auto* text : {kRequest, "Ana Bello", "sí"}) {
    EXPECT_EQ(stage.guest_writes("34600111333", text, std::string("wamid.") + text), 200);
  }
  ASSERT_TRUE(
      eventually([&] { return stage.conversation("whatsapp", "34600111333").value("state", "") == "confirmed"; }));
  EXPECT_EQ(stage.host("POST", "/webhook/whatsapp", "{}", {{"X-Hub-Signature-256", "sha256=00"}}).status, 401);
  EXPECT_EQ(stage.stop_host(), 0);

  const auto log = (stage.folder() / "app.log").string();
  const auto count = [&](const std::string& pattern) {
    return std::stoi(run({"sh", "-c", "grep -ciE '" + pattern + "' " + log + " || true"}));
  };
  EXPECT_EQ(std::stoi(run({"sh", "-c", "grep -c 'whatsapp.*error' " + log + " || true"})), 1) << stage.host_log();
  EXPECT_EQ(count("memory|oom"), 0) << stage.host_log();
  EXPECT_GT(std::stoi(run({"sh", "-c", "grep -c PMS " + log})), 0);
  EXPECT_GT(std::stoi(run({"sh", "-c", "grep -c webhook " + log})), 3);
  EXPECT_EQ(count("ana bello|34600111333|e2e-token|e2e-app-secret"), 0) << "a guest's name, number or a secret";
}

}  // namespace
}  // namespace agente::e2e
