#include "simulators/whatsapp/spoiled_body.hpp"

#include <gtest/gtest.h>

#include "simulators/whatsapp/testing.hpp"

namespace agente::sim::whatsapp::testing {
namespace {

struct SpoiledTest : ::testing::Test {
  Webhook hook;
  Bench bench{hook.options()};

  /// The body in which a guest's message comes with this fault; it is signed as it is.
  std::string posted_with(const std::string& fault) {
    bench.arm({{"name", fault}, {"next", 1}});
    bench.control("guest", {{"from", kGuest}, {"text", "señal / 😊"}});
    const auto post = hook.wait_for(++posts).back();
    EXPECT_EQ(post.header("x-hub-signature-256"), "sha256=" + openssl_hmac(kSecret, post.body)) << fault;
    return post.body;
  }
  /// The changes of that body; the first still tells what the guest wrote.
  json changes_with(const std::string& fault) {
    const auto changes = json::parse(posted_with(fault))["entry"][0]["changes"];
    EXPECT_EQ(changes[0]["value"]["messages"][0]["text"]["body"], "señal / 😊") << fault;
    return changes;
  }

  std::size_t posts = 0;
};

TEST_F(SpoiledTest, ItCanComeInPlainUtf8) {
  const auto body = posted_with("webhook_raw_utf8");
  EXPECT_NE(body.find("señal / 😊"), std::string::npos) << body;
  EXPECT_NE(posted_with("webhook_nulls").find("se\\u00f1al \\/ \\ud83d\\ude0a"), std::string::npos);
}

TEST_F(SpoiledTest, ItCanBeAsLargeAsMetaSendsAndAByteLarger) {
  EXPECT_EQ(posted_with("webhook_3mb").size(), 3U << 20);
  EXPECT_EQ(posted_with("webhook_over_3mb").size(), (3U << 20) + 1);
}

TEST_F(SpoiledTest, ItCanBeNestedAsNoMessageIs) {
  const auto body = posted_with("webhook_deep");
  EXPECT_NE(body.find(std::string(2'000, '[')), std::string::npos);
  EXPECT_TRUE(json::accept(body));
}

TEST_F(SpoiledTest, WhatIsUnknownOrForeignComesBesideTheEvent) {
  EXPECT_EQ(changes_with("webhook_unknown_field")[1]["field"], "holograms");
  EXPECT_EQ(changes_with("webhook_unknown_type")[0]["value"]["messages"][1]["type"], "hologram");
  EXPECT_EQ(changes_with("webhook_unknown_status")[0]["value"]["statuses"][0]["status"], "admired");
  const auto foreign = changes_with("webhook_foreign_number")[1]["value"];
  EXPECT_EQ(foreign["metadata"]["phone_number_id"], "123456123");
  EXPECT_EQ(foreign["messages"].size(), 1U);
}

TEST_F(SpoiledTest, WhatMayBeAbsentCanBeNull) {
  const auto value = changes_with("webhook_nulls")[0]["value"];
  for (const auto* name : {"statuses", "errors"}) {
    ASSERT_TRUE(value.contains(name)) << name;
    EXPECT_TRUE(value[name].is_null()) << name;
  }
  EXPECT_TRUE(value["messages"][0]["context"].is_null());
}

TEST_F(SpoiledTest, ItCanBeSignedByAnOldSecret) {
  ASSERT_EQ(bench.control("webhook", {{"url", hook.url()}, {"old_app_secret", "last-years"}}).status, 200);
  bench.arm({{"name", "webhook_old_secret"}, {"next", 1}});
  bench.control("guest", {{"from", kGuest}, {"text", "Hola"}});
  const auto post = hook.wait_for(1).back();
  EXPECT_EQ(post.header("x-hub-signature-256"), "sha256=" + openssl_hmac("last-years", post.body));
}

TEST_F(SpoiledTest, AFaultOfTheBytesAndOneOfTheSignatureStrikeTogether) {
  bench.arm({{"name", "webhook_no_signature"}, {"next", 1}});
  bench.arm({{"name", "webhook_raw_utf8"}, {"next", 1}});
  bench.arm({{"name", "webhook_unknown_field"}, {"next", 1}});
  bench.control("guest", {{"from", kGuest}, {"text", "señal"}});
  const auto post = hook.wait_for(1).back();
  EXPECT_EQ(post.header("x-hub-signature-256"), "");
  EXPECT_NE(post.body.find("señal"), std::string::npos);
  EXPECT_NE(post.body.find("holograms"), std::string::npos);
}

TEST_F(SpoiledTest, AFaultCanBeKeptToOneGuest) {
  bench.arm({{"name", "webhook_no_signature"}, {"rate", 1}, {"to", "34600333444"}});
  bench.control("guest", {{"from", kGuest}, {"text", "Hola"}});
  bench.control("guest", {{"from", "34600333444"}, {"text", "Hola"}, {"retry", false}});
  const auto all = hook.wait_for(2);
  EXPECT_NE(all[0].header("x-hub-signature-256"), "");
  EXPECT_EQ(all[1].header("x-hub-signature-256"), "");
}

TEST(Spoiled, ABodyThatIsNotMadeAsMetasIsLeftAsItIs) {
  for (const auto* fault :
       {"webhook_3mb", "webhook_nulls", "webhook_unknown_type", "webhook_foreign_number", "webhook_deep"}) {
    for (const auto* body : {"", "[]", "{}", "\xff", "7"}) EXPECT_EQ(spoiled(body, fault), body) << fault;
  }
  for (const auto* body : {R"({"entry":null})", R"({"entry":[]})", R"({"entry":[{"changes":[{"value":7}]}]})"}) {
    for (const auto* fault : {"webhook_nulls", "webhook_unknown_type", "webhook_unknown_status"})
      EXPECT_EQ(spoiled(body, fault), body) << fault;
  }
}

}  // namespace
}  // namespace agente::sim::whatsapp::testing
