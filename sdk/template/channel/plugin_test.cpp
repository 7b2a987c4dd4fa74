#include "plugin.hpp"

#include <agente/fake_host.hpp>
#include <gtest/gtest.h>

class Test@Class@ : public ::testing::Test {
 protected:
  Test@Class@() { fake.set_secret("/token", "s3cret"); }

  agente::testing::fake_host fake;
  agente::testing::instance<@Class@> channel{fake, R"({"api_url": "http://provider"})"};
};

TEST_F(Test@Class@, SendsAndReturnsTheProvidersId) {
  fake.answer("POST", "http://provider/messages", {.status = 200, .body = "p-1"});

  EXPECT_EQ(channel.send({.key = "k1", .recipient = "34600", .text = "Hola"}), "p-1");
  EXPECT_EQ(fake.requests().at(0).body, "Hola");
  EXPECT_EQ(fake.requests().at(0).headers.at(1).value, "k1");  // so that a second attempt arrives once
}

TEST_F(Test@Class@, KeepsAMessageOnlyIfTheTokenIsRight) {
  EXPECT_EQ(channel.on_http({.headers = {{"authorization", "Bearer guess"}}}).status, 401);
  EXPECT_EQ(channel.on_http({.headers = {{"authorization", "Bearer s3cret"}, {"x-id", "1"}, {"x-sender", "ana"}}}).status,
            200);

  ASSERT_EQ(fake.inbox().size(), 1U);
  EXPECT_EQ(fake.inbox()[0].sender, "ana");
}
