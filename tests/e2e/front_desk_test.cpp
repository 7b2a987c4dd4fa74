// The hotel's people take the word from the bot, answer by hand, and give the word back.
#include <sstream>

#include <gmock/gmock.h>

#include "one_of_many.hpp"

namespace agente::e2e {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kGuest = "34600111222";
constexpr const char* kRequest = "Hola, quiero reservar una doble del 12 al 15 de marzo para 2 personas";

struct FrontDesk : ::testing::Test {
  Stage stage{{}};

  void SetUp() override {
    stage.start_simulator();
    stage.start_host();
  }
  [[nodiscard]] json talk() const { return stage.conversation("whatsapp", kGuest); }
  bool in_state(const std::string& state) {
    return eventually([&] { return talk().value("state", "") == state; });
  }
  /// Every message of the guest has been handled.
  bool all_handled() {
    return eventually([&] { return stage.agentctl({"messages", "--status", "received"}).empty(); });
  }
  void ask_for_a_stay() {
    EXPECT_EQ(stage.guest_writes(kGuest, kRequest, "wamid.1"), 200);
    EXPECT_EQ(stage.guest_writes(kGuest, "Ana Bello", "wamid.2"), 200);
    ASSERT_TRUE(in_state("awaiting_confirmation"));
    ASSERT_TRUE(eventually([&] { return stage.texts_to(kGuest).size() == 2; }));
  }
  std::string act(std::vector<std::string> words, int expected = 0) {
    words.insert(words.begin(), "conversation");
    return stage.agentctl(std::move(words), "", expected);
  }
};

TEST_F(FrontDesk, AYesMeantForThePersonBooksNothingAndIsNotAnswered) {
  ask_for_a_stay();
  EXPECT_THAT(act({"pause", "whatsapp", kGuest}), HasSubstr("is silent for whatsapp 34600111222"));
  EXPECT_EQ(talk()["paused"]["by"], "127.0.0.1");
  EXPECT_TRUE(talk()["paused"]["since"].is_string());
  EXPECT_TRUE(talk()["paused"]["until"].is_null());

  const auto said = json::parse(act({"say", "whatsapp", kGuest, "Hola, soy Marta. ¿Cama de matrimonio?", "--json"}));
  EXPECT_EQ(said["in_effect"], true);
  ASSERT_TRUE(eventually([&] { return stage.texts_to(kGuest).size() == 3; }));
  EXPECT_EQ(stage.texts_to(kGuest).back(), "Hola, soy Marta. ¿Cama de matrimonio?");
  EXPECT_EQ(stage.guest_writes(kGuest, "sí", "wamid.3"), 200);
  ASSERT_TRUE(all_handled());
  EXPECT_EQ(talk()["reservations_created"], 0);
  EXPECT_EQ(talk()["turns"].back()["text"], "sí") << "kept, and not answered";
  EXPECT_THAT(stage.agentctl({"messages", "--direction", "out", "--channel", "whatsapp"}),
              HasSubstr(R"("written_by":"127.0.0.1")"));

  EXPECT_THAT(act({"resume", "whatsapp", kGuest}), HasSubstr("again"));
  EXPECT_TRUE(talk()["paused"].is_null());
  EXPECT_EQ(stage.guest_writes(kGuest, "del 12 al 15 de marzo", "wamid.4"), 200);
  ASSERT_TRUE(in_state("awaiting_confirmation"));
  EXPECT_EQ(stage.guest_writes(kGuest, "sí", "wamid.5"), 200);
  EXPECT_TRUE(in_state("confirmed"));
  EXPECT_THAT(stage.host_log(), HasSubstr("staff_paused"));
}

TEST_F(FrontDesk, APauseOutlivesTheHostAndAPersonsWordsAreNotSentTwice) {
  ask_for_a_stay();
  act({"say", "whatsapp", kGuest, "Ahora le atiendo"});
  ASSERT_TRUE(eventually([&] { return stage.texts_to(kGuest).size() == 3; }));
  stage.kill_host();
  stage.start_host();
  EXPECT_EQ(stage.guest_writes(kGuest, "sí", "wamid.3"), 200);
  EXPECT_EQ(stage.guest_writes("34600333444", "Hola", "wamid.9"), 200);
  ASSERT_TRUE(eventually([&] { return stage.texts_to("34600333444").size() == 1; }));
  ASSERT_TRUE(all_handled());
  EXPECT_EQ(talk()["reservations_created"], 0);
  EXPECT_EQ(stage.texts_to(kGuest).size(), 3U);
  EXPECT_TRUE(talk()["paused"]["until"].is_string()) << "for an hour";
}

TEST_F(FrontDesk, AMessageHandledAgainIsAnsweredAnewAndBooksNothingTwice) {
  ask_for_a_stay();
  EXPECT_EQ(stage.guest_writes(kGuest, "sí", "wamid.3"), 200);
  ASSERT_TRUE(in_state("confirmed"));
  ASSERT_TRUE(eventually([&] { return talk()["turns"].back()["status"] == "read"; }));
  std::map<std::string, std::string> ids;
  std::istringstream lines(stage.agentctl({"messages", "--direction", "in"}));
  for (std::string line; std::getline(lines, line);) {
    const auto message = json::parse(line);
    ids[message["text"].get<std::string>()] = message["id"].get<std::string>();
  }

  stage.agentctl({"message", "replay", ids["sí"]});
  EXPECT_TRUE(eventually([&] { return stage.texts_to(kGuest).size() == 4; }));
  EXPECT_EQ(talk()["reservations_created"], 1);
  EXPECT_EQ(talk()["state"], "confirmed");
  EXPECT_THAT(stage.agentctl({"messages", "--direction", "in"}), HasSubstr(R"("replayed":true)"));

  stage.agentctl({"message", "replay", ids["Ana Bello"]}, "", 1);
  EXPECT_THAT(stage.host("POST", "/api/v1/admin/messages/" + ids["Ana Bello"] + "/replay").body,
              HasSubstr("has written since"));
  EXPECT_EQ(stage.host("POST", "/api/v1/admin/messages/4711/replay").status, 404);
  EXPECT_EQ(stage.host("POST", "/api/v1/admin/messages/last/replay").status, 400);
  stage.agentctl({"message", "replay"}, "", 2);
}

TEST_F(FrontDesk, WrongCommandsAreRefusedWithWhatToWrite) {
  act({"pause", "whatsapp", "nobody"}, 1);
  act({"say", "whatsapp", kGuest}, 2);
  act({}, 2);
  act({"pause", "whatsapp", kGuest, "--for", "soon"}, 2);
  const std::string path = std::string("/api/v1/admin/conversations/whatsapp/") + kGuest;
  const std::map<std::string, std::string> as_json{{"Content-Type", "application/json"}};
  EXPECT_EQ(stage.host("POST", path + "/pause", R"({"minutes":0})", as_json).status, 400);
  EXPECT_EQ(stage.host("POST", path + "/say", R"({"text":"  "})", as_json).status, 400);
  EXPECT_EQ(stage.host("POST", path + "/resume", "{}", as_json).status, 404);
  EXPECT_EQ(stage.host("POST", path + "/say", R"({"text":"x"})", {{"Origin", "http://x.example"}}).status, 401);
  for (const auto* verb : {"pause", "say", "resume"}) EXPECT_THAT(act({verb, "--help"}), HasSubstr("SENDER"));
  EXPECT_THAT(stage.texts_to(kGuest), IsEmpty());
}

TEST(FrontDeskOfSeveralHosts, AGuestPausedAtOneIsLeftAloneByAll) {
  Stage stage{{.servers = true, .pms_deadline_ms = 1000}};
  stage.start_simulator();
  OneOfMany one(stage, 0);
  OneOfMany other(stage, 1);
  one.start();
  other.start();
  ASSERT_TRUE(eventually([&] { return one.parts() > 0 && other.parts() > 0 && one.parts() + other.parts() == 32; }));
  const auto number = [](int guest) { return "3460011122" + std::to_string(guest); };
  const auto act = [](const OneOfMany& at, const std::string& guest, const std::string& verb, const std::string& body) {
    return http("POST", at.url() + "/api/v1/admin/conversations/whatsapp/" + guest + "/" + verb, body,
                {{"Content-Type", "application/json"}})
        .status;
  };
  for (int guest = 0; guest < 6; ++guest) {  // of parts of both, most likely
    ASSERT_EQ(one.hears(number(guest), kRequest, "wamid." + number(guest)), 200);
    ASSERT_TRUE(eventually([&] { return stage.texts_to(number(guest)).size() == 1; }));
    EXPECT_EQ(act(one, number(guest), "say", R"({"text":"Soy Marta"})"), 202);
    ASSERT_TRUE(eventually([&] { return stage.texts_to(number(guest)).size() == 2; }));
    ASSERT_TRUE(eventually([&] { return other.conversation(number(guest))["paused"].is_object(); }));
    ASSERT_EQ(other.hears(number(guest), "Ana Bello", "wamid.2" + number(guest)), 200);
    ASSERT_TRUE(eventually([&] { return other.conversation(number(guest))["turns"].back()["status"] == "processed"; }));
    EXPECT_THAT(stage.texts_to(number(guest)), ElementsAre(HasSubstr("Doble"), "Soy Marta"));
    EXPECT_EQ(other.conversation(number(guest))["turns"].back()["text"], "Ana Bello") << "no reply lies behind it";
  }
}

}  // namespace
}  // namespace agente::e2e
