#include "chat.hpp"

namespace webchat::testing {
namespace {

class Messages : public ::testing::Test {
 protected:
  /// A message every few seconds, as people write.
  void write(const std::string& id, const std::string& text, const std::string& visitor = kAna) {
    fake.advance(std::chrono::seconds{4});
    ASSERT_EQ(post(chat, body(id, text), {.visitor = visitor}).status, 202);
  }

  agente::testing::fake_host fake;
  Chat chat{fake};
};

TEST_F(Messages, ATalkIsReadBackInOrder) {
  write("message-1", "Hola");
  reply(chat, "k1", "¡Hola! ¿Qué fechas?");
  write("message-2", "Del 5 al 7");

  const auto talk = messages(chat);
  ASSERT_EQ(talk.size(), 3U);
  EXPECT_EQ(
      talk[0],
      (json{{"n", 1}, {"from", "guest"}, {"text", "Hola"}, {"id", "message-1"}, {"at", "2026-09-15T12:00:04.000Z"}}));
  EXPECT_EQ(talk[1],
            (json{{"n", 2}, {"from", "hotel"}, {"text", "¡Hola! ¿Qué fechas?"}, {"at", "2026-09-15T12:00:04.000Z"}}));
  EXPECT_EQ(talk[2].at("text"), "Del 5 al 7");
}

TEST_F(Messages, AfterGivesOnlyWhatIsNew) {
  write("message-1", "Hola");
  reply(chat, "k1", "one");
  reply(chat, "k2", "two");
  const auto second = messages(chat)[1].at("n").get<int>();

  EXPECT_EQ(messages(chat, "after=" + std::to_string(second)).size(), 1U);
  EXPECT_EQ(messages(chat, "x=1&after=" + std::to_string(second)).at(0).at("text"), "two");
  EXPECT_TRUE(messages(chat, "after=18446744073709551615").empty());
  EXPECT_EQ(messages(chat, "after=0").size(), 3U);
}

TEST_F(Messages, AfterMustBeANumber) {
  for (const auto* query : {"after=", "after=x", "after=-1", "after=99999999999999999999999", "after=1%00"})
    EXPECT_EQ(get(chat, query).status, 400) << query;
}

TEST_F(Messages, AnotherGuestsTalkIsNotShown) {
  write("message-1", "Hola");
  reply(chat, "k1", "for Ana");
  reply(chat, "k2", "for Bea", kBea);

  ASSERT_EQ(messages(chat, "", kBea).size(), 1U);
  EXPECT_EQ(messages(chat, "", kBea)[0].at("text"), "for Bea");
}

TEST_F(Messages, NamesThatLookLikeKeysStayApart) {
  reply(chat, "k1", "secret", "ana/x");
  reply(chat, "k2", "hers", "ana");

  EXPECT_EQ(messages(chat, "", "ana").size(), 1U);
  EXPECT_EQ(messages(chat, "", "ana/x").size(), 1U);
  EXPECT_TRUE(messages(chat, "", "an").empty());
}

TEST_F(Messages, WithoutAVisitorNobodyReadsOrWrites) {
  EXPECT_EQ(get(chat, "", "").status, 401);
  EXPECT_EQ(post(chat, body("message-1", "Hola"), {.visitor = ""}).status, 401);
  EXPECT_EQ(json::parse(get(chat, "", "").body).at("error").at("code"), "no_visitor");
  EXPECT_TRUE(fake.inbox().empty());
}

TEST_F(Messages, AReplySentTwiceIsShownOnce) {
  const auto first = reply(chat, "k1", "Su reserva es H-000001");

  EXPECT_EQ(reply(chat, "k1", "Su reserva es H-000001"), first);
  EXPECT_EQ(messages(chat).size(), 1U);
}

TEST_F(Messages, AReplySentAgainAfterARestartIsShownOnce) {
  agente::testing::fake_host other;
  {
    Chat before(other);
    reply(before, "k1", "Hola");
  }
  Chat now(other);
  reply(now, "k1", "Hola");
  reply(now, "k2", "¿Qué fechas?");

  EXPECT_EQ(messages(now).size(), 2U);
}

TEST_F(Messages, TheLastTwoHundredAreKept) {
  for (int i = 0; i < 230; ++i) reply(chat, "k" + std::to_string(i), std::to_string(i));

  const auto talk = messages(chat);
  EXPECT_LE(talk.size(), 201U);
  EXPECT_GE(talk.size(), 200U);
  EXPECT_EQ(talk.back().at("text"), "229");
}

TEST_F(Messages, AGuestWhoIsNeverAnsweredFillsNothing) {
  for (int i = 0; i < 230; ++i) write("message-" + std::to_string(i), "?");

  EXPECT_LE(messages(chat).size(), 201U);
  EXPECT_EQ(fake.inbox().size(), 230U);
}

TEST_F(Messages, AStoreThatIsDownDelaysTheReply) {
  fake.set_kv_down(true);
  EXPECT_THROW(reply(chat, "k1", "Hola"), agente::error);
  fake.set_kv_down(false);
  reply(chat, "k1", "Hola");

  EXPECT_EQ(messages(chat).size(), 1U);
}

TEST_F(Messages, ScriptsAndBrokenTextStayText) {
  reply(chat, "k1", "<script>alert(1)</script>\xff");

  EXPECT_EQ(messages(chat)[0].at("text"), "<script>alert(1)</script>\xef\xbf\xbd");
  EXPECT_EQ(header(get(chat), "Content-Type"), "application/json");
}

TEST_F(Messages, AnOverlongNameIsRefused) {
  EXPECT_THROW(reply(chat, "k1", "Hola", std::string(300, 'a')), agente::error);
}

}  // namespace
}  // namespace webchat::testing
