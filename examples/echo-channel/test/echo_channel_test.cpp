#include "echo_channel.hpp"

#include <agente/fake_host.hpp>
#include <gtest/gtest.h>

namespace {

class Echo : public ::testing::Test {
 protected:
  Echo() { fake.set_secret("/token", "s3cret"); }

  agente::http_out post(std::string_view authorization) {
    return echo.on_http({.method = "POST",
                         .headers = {{"Authorization", authorization}, {"X-Message-Id", "42"}, {"X-Sender", "ana"}},
                         .body = "Hola"});
  }
  agente_status code_of_send() {
    try {
      echo.send({.key = "k1", .recipient = "ana", .text = "Buenas"});
    } catch (const agente::error& e) {
      return e.code();
    }
    return AGENTE_OK;
  }

  agente::testing::fake_host fake;
  agente::testing::instance<EchoChannel> echo{fake, R"({"outbox_url": "http://desk/replies"})"};
};

TEST_F(Echo, KeepsAMessageWithTheRightToken) {
  EXPECT_EQ(post("Bearer s3cret").status, 200);

  ASSERT_EQ(fake.inbox().size(), 1U);
  EXPECT_EQ(fake.inbox()[0].external_id, "42");
  EXPECT_EQ(fake.inbox()[0].sender, "ana");
  EXPECT_EQ(fake.inbox()[0].text, "Hola");
}

TEST_F(Echo, RefusesAWrongTokenAndAnythingButAPost) {
  EXPECT_EQ(post("Bearer guess").status, 401);
  EXPECT_EQ(echo.on_http({.method = "GET", .headers = {{"authorization", "Bearer s3cret"}}}).status, 405);
  EXPECT_TRUE(fake.inbox().empty());
}

TEST_F(Echo, ARotatedTokenCountsAtOnce) {
  fake.set_secret("/token", "fresh");

  EXPECT_EQ(post("Bearer s3cret").status, 401);
  EXPECT_EQ(post("Bearer fresh").status, 200);
}

TEST_F(Echo, PostsTheReplyAndReturnsTheProvidersId) {
  fake.answer("POST", "http://desk/replies", {.status = 201, .body = "r-7"});

  EXPECT_EQ(echo.send({.key = "k1", .recipient = "ana", .text = "Buenas"}), "r-7");

  const auto sent = fake.requests().at(0);
  EXPECT_EQ(sent.body, "Buenas");
  EXPECT_EQ(agente::detail::find_header(sent.headers, "x-key"), "k1");
}

TEST_F(Echo, TellsTheHostWhatEachRefusalMeans) {
  for (const int status : {401, 503, 400}) fake.answer("POST", "http://desk/replies", {.status = status});
  fake.fail("POST", "http://desk/replies", AGENTE_E_UNKNOWN_OUTCOME);

  EXPECT_EQ(code_of_send(), AGENTE_E_AUTH);
  EXPECT_EQ(code_of_send(), AGENTE_E_RETRY);
  EXPECT_EQ(code_of_send(), AGENTE_E_INVALID);
  EXPECT_EQ(code_of_send(), AGENTE_E_UNKNOWN_OUTCOME);
}

}  // namespace
