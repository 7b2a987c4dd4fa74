#include "simulators/whatsapp/kinds.hpp"

#include <gtest/gtest.h>

#include "simulators/whatsapp/testing.hpp"

namespace agente::sim::whatsapp::testing {
namespace {

struct KindTest : ::testing::Test {
  Webhook hook;
  Bench bench{hook.options()};

  /// The change that `asked` is posted as.
  json told(json asked) {
    if (!asked.contains("from")) asked["from"] = kGuest;
    const auto answer = bench.control("guest", asked);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return json::parse(hook.wait_for(++posts).back().body)["entry"][0]["changes"][0];
  }
  json message_of(const json& asked) { return told(asked)["value"]["messages"][0]; }

  std::size_t posts = 0;
};

TEST_F(KindTest, OfEveryNameIsPostedWithItsExample) {
  const auto kinds = json::parse(kKinds);
  for (const auto& [name, kind] : kinds.items()) {
    SCOPED_TRACE(name);
    const auto change = told({{"kind", name}});
    if (kind.contains("field")) {
      EXPECT_EQ(change["field"], kind["field"]);
      for (const auto& [member, value] : kind["value"].items()) EXPECT_EQ(change["value"][member], value);
      continue;
    }
    const bool echo = kind.contains("echo");
    EXPECT_EQ(change["field"], echo ? "smb_message_echoes" : "messages");
    const auto sent = change["value"][echo ? "message_echoes" : "messages"][0];
    for (const auto& [member, value] : kind["message"].items()) {
      auto expected = value;
      if (member == "context" && value.contains("id")) expected["from"] = "15550783881";
      EXPECT_EQ(sent[member], expected);
    }
    EXPECT_EQ(sent[echo ? "to" : "from"], kGuest);
    EXPECT_TRUE(sent["id"].is_string());
    EXPECT_EQ(change["value"].contains("contacts"), !echo && !kind.contains("stranger"));
  }
}

TEST_F(KindTest, IsChangedAsItIsAskedFor) {
  const auto place =
      message_of({{"kind", "location"}, {"with", {{"location", {{"latitude", 1.5}, {"name", nullptr}}}}}});
  EXPECT_EQ(place["location"]["latitude"], 1.5);
  EXPECT_FALSE(place["location"].contains("name"));
  EXPECT_EQ(place["location"]["longitude"], 2.1734);

  EXPECT_EQ(message_of({{"kind", "ad"}, {"text", "¿Precio?"}})["text"]["body"], "¿Precio?");
  const auto quoting =
      message_of({{"text", "Sí"}, {"with", {{"context", {{"id", "wamid.7"}}}, {"timestamp", nullptr}}}});
  EXPECT_EQ(quoting["context"]["id"], "wamid.7");
  EXPECT_FALSE(quoting.contains("timestamp"));
  const auto update = told({{"kind", "account_update"}, {"with", {{"event", "DISABLED_UPDATE"}}}});
  EXPECT_EQ(update["value"]["event"], "DISABLED_UPDATE");
}

TEST_F(KindTest, OfAnAccountErrorNamesTheNumber) {
  EXPECT_EQ(told({{"kind", "account_error"}})["value"]["metadata"]["phone_number_id"], kNumber);
}

TEST_F(KindTest, CanStandInOneBatchWithOthers) {
  const auto value =
      told({{"batch", {{{"kind", "location"}}, {{"text", "Estoy aquí"}}, {{"kind", "revoke"}}}}})["value"];
  EXPECT_EQ(value["messages"][0]["type"], "location");
  EXPECT_EQ(value["messages"][1]["type"], "text");
  EXPECT_EQ(value["messages"][2]["type"], "revoke");
  EXPECT_EQ(value["contacts"].size(), 1U);
}

TEST_F(KindTest, OfTheGuestsContactCanBeToldMore) {
  const auto contact =
      told({{"text", "Hi"},
            {"contact", {{"profile", {{"username", "noor"}}}, {"identity_key_hash", "X="}}}})["value"]["contacts"][0];
  EXPECT_EQ(contact["profile"], json({{"name", "Guest"}, {"username", "noor"}}));
  EXPECT_EQ(contact["identity_key_hash"], "X=");
}

TEST_F(KindTest, MayIntroduceTheGuestInAWayThatNobodyExpects) {
  told({{"text", "Hi"}, {"contact", {{"profile", 7}, {"user_id", json::array()}, {"identity_key_hash", 7}}}});
  EXPECT_EQ(bench.send("Hola").status, 200);
  EXPECT_EQ(hook.wait_for_statuses(4).size(), 3U);
  for (const auto* bad : {"with", "contact"})
    EXPECT_EQ(bench.control("guest", {{"from", kGuest}, {"text", "Hi"}, {bad, 7}}).status, 400) << bad;
  EXPECT_EQ(bench.control("guest", {{"kind", "account_update"}, {"with", "x"}}).status, 400);
}

TEST_F(KindTest, IsShownOnTheTelephoneInWords) {
  for (const auto& [kind, words] :
       std::map<std::string, std::string>{{"location", "[location 41.3851, 2.1734] Plaça de Catalunya"},
                                          {"revoke", "[revoke]"},
                                          {"button", "Yes"},
                                          {"edit", "Somos 3 adultos, no 2"}}) {
    told({{"kind", kind}});
    EXPECT_EQ(bench.log()["webhooks"].back()["text"], words);
  }
}

TEST_F(KindTest, ThatIsNotThereIsRefusedWithTheNamesOfAll) {
  const auto answer = bench.control("guest", {{"from", kGuest}, {"kind", "dream"}});
  EXPECT_EQ(answer.status, 400);
  EXPECT_NE(answer.body.find("location, contacts"), std::string::npos) << answer.body;
  EXPECT_EQ(bench.control("guest", {{"from", kGuest}, {"batch", {{{"kind", "account_update"}}}}}).status, 400);
  EXPECT_EQ(bench.control("guest", {{"from", kGuest}, {"kind", 7}}).status, 400);
}

}  // namespace
}  // namespace agente::sim::whatsapp::testing
