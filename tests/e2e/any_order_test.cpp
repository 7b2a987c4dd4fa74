// Meta brings a guest's messages in any order, late, and with some of them taken back: what he reads makes sense.
#include <chrono>
#include <regex>

#include <gmock/gmock.h>

#include "stage.hpp"

namespace agente::e2e {
namespace {

using nlohmann::json;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kGuest = "34600111222";

/// Numbers of bookings and of rooms that are left differ from talk to talk.
std::string without_numbers(const std::string& text) {
  static const std::regex booking("(reserva: )[^\\s]+");
  static const std::regex left("(quedan )[0-9]+");
  return std::regex_replace(std::regex_replace(text, booking, "$1N"), left, "$1N");
}

struct AnyOrder : ::testing::Test {
  Stage stage{{.gather_ms = 3000}};  // long enough for a slow machine to bring what belongs together
  const std::int64_t begin =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count() -
      100;

  void SetUp() override {
    stage.start_simulator();
    stage.start_host();
  }
  /// Written so many seconds after he began.
  void brings(const std::string& text, std::int64_t written, const std::string& id) const {
    const json body{{"from", kGuest}, {"text", text}, {"timestamp", begin + written}, {"id", id}};
    ASSERT_EQ(stage.simulator("POST", "/__sim/guest", body.dump()).json()["status"], 200);
  }
  void brings_raw(const json& message) const {
    const json value{{"messaging_product", "whatsapp"},
                     {"metadata", {{"phone_number_id", "106540352242922"}, {"display_phone_number", "15550783881"}}},
                     {"contacts", json::array()},
                     {"messages", {message}}};
    const json body{{"object", "whatsapp_business_account"},
                    {"entry", {{{"id", "102290129340398"}, {"changes", {{{"field", "messages"}, {"value", value}}}}}}}};
    ASSERT_EQ(stage.simulator("POST", "/__sim/guest", json{{"raw", body}}.dump()).json()["status"], 200);
  }
  /// Every message of the guest has been handled, and every reply sent.
  [[nodiscard]] bool all_done() const {
    return eventually([&] {
      for (const auto* status : {"received", "pending", "sending"}) {
        if (!stage.agentctl({"messages", "--status", status}).empty()) return false;
      }
      return true;
    });
  }
};

TEST_F(AnyOrder, WordsThatArriveTogetherAreReadInTheOrderInWhichTheyWereWritten) {
  brings("perdón, para 2 personas", 3, "wamid.3");
  brings("del 12 al 15 de marzo", 1, "wamid.1");
  brings("Hola, quiero reservar una doble para 3 personas", 0, "wamid.0");
  brings("a nombre de Ana Bello", 4, "wamid.4");
  ASSERT_TRUE(all_done());
  ASSERT_TRUE(eventually([&] { return !stage.texts_to(kGuest).empty(); }));
  const auto talk = stage.conversation("whatsapp", kGuest);
  EXPECT_EQ(talk["state"], "awaiting_confirmation");
  EXPECT_THAT(stage.texts_to(kGuest).back(), HasSubstr("2 adultos"));
}

/// What he writes without waiting for an answer in between.
const std::vector<std::vector<std::string>> kBursts{
    {"Hola, quiero reservar del 12 al 15 de marzo", "una doble", "para 3 personas", "perdón, para 2 personas",
     "a nombre de Ana Bello"},
    {"sí"},
    {"¿Tienen piscina?", "gracias"}};

TEST_F(AnyOrder, SignedWebhooksThatAreMixedRepeatedAndBatchedGiveTheSameTalk) {
  const auto talk_of = [&](const std::string& guest) {
    std::int64_t written = 0;
    std::size_t said = 0;
    for (const auto& burst : kBursts) {
      for (const auto& text : burst) {
        const json body{{"from", guest}, {"text", text}, {"timestamp", begin + written++}};
        EXPECT_EQ(stage.simulator("POST", "/__sim/guest", body.dump()).status, 200);
      }
      said += burst.size();
      EXPECT_TRUE(eventually([&] { return stage.texts_to(guest).size() == said; })) << guest << " " << said;
    }
    // Each status comes in its own time; the last word of each is that the guest has read it.
    EXPECT_TRUE(eventually([&] {
      return stage.agentctl({"messages", "--sender", guest, "--direction", "out", "--status", "read"}).size() > 0 &&
             stage.agentctl({"messages", "--sender", guest, "--direction", "out", "--status", "sent"}).empty() &&
             stage.agentctl({"messages", "--sender", guest, "--direction", "out", "--status", "delivered"}).empty();
    })) << guest;
    auto talk = stage.conversation("whatsapp", guest);
    json told = json::array();
    for (const auto& text : stage.texts_to(guest)) told.push_back(without_numbers(text));
    std::map<std::string, std::string> heard;
    for (const auto& turn : talk["turns"]) {
      if (turn["from"] == "guest") heard[turn["text"]] = turn["status"];
    }
    return json{{"state", talk["state"]},
                {"created", talk["reservations_created"]},
                {"booked", talk["reservations"].size()},
                {"told", told},
                {"heard", heard}};
  };
  const auto plain = talk_of("34600000000");
  ASSERT_EQ(plain["state"], "confirmed");
  ASSERT_EQ(plain["created"], 1);
  const json mix{{"batch", 1000}, {"duplicates", 0.5}, {"reorder", true}, {"gather_ms", 100}};
  ASSERT_EQ(stage.simulator("POST", "/__sim/mix", mix.dump()).status, 200);
  for (int guest = 1; guest <= 8; ++guest) {
    EXPECT_EQ(talk_of("3460000000" + std::to_string(guest)), plain);
  }
}

TEST_F(AnyOrder, ALateYesBooksNothing) {
  brings("Hola, quiero reservar una doble del 12 al 15 de marzo para 2 personas, a nombre de Ana Bello", 10, "wamid.1");
  ASSERT_TRUE(eventually([&] { return stage.conversation("whatsapp", kGuest)["state"] == "awaiting_confirmation"; }));
  brings("sí", 2, "wamid.0");
  ASSERT_TRUE(all_done());
  EXPECT_EQ(stage.conversation("whatsapp", kGuest)["reservations_created"], 0);
  brings("sí", 30, "wamid.2");
  ASSERT_TRUE(eventually([&] { return stage.conversation("whatsapp", kGuest)["state"] == "confirmed"; }));
}

TEST_F(AnyOrder, WhatHeTookBackAtOnceIsNotAnsweredAndShownAsDeleted) {
  brings("quiero cancelar todo", 0, "wamid.0");
  brings_raw({{"from", kGuest},
              {"id", "wamid.1"},
              {"timestamp", std::to_string(begin + 2)},
              {"type", "revoke"},
              {"revoke", {{"original_message_id", "wamid.0"}}}});
  brings("¿Tienen piscina?", 3, "wamid.3");
  ASSERT_TRUE(all_done());
  ASSERT_TRUE(eventually([&] { return stage.texts_to(kGuest).size() == 1; }));
  EXPECT_THAT(stage.texts_to(kGuest)[0], Not(HasSubstr("cancel")));
  const auto turns = stage.conversation("whatsapp", kGuest)["turns"];
  EXPECT_EQ(turns.at(0)["deleted"], true);
  EXPECT_EQ(turns.at(2)["deleted"], false);
}

TEST_F(AnyOrder, AMessageOfHoursAgoIsForAPersonWhoIsToldOfIt) {
  brings("quiero una doble para hoy", -7200, "wamid.0");
  ASSERT_TRUE(eventually([&] { return stage.texts_to(kGuest).size() == 1; }));
  EXPECT_THAT(stage.texts_to(kGuest)[0], HasSubstr("con retraso"));
  const auto events = stage.agentctl({"events", "--type", "conversation.handoff"});
  EXPECT_THAT(json::parse(events)["about"]["note"].get<std::string>(), HasSubstr("quiero una doble para hoy"));
  const auto at = json::parse(events)["at"].get<std::string>();
  EXPECT_THAT(stage.agentctl({"events", "--since", at}), HasSubstr("quiero una doble para hoy"));
  EXPECT_EQ(stage.agentctl({"events", "--since", "2999-01-01T00:00:00Z"}), "");
  stage.agentctl({"events", "--hotel", "nowhere"}, "", 1);
  EXPECT_THAT(stage.host_log(), HasSubstr("is the clock of this machine"));
  const auto listed = json::parse(stage.agentctl({"messages", "--direction", "in"}));
  const auto shown = json::parse(stage.agentctl({"message", "show", listed["id"], "--json"}));
  EXPECT_EQ(shown["raw"]["text"]["body"], "quiero una doble para hoy") << "as Meta sent it";
}

}  // namespace
}  // namespace agente::e2e
