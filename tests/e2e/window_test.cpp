// WhatsApp takes nothing but templates for a guest who has not written for 24 hours: what the hotel says then is held,
// the guest is asked to write, and his next word lets it go.
#include <gmock/gmock.h>

#include "stage.hpp"

namespace agente::e2e {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kGuest = "34600111222";
constexpr const char* kAnswer = "Su llave está en recepción";

struct ClosedWindow : ::testing::TestWithParam<const char*> {
  Stage stage{{.simulator_arguments = {"--closed-window", GetParam(), "--status-delay", "20"}}};

  void SetUp() override {
    auto config = stage.config_text();
    config.replace(
        config.find("graph_url:"), 0,
        "templates: {answer_waiting: {name: hotel_message, languages: {es: es}, parameters: [Escríbanos]}}, ");
    stage.write_config_text(config);
    stage.start_simulator();
    stage.start_host();
    guest_writes("Hola");
    ASSERT_TRUE(eventually([&] { return !stage.texts_to(kGuest).empty(); }));
  }
  void guest_writes(const std::string& text) const {
    const json body{{"from", kGuest}, {"text", text}};
    ASSERT_EQ(stage.simulator("POST", "/__sim/guest", body.dump()).json()["status"], 200);
  }
  void days_pass(int days) const {
    ASSERT_EQ(stage.simulator("POST", "/__sim/clock", json{{"ahead_s", days * 25 * 3600}}.dump()).status, 200);
  }
  [[nodiscard]] json templates() const {
    json found = json::array();
    const auto log = stage.simulator("GET", "/__sim/log").json();
    for (const auto& request : log.at("requests")) {
      if (request.value("type", "") == "template" && request.value("accepted", false)) found.push_back(request);
    }
    return found;
  }
  [[nodiscard]] std::string listed(const std::string& status) const {
    return stage.agentctl({"messages", "--direction", "out", "--status", status});
  }
  [[nodiscard]] bool arrived(const std::string& text) const {
    return listed("delivered").find(text) != std::string::npos || listed("read").find(text) != std::string::npos;
  }
};

TEST_P(ClosedWindow, AnswerIsHeldWithItsReasonUntilTheGuestWritesAgain) {
  days_pass(1);
  stage.agentctl({"conversation", "say", "whatsapp", kGuest, kAnswer});
  ASSERT_TRUE(eventually([&] { return templates().size() == 1; }));
  EXPECT_EQ(templates()[0]["template"]["name"], "hotel_message");
  EXPECT_EQ(templates()[0]["to"], kGuest);
  const auto held = json::parse(listed("held"));
  EXPECT_EQ(held["text"], kAnswer);
  EXPECT_THAT(held["reason"].get<std::string>(), HasSubstr("131047"));
  EXPECT_THAT(stage.host_log(), HasSubstr("is held until the guest writes"));

  guest_writes("Dígame");

  ASSERT_TRUE(eventually([&] { return arrived(kAnswer); }));
  EXPECT_THAT(listed("held"), IsEmpty());
  EXPECT_EQ(templates().size(), 1U);
}

TEST_P(ClosedWindow, WhatIsHeldCanBeDroppedAndNeverGoesOut) {
  days_pass(1);
  stage.agentctl({"conversation", "say", "whatsapp", kGuest, kAnswer});
  ASSERT_TRUE(eventually([&] { return listed("held").find(kAnswer) != std::string::npos; }));
  const auto id = json::parse(listed("held"))["id"].get<std::string>();
  EXPECT_THAT(stage.agentctl({"message", "drop", id}), HasSubstr("will not go out"));
  stage.agentctl({"message", "drop", id}, "", 1);
  guest_writes("Dígame");
  ASSERT_TRUE(eventually([&] {
    return stage.agentctl({"messages", "--status", "processed"}).find("Dígame") != std::string::npos;
  }));
  EXPECT_THAT(listed("failed"), HasSubstr("dropped by 127.0.0.1")) << "his word has let nothing go";
  EXPECT_THAT(stage.agentctl({"events", "--type", "message.held"}), HasSubstr(id));
}

TEST_P(ClosedWindow, PersonSendsATemplateByHand) {
  days_pass(1);
  stage.agentctl({"conversation", "template", "whatsapp", kGuest, "hotel_message", "--language", "es", "--parameter",
                  "su llave\nestá aquí"});
  ASSERT_TRUE(eventually([&] { return arrived("[hotel_message, es]"); }));
  EXPECT_THAT(templates()[0]["text"].get<std::string>(), HasSubstr("su llave está aquí"));
}

TEST_P(ClosedWindow, TemplateThatMetaHoldsBackIsNotSentTwiceAndTheLogSaysSo) {
  ASSERT_EQ(stage.simulator("POST", "/__sim/fault", R"({"name":"template_held","next":1})").status, 200);
  stage.agentctl({"conversation", "template", "whatsapp", kGuest, "hotel_message", "--language", "es", "--parameter",
                  "su llave está aquí"});
  ASSERT_TRUE(eventually([&] { return arrived("[hotel_message, es]"); })) << "Meta lets it go in the end";
  EXPECT_EQ(templates().size(), 1U);
  EXPECT_THAT(stage.host_log(), HasSubstr("template hotel_message (es): held_for_quality_assessment"));
}

TEST_P(ClosedWindow, TemplateThatMetaDoesNotKnowIsADeadLetterThatSaysSo) {
  stage.agentctl({"conversation", "template", "whatsapp", kGuest, "no_such", "--language", "es"});
  ASSERT_TRUE(eventually([&] { return listed("failed").find("no_such") != std::string::npos; }));
  EXPECT_THAT(listed("failed"), HasSubstr("does not exist in es"));
}

INSTANTIATE_TEST_SUITE_P(Meta, ClosedWindow, ::testing::Values("refuse", "fail"),
                         [](const auto& policy) { return std::string(policy.param); });

}  // namespace
}  // namespace agente::e2e
