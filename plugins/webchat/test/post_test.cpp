#include <atomic>
#include <set>
#include <thread>

#include "chat.hpp"

namespace webchat::testing {
namespace {

class Post : public ::testing::Test {
 protected:
  int status_of(const std::string& sent, const Sent& how = {}) {
    fake.advance(std::chrono::minutes{1});
    return post(chat, sent, how).status;
  }

  agente::testing::fake_host fake;
  Chat chat{fake, R"({"allowed_origins": ["https://WWW.hotel.example:443"]})"};
};

TEST_F(Post, PutsTheMessageIntoTheInbox) {
  const auto out = post(chat, body("message-1", "Hola"));

  EXPECT_EQ(out.status, 202);
  EXPECT_EQ(json::parse(out.body), (json{{"n", 1}}));
  ASSERT_EQ(fake.inbox().size(), 1U);
  EXPECT_EQ(fake.inbox()[0].sender, kAna);
  EXPECT_EQ(fake.inbox()[0].text, "Hola");
  EXPECT_EQ(fake.inbox()[0].kind, "text");
  EXPECT_EQ(fake.inbox()[0].account, "");
}

TEST_F(Post, ARetryIsTheSameMessage) {
  const auto first = post(chat, body("message-1", "Hola"));
  fake.advance(std::chrono::seconds{30});
  reply(chat, "k1", "Buenas");
  const auto again = post(chat, body("message-1", "Hola"));

  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(messages(chat).size(), 2U);
  ASSERT_EQ(fake.inbox().size(), 2U);  // the host tells them apart by these, and must not be able to
  EXPECT_EQ(fake.inbox()[0].external_id, fake.inbox()[1].external_id);
  EXPECT_EQ(fake.inbox()[0].provider_time, fake.inbox()[1].provider_time);
}

TEST_F(Post, ARetryAfterARestartIsTheSameMessage) {
  agente::testing::fake_host other;
  std::string first;
  {
    Chat before(other);
    first = post(before, body("message-1", "Hola")).body;
  }
  Chat now(other);

  EXPECT_EQ(post(now, body("message-1", "Hola")).body, first);
  EXPECT_EQ(messages(now).size(), 1U);
}

TEST_F(Post, AnotherGuestsIdIsNotTaken) {
  post(chat, body("message-1", "Ana"));
  post(chat, body("message-1", "Bea"), {.visitor = kBea});

  ASSERT_EQ(fake.inbox().size(), 2U);
  EXPECT_NE(fake.inbox()[0].external_id, fake.inbox()[1].external_id);
  EXPECT_EQ(messages(chat, "", kBea).size(), 1U);
}

TEST_F(Post, OnlyJsonIsRead) {
  for (const auto* type : {"", "text/plain", "application/x-www-form-urlencoded", "application/jsonp", "text/json"})
    EXPECT_EQ(status_of(body("message-1", "Hola"), {.type = type}), 415) << type;
  EXPECT_EQ(status_of(body("message-1", "Hola"), {.type = "Application/JSON ; charset=utf-8"}), 202);
}

TEST_F(Post, BrokenBodiesAreRefused) {
  for (const std::string sent :
       {"", "{", "Hola", "{\"id\": \"message-1\", \"text\": \"\xff\"}", R"({"id": "message-1", "text": "\ud800"})"})
    EXPECT_EQ(status_of(sent), 400) << sent;
  EXPECT_EQ(status_of(std::string(30'000, '[')), 400);
  EXPECT_EQ(status_of(std::string(100'000, '[')), 413);
  EXPECT_TRUE(fake.inbox().empty());
}

TEST_F(Post, WordsOutOfBoundsAreRefused) {
  for (const std::string sent :
       {"[]", "null", "7", "{}", R"({"id": "message-1"})", R"({"text": "Hola"})", R"({"id": 12345678, "text": "Hola"})",
        R"({"id": "message-1", "text": 5})", R"({"id": "message-1", "text": {"a": 1}})"})
    EXPECT_EQ(status_of(sent), 422) << sent;
  for (const auto& id : {std::string{}, std::string{"short"}, std::string{"message_1"}, std::string{"message 1"},
                         std::string{"../../m/x"}, std::string{"mensaje-ñ"}, std::string(65, 'a')})
    EXPECT_EQ(status_of(body(id, "Hola")), 422) << id;
  for (const auto& text : {std::string{}, std::string{" \n\t"}, std::string(2001, 'a')})
    EXPECT_EQ(status_of(body("message-1", text)), 422) << text.size();
  EXPECT_TRUE(fake.inbox().empty());
}

TEST_F(Post, TwoThousandCharactersMayBeAnyCharacters) {
  std::string keys;
  std::string escaped;
  for (int i = 0; i < 2000; ++i) {
    keys += "🔑";
    escaped += R"(\ud83d\udd11)";
  }
  EXPECT_EQ(status_of(body("message-1", keys)), 202);
  EXPECT_EQ(status_of(R"({"id": "message-2", "text": ")" + escaped + "\"}"), 202);
  EXPECT_EQ(status_of(body("message-3", keys + "x")), 422);
  EXPECT_EQ(fake.inbox().at(1).text, keys);
}

TEST_F(Post, ForeignPagesCannotWrite) {
  for (const auto* origin : {"https://evil.example", "null", "https://hotel.example.evil.example", "hotel.example",
                             "https://hotel.example:8443", "http://www.hotel.example", "file://", "://"})
    EXPECT_EQ(status_of(body("message-1", "Hola"), {.origin = origin}), 403) << origin;
  EXPECT_EQ(status_of(body("message-1", "Hola"), {.origin = "https://x", .host = ""}), 403);
  EXPECT_TRUE(fake.inbox().empty());
}

TEST_F(Post, OurOwnPageAndAllowedOnesCanWrite) {
  EXPECT_EQ(status_of(body("message-1", "Hola"), {.origin = "https://hotel.example"}), 202);
  EXPECT_EQ(status_of(body("message-2", "Hola"), {.origin = "http://HOTEL.example"}), 202);
  EXPECT_EQ(status_of(body("message-3", "Hola"), {.origin = "https://www.hotel.example"}), 202);
  EXPECT_EQ(status_of(body("message-4", "Hola"), {.origin = "http://127.0.0.1:8000", .host = "127.0.0.1:8000"}), 202);
  EXPECT_EQ(status_of(body("message-5", "Hola"), {.origin = "http://h", .host = "h:80"}), 202);
  EXPECT_EQ(status_of(body("message-6", "Hola"), {.origin = ""}), 202);
}

TEST_F(Post, FiveAtOnceAndTwentyAMinuteAreTheLimit) {
  const auto write = [&](int i, const std::string& who) {
    return post(chat, body("message-" + std::to_string(i), "Hola"), {.visitor = who});
  };
  for (int i = 0; i < 5; ++i) EXPECT_EQ(write(i, kAna).status, 202);
  const auto refused = write(5, kAna);
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(header(refused, "Retry-After"), "3");
  EXPECT_EQ(write(6, kBea).status, 202) << "another guest is not held up";

  fake.advance(std::chrono::seconds{3});
  EXPECT_EQ(write(5, kAna).status, 202);
  EXPECT_EQ(write(7, kAna).status, 429);
  EXPECT_EQ(fake.inbox().size(), 7U);
}

TEST_F(Post, AClockThatIsSetBackSilencesNobodyForLong) {
  for (int i = 0; i < 6; ++i) post(chat, body("message-" + std::to_string(i), "Hola"));
  fake.set_now(fake.now() - std::chrono::hours{24});
  post(chat, body("message-6", "Hola"));
  fake.advance(std::chrono::seconds{3});

  EXPECT_EQ(post(chat, body("message-6", "Hola")).status, 202);
}

TEST_F(Post, AStoreThatIsDownTakesNothing) {
  fake.set_kv_down(true);
  EXPECT_THROW(post(chat, body("message-1", "Hola")), agente::error);
  EXPECT_TRUE(fake.inbox().empty());
}

TEST_F(Post, ManyAtOnceLoseNothing) {
  std::vector<std::jthread> everybody;
  std::atomic<int> taken{0};
  for (char who = 'a'; who < 'g'; ++who)
    everybody.emplace_back([&, who] {
      const std::string visitor(32, who);
      for (int i = 0; i < 5; ++i) {
        if (post(chat, body("message-" + std::to_string(i), "Hola"), {.visitor = visitor}).status == 202) ++taken;
        reply(chat, visitor + std::to_string(i), "Buenas", visitor);
      }
    });
  everybody.clear();

  EXPECT_EQ(taken, 30);
  for (char who = 'a'; who < 'g'; ++who) {
    std::set<std::uint64_t> numbers;
    for (const auto& message : messages(chat, "", std::string(32, who)))
      numbers.insert(message.at("n").get<std::uint64_t>());
    EXPECT_EQ(numbers.size(), 10U);
  }
}

TEST_F(Post, ARoomFullOfGuestsOnOneCookieLosesNoReply) {
  std::vector<std::jthread> everybody;
  for (int t = 0; t < 4; ++t)
    everybody.emplace_back([&, t] {
      for (int i = 0; i < 5; ++i) {
        post(chat, body("message-" + std::to_string(t * 10 + i), "Hola"));
        reply(chat, "k" + std::to_string(t * 10 + i), "Buenas");
      }
    });
  everybody.clear();

  const auto talk = messages(chat);
  const auto replies = std::count_if(talk.begin(), talk.end(), [](const json& m) { return m.at("from") == "hotel"; });
  EXPECT_EQ(replies, 20);
  EXPECT_EQ(talk.size(), 20 + fake.inbox().size());
}

}  // namespace
}  // namespace webchat::testing
