// A guest sees that he was read and that somebody writes, if the bot answers him and not a person.
#include <gmock/gmock.h>

#include "stage.hpp"

namespace agente::e2e {
namespace {

using nlohmann::json;
using ::testing::Contains;
using ::testing::Not;

constexpr const char* kGuest = "34600111222";

struct Read : ::testing::Test {
  Stage stage{{}};

  void SetUp() override {
    stage.start_simulator();
    stage.start_host();
  }
  void writes(const std::string& text, const std::string& id, json more = json::object()) const {
    more.update({{"from", kGuest}, {"text", text}, {"id", id}});
    ASSERT_EQ(stage.simulator("POST", "/__sim/guest", more.dump()).json()["status"], 200);
  }
  void fault(const std::string& rule) const { ASSERT_EQ(stage.simulator("POST", "/__sim/fault", rule).status, 200); }
  bool is_answered(std::size_t count) const {
    return eventually([&] { return stage.texts_to(kGuest).size() >= count; });
  }
  /// The messages that were marked as read, in order.
  std::vector<std::string> read() const {
    std::vector<std::string> ids;
    const auto log = stage.simulator("GET", "/__sim/log").json();
    for (const auto& request : log.at("requests")) {
      if (request.value("type", "") != "read" || !request.value("accepted", false)) continue;
      ids.push_back(request["message_id"].get<std::string>() + (request["typing"] == true ? " typing" : ""));
    }
    return ids;
  }
};

TEST_F(Read, WhatTheBotAnswersIsMarkedOnceAndWhatAPersonTakesIsNot) {
  writes("Hola, quiero reservar del 12 al 15 de marzo para 2 personas", "wamid.first");
  ASSERT_TRUE(is_answered(1));
  ASSERT_TRUE(eventually([&] { return read().size() == 1; }));
  EXPECT_THAT(read().front(), ::testing::StartsWith("wamid.first"));

  stage.agentctl({"conversation", "pause", "whatsapp", kGuest});
  writes("¿Hay alguien?", "wamid.for-a-person");
  ASSERT_TRUE(eventually([&] { return stage.agentctl({"messages", "--status", "received"}).empty(); }));
  stage.agentctl({"conversation", "resume", "whatsapp", kGuest});
  writes("para 3 personas", "wamid.last");
  ASSERT_TRUE(eventually([&] { return read().size() == 2; }));
  EXPECT_THAT(read()[1], ::testing::StartsWith("wamid.last"));
}

TEST_F(Read, AProviderThatRefusesTheMarkHoldsUpNoAnswer) {
  fault(R"({"name":"error_500","rate":1,"on":"read"})");
  writes("Hola", "wamid.1");
  ASSERT_TRUE(is_answered(1));
  fault(R"({"name":"error_500","rate":0,"on":"read"})");
  fault(R"({"name":"timeout_before","rate":1,"on":"read"})");
  writes("¿Qué precio tiene una doble del 12 al 15 de marzo?", "wamid.2");
  ASSERT_TRUE(is_answered(2));
  EXPECT_THAT(read(), Not(Contains("wamid.1 typing")));
}

}  // namespace
}  // namespace agente::e2e
