// What staff writes with the telephone's app, and chats of before the number was ours: neither is answered.
#include <chrono>

#include <gmock/gmock.h>

#include "stage.hpp"

namespace agente::e2e {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr const char* kGuest = "34600111222";
constexpr const char* kOther = "34600333444";

struct Echo : ::testing::Test {
  Stage stage{{}};

  void SetUp() override {
    stage.start_simulator();
    stage.start_host();
  }
  /// A webhook of another field than messages, as Meta sends it.
  void meta_sends(const std::string& field, json value) const {
    value["messaging_product"] = "whatsapp";
    value["metadata"] = {{"phone_number_id", "106540352242922"}, {"display_phone_number", "34900111222"}};
    const json body{{"object", "whatsapp_business_account"},
                    {"entry", {{{"id", "1"}, {"changes", {{{"field", field}, {"value", value}}}}}}}};
    const auto text = body.dump();
    const auto answer = http("POST", stage.host_url() + "/webhook/whatsapp", text,
                             {{"Content-Type", "application/json"}, {"X-Hub-Signature-256", Stage::signature(text)}});
    ASSERT_EQ(answer.status, 200);
  }
  static json text_message(const std::string& id, const std::string& text, json more) {
    more.update({{"id", id}, {"timestamp", now()}, {"type", "text"}, {"text", {{"body", text}}}});
    return more;
  }
  static std::string now() {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(since).count());
  }
  bool all_handled() const {
    return eventually([&] { return stage.agentctl({"messages", "--status", "received"}).empty(); });
  }
};

TEST_F(Echo, WhileStaffAnswersFromThePhoneTheBotIsSilentForThatGuestOnly) {
  ASSERT_EQ(stage.guest_writes(kGuest, "Hola", "wamid.1"), 200);
  ASSERT_TRUE(eventually([&] { return stage.texts_to(kGuest).size() == 1; }));

  const auto echo =
      text_message("wamid.echo", "Hola, soy Marta de recepción", {{"from", "34900111222"}, {"to", kGuest}});
  meta_sends("smb_message_echoes", {{"message_echoes", json::array({echo})}});
  ASSERT_TRUE(eventually([&] { return !stage.conversation("whatsapp", kGuest)["paused"].is_null(); }));
  ASSERT_EQ(stage.guest_writes(kGuest, "¿Hay cuna?", "wamid.2"), 200);
  ASSERT_EQ(stage.guest_writes(kOther, "Hola", "wamid.3"), 200);

  ASSERT_TRUE(eventually([&] { return stage.texts_to(kOther).size() == 1; }));
  ASSERT_TRUE(all_handled());
  EXPECT_THAT(stage.texts_to(kGuest), SizeIs(1));
  EXPECT_TRUE(stage.conversation("whatsapp", kOther)["paused"].is_null());
}

TEST_F(Echo, ChatsOfBeforeAreListedAndAnswerNobody) {
  const json thread{{"id", kGuest},
                    {"messages",
                     {text_message("wamid.h1", "¿Hay sitio en marzo?", {{"from", kGuest}}),
                      text_message("wamid.h2", "Sí, escríbanos", {{"from", "34900111222"}, {"to", kGuest}})}}};
  meta_sends("history", {{"history", {{{"metadata", {{"phase", 0}}}, {"threads", json::array({thread})}}}}});
  ASSERT_EQ(stage.guest_writes(kOther, "Hola", "wamid.1"), 200);
  ASSERT_TRUE(eventually([&] { return stage.texts_to(kOther).size() == 1; }));
  ASSERT_TRUE(all_handled());

  EXPECT_THAT(stage.texts_to(kGuest), SizeIs(0));
  const auto listed = stage.agentctl({"messages", "--direction", "in"});
  EXPECT_THAT(listed, HasSubstr("¿Hay sitio en marzo?"));
  EXPECT_THAT(listed, HasSubstr(R"("kind":"history")"));
}

}  // namespace
}  // namespace agente::e2e
