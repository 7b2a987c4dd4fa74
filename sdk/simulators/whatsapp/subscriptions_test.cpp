#include <gtest/gtest.h>

#include "simulators/whatsapp/testing.hpp"

namespace agente::sim::whatsapp::testing {
namespace {

const std::string kWaba = "v25.0/102290129340398/subscribed_apps";
const std::string kSecond = "106540352242923";
const std::map<std::string, std::string> kHeaders{{"Authorization", "Bearer demo-token"},
                                                  {"Content-Type", "application/json"}};
const std::string kApp = "v25.0/670843887433847/subscriptions";

/// A callback that gives the challenge back to who knows the word, and counts what is posted.
struct Callback {
  std::string url() { return "http://127.0.0.1:" + std::to_string(server.port()) + "/hook"; }

  Reply take(const Request& request) {
    ++posts;
    const auto body = json::parse(request.body);
    for (const auto& entry : body["entry"]) {
      for (const auto& change : entry["changes"])
        events += static_cast<int>(change["value"].value("messages", json::array()).size());
    }
    return {};
  }

  std::atomic<int> posts = 0;
  std::atomic<int> events = 0;  ///< messages in them
  HttpServer server{0, [this](const Request& request) -> Reply {
                      if (request.method == "POST") return take(request);
                      const auto& asked = request.query;
                      if (asked.at("hub.verify_token") != "a-word") return {.status = 403};
                      return {.body = asked.at("hub.challenge"), .content_type = "text/plain"};
                    }};
};

bool becomes(const std::atomic<int>& count, int wanted) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (count != wanted && std::chrono::steady_clock::now() < until) std::this_thread::yield();
  return count == wanted;
}

struct SubscriptionsTest : ::testing::Test {
  Callback of_app, of_account, of_number;
  Bench bench{[this] {
    Options options;
    options.webhook = of_app.url();
    options.app_secret = kSecret;
    options.phone_number_ids = {kNumber, kSecond};
    options.status_delay = std::chrono::milliseconds(0);
    return options;
  }()};

