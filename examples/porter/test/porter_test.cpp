#include "porter.hpp"

#include <agente/fake_host.hpp>
#include <gmock/gmock.h>

namespace {

class TestPorter : public ::testing::Test {
 protected:
  TestPorter() { fake.set_secret("/token", "s3cret"); }

  agente::http_out ask(std::string_view method, std::string_view path, std::string_view body = {},
                       std::string_view slip = "1") {
    return desk.on_http({.method = method,
                         .path = path,
                         .headers = {{"authorization", "Bearer s3cret"}, {"x-slip", slip}},
                         .body = body});
  }

  agente::testing::fake_host fake;
  agente::testing::instance<Porter> desk{fake, R"({"places": 2})"};
};

TEST_F(TestPorter, ASlipBecomesTheGuestsMessage) {
  EXPECT_EQ(ask("POST", "/slips/ana", "Hola", "42").status, 200);

  ASSERT_EQ(fake.inbox().size(), 1U);
  EXPECT_EQ(fake.inbox()[0].external_id, "42");
  EXPECT_EQ(fake.inbox()[0].sender, "ana");
  EXPECT_EQ(fake.inbox()[0].text, "Hola");
}

TEST_F(TestPorter, OnlyTheDeskMayTouchTheBoard) {
  EXPECT_EQ(
      desk.on_http({.method = "POST", .path = "/slips/ana", .headers = {{"authorization", "Bearer guess"}}}).status,
      401);
  EXPECT_EQ(desk.on_http({.method = "GET"}).status, 401);
  EXPECT_TRUE(fake.inbox().empty());
}

TEST_F(TestPorter, AReplyHangsOnceHoweverOftenItIsSentUntilItIsTakenDown) {
  EXPECT_EQ(desk.send({.key = "k1", .recipient = "ana", .text = "Buenas"}), "k1");
  EXPECT_EQ(desk.send({.key = "k1", .recipient = "ana", .text = "Buenas", .attempt = 2}), "k1");
  EXPECT_EQ(ask("GET", "").body, "k1\tana\tBuenas\n");

  EXPECT_EQ(ask("POST", "/taken/k1").status, 204);
  EXPECT_EQ(ask("GET", "").body, "");
  ASSERT_EQ(fake.receipts().size(), 1U);
  EXPECT_EQ(fake.receipts()[0].state, agente::receipt_state::read);
  EXPECT_EQ(ask("POST", "/taken/k1").status, 404);
}

TEST_F(TestPorter, AFullBoardAsksTheHostToComeAgain) {
  desk.send({.key = "k1", .recipient = "ana", .text = "1"});
  desk.send({.key = "k2", .recipient = "eva", .text = "2"});
  try {
    desk.send({.key = "k3", .recipient = "leo", .text = "3"});
    FAIL() << "there are two places only";
  } catch (const agente::error& e) {
    EXPECT_EQ(e.code(), AGENTE_E_RETRY);
    EXPECT_GT(e.retry_after().count(), 0);
  }
}

TEST_F(TestPorter, WhatIsNoSlipIsRefused) {
  EXPECT_EQ(ask("POST", "/slips/ana", "Hola", "").status, 400);
  EXPECT_EQ(ask("POST", "/slips/", "Hola").status, 400);
  EXPECT_EQ(ask("POST", "/bags/ana", "Hola").status, 404);
  EXPECT_TRUE(fake.inbox().empty());
}

TEST_F(TestPorter, TheSelfTestReadsTheBoard) {
  const auto checks = desk.self_test();
  ASSERT_EQ(checks.size(), 1U);
  EXPECT_TRUE(checks[0].ok);
}

}  // namespace
