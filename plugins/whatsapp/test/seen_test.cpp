#include <nlohmann/json.hpp>

#include "support.hpp"

namespace agente::whatsapp {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct Seen : Channel {
  seen_message message{.account = kAccount, .external_id = "wamid.\"1\"", .answering = true};

  Seen() { fake.answer("POST", kMessagesUrl, {.status = 200, .body = R"({"success":true})"}); }
};

TEST_F(Seen, AMessageIsMarkedAsReadWithSomebodyWriting) {
  channel().seen(message);

  ASSERT_THAT(fake.requests(), SizeIs(1));
  const auto request = fake.requests()[0];
  EXPECT_EQ(request.headers.at(0).value, "Bearer EAAG-token");
  EXPECT_EQ(json::parse(request.body), (json{{"messaging_product", "whatsapp"},
                                             {"status", "read"},
                                             {"message_id", "wamid.\"1\""},
                                             {"typing_indicator", {{"type", "text"}}}}));
}

TEST_F(Seen, NobodyWritesWhereTheAnswerIsOut) {
  message.answering = false;
  channel().seen(message);
  EXPECT_FALSE(json::parse(fake.requests().at(0).body).contains("typing_indicator"));
}

TEST_F(Seen, AHotelMayDoWithout) {
  config = R"({"graph_url":"http://graph","graph_version":"v25.0","mark_read":false})";
  channel().seen(message);
  EXPECT_THAT(fake.requests(), IsEmpty());
}

TEST_F(Seen, AnAccountThatIsNoNumberReachesNoUrl) {
  for (const auto* account : {"", "../me", "1?x=y"}) {
    message.account = account;
    EXPECT_THROW(channel().seen(message), error);
  }
  EXPECT_THAT(fake.requests(), IsEmpty());
}

TEST(SeenRefused, WhatMetaSaysIsReported) {
  struct Plain : Channel {
    void TestBody() override {}
    using Channel::channel;
    using Channel::fake;
  } refused;
  refused.fake.answer(
      "POST", kMessagesUrl,
      {.status = 400, .body = R"({"error":{"message":"(#131009) Parameter value is not valid","code":131009,
                                   "error_data":{"details":"Message ID is invalid."}}})"});
  try {
    refused.channel().seen({.account = kAccount, .external_id = "wamid.x"});
    FAIL() << "it went through";
  } catch (const error& e) {
    EXPECT_THAT(e.what(), HasSubstr("Message ID is invalid."));
  }
}

}  // namespace
}  // namespace agente::whatsapp