  HttpAnswer call(const std::string& method, const std::string& path, const json& body = json::object()) const {
    return http(method, bench.simulator.url() + path, body.dump(), kHeaders);
  }
  int guest_writes(const std::string& to = kNumber) const {
    return bench.control("guest", {{"from", kGuest}, {"text", "Hola"}, {"phone_number_id", to}, {"retry", false}})
        .status;
  }
};

TEST_F(SubscriptionsTest, TheNearestToTheNumberGetsTheEvents) {
  EXPECT_EQ(guest_writes(), 200);
  EXPECT_EQ(of_app.posts, 1);
  EXPECT_EQ(call("POST", kWaba, {{"override_callback_uri", of_account.url()}, {"verify_token", "a-word"}}).status, 200);
  EXPECT_EQ(guest_writes(), 200);
  EXPECT_EQ(of_account.posts, 1);
  const json own{{"webhook_configuration", {{"override_callback_uri", of_number.url()}, {"verify_token", "a-word"}}}};
  EXPECT_EQ(call("POST", "v25.0/" + kNumber, own).status, 200);
  EXPECT_EQ(guest_writes(), 200);
  EXPECT_EQ(of_number.posts, 1);
  const auto shown = bench.get("v25.0/" + kNumber + "?fields=webhook_configuration").parsed()["webhook_configuration"];
  EXPECT_EQ(shown["phone_number"], of_number.url());
  EXPECT_EQ(shown["whatsapp_business_account"], of_account.url());
  EXPECT_EQ(shown["application"], of_app.url());

  EXPECT_EQ(call("POST", "v25.0/" + kNumber, {{"webhook_configuration", {{"override_callback_uri", ""}}}}).status, 200);
  EXPECT_EQ(call("POST", kWaba).status, 200);
  EXPECT_EQ(guest_writes(), 200);
  EXPECT_EQ(of_app.posts, 2);
}

TEST_F(SubscriptionsTest, EachNumberHasItsOwnAndTheAccountsNewsGoToTheAccounts) {
  const json own{{"override_callback_uri", of_number.url()}, {"verify_token", "a-word"}};
  EXPECT_EQ(call("POST", "v25.0/" + kSecond, {{"webhook_configuration", own}}).status, 200);
  EXPECT_EQ(guest_writes(), 200);
  EXPECT_EQ(of_app.posts, 1);
  EXPECT_EQ(guest_writes(kSecond), 200);
  EXPECT_EQ(of_number.posts, 1);
  EXPECT_EQ(bench.control("guest", {{"kind", "account_update"}}).parsed()["status"], 200);
  EXPECT_EQ(of_app.posts, 2);
  const json raw =
      json::parse(R"({"entry":[{"changes":[{"value":{"metadata":{"phone_number_id":")" + kSecond + R"("}}}]}]})");
  EXPECT_EQ(bench.control("guest", {{"raw", raw}}).parsed()["status"], 200);
  EXPECT_EQ(of_number.posts, 2);

  EXPECT_EQ(http("POST", bench.simulator.url() + "v25.0/" + kSecond + "/messages", message().dump(), kHeaders).status,
            200);
  EXPECT_TRUE(becomes(of_number.posts, 5)) << "sent, delivered, read";
  EXPECT_EQ(of_app.posts, 2);
}

TEST_F(SubscriptionsTest, WhatGoesToTwoAddressesComesInNoCommonBody) {
  const json own{{"override_callback_uri", of_number.url()}, {"verify_token", "a-word"}};
  EXPECT_EQ(call("POST", "v25.0/" + kSecond, {{"webhook_configuration", own}}).status, 200);
  EXPECT_EQ(bench.control("mix", {{"batch", 1000}, {"gather_ms", 50}}).status, 200);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(guest_writes(i % 2 == 0 ? kNumber : kSecond), 200);
  EXPECT_TRUE(becomes(of_app.events, 5)) << of_app.events;
  EXPECT_TRUE(becomes(of_number.events, 5)) << of_number.events;
}

TEST_F(SubscriptionsTest, ANumbersOwnIsHeardToEndLikeAllOthers) {
  const json own{{"override_callback_uri", of_number.url()}, {"verify_token", "a-word"}};
  EXPECT_EQ(call("POST", "v25.0/" + kSecond, {{"webhook_configuration", own}}).status, 200);
  EXPECT_EQ(call("DELETE", kWaba).status, 200);
  EXPECT_EQ(guest_writes(kSecond), 409);
  EXPECT_EQ(call("POST", kWaba).status, 200);
  EXPECT_EQ(guest_writes(kSecond), 200);
  EXPECT_EQ(of_number.posts, 1);
}

TEST_F(SubscriptionsTest, NothingIsSentWhileTheAppIsNotSubscribedToTheAccount) {
  EXPECT_EQ(call("DELETE", kWaba).status, 200);
  EXPECT_TRUE(bench.get(kWaba).parsed()["data"].empty());
  EXPECT_EQ(guest_writes(), 409);
  EXPECT_EQ(of_app.posts, 0);
  EXPECT_EQ(call("POST", kWaba).status, 200);
  EXPECT_EQ(bench.get(kWaba).parsed()["data"][0]["whatsapp_business_api_data"]["id"], "670843887433847");
  EXPECT_EQ(guest_writes(), 200);
}

TEST_F(SubscriptionsTest, AResetPutsEverySubscriptionBackAsTheOptionsSay) {
  const json own{{"override_callback_uri", of_account.url()}, {"verify_token", "a-word"}};
  EXPECT_EQ(call("POST", kWaba, own).status, 200);
  EXPECT_EQ(call("POST", "v25.0/" + kNumber, {{"webhook_configuration", own}}).status, 200);
  EXPECT_EQ(call("DELETE", kApp).status, 200);
  EXPECT_EQ(call("DELETE", kWaba).status, 200);
  EXPECT_EQ(guest_writes(), 409);

  EXPECT_EQ(bench.control("reset", json::object()).status, 200);

  EXPECT_EQ(guest_writes(), 200);
  EXPECT_EQ(of_app.posts, 1);
  EXPECT_EQ(of_account.posts, 0);
  EXPECT_EQ(bench.get(kApp).parsed()["data"][0]["callback_url"], of_app.url());
  EXPECT_EQ(bench.get(kApp).parsed()["data"][0]["fields"][0]["name"], "messages");
  EXPECT_FALSE(bench.get(kWaba).parsed()["data"][0].contains("override_callback_uri"));
  const auto shown = bench.get("v25.0/" + kNumber + "?fields=webhook_configuration").parsed();
  EXPECT_FALSE(shown["webhook_configuration"].contains("phone_number"));
}

TEST_F(SubscriptionsTest, AResetTakesBackWhatTheControlSaidOfTheWebhook) {
  EXPECT_EQ(bench.control("webhook", {{"url", of_number.url()}, {"app_secret", "another"}}).status, 200);
  EXPECT_EQ(bench.control("reset", json::object()).status, 200);
  EXPECT_EQ(guest_writes(), 200);
  EXPECT_EQ(of_number.posts, 0);
  EXPECT_EQ(of_app.posts, 1);
}

TEST_F(SubscriptionsTest, NothingIsSentToAnAppThatDoesNotWantMessages) {
  const auto subscribe = [&](const std::string& fields) {
    return call("POST", kApp,
                {{"object", "whatsapp_business_account"},
                 {"callback_url", of_app.url()},
                 {"verify_token", "a-word"},
                 {"fields", fields}})
        .status;
  };
  EXPECT_EQ(subscribe("security"), 200);
  EXPECT_EQ(guest_writes(), 409);
  EXPECT_EQ(subscribe("security,messages"), 200);
  EXPECT_EQ(guest_writes(), 200);
  EXPECT_EQ(of_app.posts, 1);
}

TEST_F(SubscriptionsTest, ACallbackMustGiveTheHandshakeBackBeforeItIsNoted) {
  const auto refused = call("POST", kWaba, {{"override_callback_uri", of_account.url()}, {"verify_token", "wrong"}});
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.error_member()["code"], 2200);
  EXPECT_FALSE(bench.get(kWaba).parsed()["data"][0].contains("override_callback_uri"));
  EXPECT_EQ(call("POST", kApp, {{"object", "whatsapp_business_account"}}).error_member()["code"], 100);
}

TEST_F(SubscriptionsTest, TheAppsCallbackAndFieldsAreNotedAndTakenAway) {
  const json wanted{{"object", "whatsapp_business_account"},
                    {"callback_url", of_account.url()},
                    {"verify_token", "a-word"},
                    {"fields", "messages,security"}};
  EXPECT_EQ(call("POST", kApp, wanted).status, 200);
  const auto noted = bench.get(kApp).parsed()["data"][0];
  EXPECT_EQ(noted["callback_url"], of_account.url());
  EXPECT_EQ(noted["fields"][1]["name"], "security");
  EXPECT_EQ(call("DELETE", kApp).status, 200);
  EXPECT_TRUE(bench.get(kApp).parsed()["data"].empty());
  EXPECT_EQ(guest_writes(), 409);
}

}  // namespace
}  // namespace agente::sim::whatsapp::testing
