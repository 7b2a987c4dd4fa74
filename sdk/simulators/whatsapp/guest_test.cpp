#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "simulators/whatsapp/testing.hpp"

namespace agente::sim::whatsapp::testing {
namespace {

std::vector<std::string> states(const std::vector<json>& statuses) {
  std::vector<std::string> names;
  for (const auto& status : statuses) names.push_back(status["status"].get<std::string>());
  return names;
}

using Names = std::vector<std::string>;

TEST(Guest, WritesExactlyTheBytesMetaWouldAndSignsThem) {
  Webhook hook;
  const Bench bench(hook.options());
  const auto answer = bench.control("guest", {{"from", "+34600111222"},
                                              {"name", "Zoë 🧳"},
                                              {"id", "wamid.A/B"},
                                              {"timestamp", 1763200130},
                                              {"text", "mañana 😊 \"a/b\"\n@%<é"}});

  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.parsed()["status"], 200);
  EXPECT_EQ(answer.parsed()["id"], "wamid.A/B");
  const auto post = hook.wait_for(1).at(0);
  EXPECT_EQ(
      post.body,
      R"({"object":"whatsapp_business_account","entry":[{"id":"102290129340398","changes":[{"value":)"
      R"({"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550783881",)"
      R"("phone_number_id":"106540352242922"},"contacts":[{"profile":{"name":"Zo\u00eb \ud83e\uddf3"},)"
      R"("wa_id":"34600111222"}],"messages":[{"from":"34600111222","id":"wamid.A\/B","timestamp":"1763200130",)"
      R"("type":"text","text":{"body":"ma\u00f1ana \ud83d\ude0a \"a\/b\"\n@%<\u00e9"}}]},"field":"messages"}]}]})");
  EXPECT_EQ(post.method, "POST");
  EXPECT_EQ(post.path, "/hook");
  EXPECT_EQ(post.header("content-type"), "application/json");
  EXPECT_EQ(post.header("x-hub-signature-256"), "sha256=" + openssl_hmac(kSecret, post.body));
  EXPECT_EQ(post.header("x-hub-signature"), "sha1=" + openssl_hmac(kSecret, post.body, "SHA1"));
}

TEST(Guest, IsSignedWithASecretOfAnyLength) {
  Webhook hook;
  for (const std::size_t length : {1U, 63U, 64U, 65U, 200U}) {
    auto options = hook.options();
    options.app_secret = std::string(length, 'k');
    const Bench bench(options);
    bench.control("guest", {{"from", kGuest}, {"text", "Hola"}});
    const auto post = hook.wait_for(1).back();
    EXPECT_EQ(post.header("x-hub-signature-256"), "sha256=" + openssl_hmac(options.app_secret, post.body)) << length;
  }
}

TEST(Guest, MayWriteUnderAUserIdWithoutATelephone) {
  Webhook hook;
  const Bench bench(hook.options());
  bench.control("guest", {{"user_id", "NL.88120045671234"}, {"text", "Hi"}});
  const auto value = json::parse(hook.wait_for(1)[0].body)["entry"][0]["changes"][0]["value"];
  EXPECT_EQ(value["messages"][0]["from_user_id"], "NL.88120045671234");
  EXPECT_FALSE(value["messages"][0].contains("from"));
  EXPECT_FALSE(value["contacts"][0].contains("wa_id"));
}

TEST(Guest, SeveralMessagesCanComeInOneWebhook) {
  Webhook hook;
  const Bench bench(hook.options());
  const auto same = bench.control("guest", {{"from", kGuest}, {"text", "Hola"}, {"batch", 3}}).parsed();
  const auto mixed = bench
                         .control("guest", {{"from", kGuest},
                                            {"batch", {{{"text", "uno"}}, {{"text", "dos"}, {"from", "34600111333"}}}}})
                         .parsed();

  const auto posts = hook.wait_for(2);
  ASSERT_EQ(posts.size(), 2U);
  const auto value = [&](std::size_t i) { return json::parse(posts[i].body)["entry"][0]["changes"][0]["value"]; };
  EXPECT_EQ(value(0)["messages"].size(), 3U);
  EXPECT_EQ(value(0)["contacts"].size(), 1U);
  std::set<std::string> ids;
  const auto copies = value(0)["messages"];
  for (const auto& message : copies) ids.insert(message["id"].get<std::string>());
  EXPECT_EQ(ids.size(), 3U);
  EXPECT_EQ(same["ids"].size(), 3U);
  EXPECT_EQ(value(1)["contacts"].size(), 2U);
  EXPECT_EQ(value(1)["messages"][1]["text"]["body"], "dos");
  EXPECT_EQ(mixed["ids"][1], value(1)["messages"][1]["id"]);
}

TEST(Guest, AnyBodyCanBePostedAsMetaWouldWriteIt) {
  Webhook hook;
  const Bench bench(hook.options());
  const auto url = bench.simulator.url() + "__sim/guest";
  EXPECT_EQ(http("POST", url, R"({"raw": {"object": "páge", "entry": null}})").parsed()["status"], 200);
  const auto post = hook.wait_for(1)[0];
  EXPECT_EQ(post.body, R"({"object":"p\u00e1ge","entry":null})");
  EXPECT_EQ(post.header("x-hub-signature-256"), "sha256=" + openssl_hmac(kSecret, post.body));
}

TEST(Guest, IsTriedAgainWithTheSameBytesUntilTheWebhookSays200) {
  Webhook hook;
  const Bench bench(hook.options());
  hook.refuse(3, 503);
  const auto first = bench.control("guest", {{"from", kGuest}, {"text", "Hola"}}).parsed();

  EXPECT_EQ(first["status"], 503);
  const auto posts = hook.wait_for(4);
  for (const auto& post : posts) EXPECT_EQ(post.body, posts[0].body);
  bench.control("guest", {{"from", kGuest}, {"text", "a later one"}});
  EXPECT_EQ(hook.wait_for(5).size(), 5U) << "nothing more after the 200";
}

TEST(Guest, HearsAboutAWebhookThatIsNotThere) {
  auto options = Webhook().options();
  const Bench bench(options);
  const auto answer = bench.control("guest", {{"from", kGuest}, {"text", "Hola"}, {"retry", false}}).parsed();
  EXPECT_EQ(answer["status"], 0);
  EXPECT_NE(answer["error"].get<std::string>().find("refused"), std::string::npos) << answer;
  EXPECT_EQ(bench.log()["webhooks"].size(), 1U);
}

TEST(Guest, OnlyItsMessagesCanBeMarkedAsRead) {
  Webhook hook;
  const Bench bench(hook.options());
  const auto id = bench.control("guest", {{"from", kGuest}, {"text", "Hola"}}).parsed()["id"].get<std::string>();
  const auto answer = bench.post(json{
      {"messaging_product", "whatsapp"},
      {"status", "read"},
      {"message_id", id},
      {"typing_indicator",
       {{"type", "text"}}}}.dump());
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, R"({"success":true})");
  EXPECT_EQ(bench.last_request()["message_id"], id);
  EXPECT_EQ(bench.last_request()["typing"], true);
}

TEST(Guest, RefusesWhatIsNoGuest) {
  Webhook hook;
  const Bench bench(hook.options());
  for (const auto* bad : {R"({"text":"x"})", R"({"from":"Ana","text":"x"})", R"({"from":"34600111222"})",
                          R"({"from":"34600111222","text":7})", R"({"from":"34600111222","text":"x","batch":0})",
                          R"({"from":"34600111222","text":"x","batch":1001})", "[]"}) {
    EXPECT_EQ(http("POST", bench.simulator.url() + "__sim/guest", bad).status, 400) << bad;
  }
}

TEST(Statuses, FollowInOrderWithTheSendersKey) {
  Webhook hook;
  const Bench bench(hook.options());
  const auto sent = bench.post(message({{"biz_opaque_callback_data", "out-9"}}).dump()).parsed();

  const auto statuses = hook.wait_for_statuses(3);
  EXPECT_EQ(states(statuses), (Names{"sent", "delivered", "read"}));
  for (const auto& status : statuses) {
    EXPECT_EQ(status["id"], sent["messages"][0]["id"]);
    EXPECT_EQ(status["biz_opaque_callback_data"], "out-9");
    EXPECT_EQ(status["recipient_id"], kGuest);
    EXPECT_TRUE(status["timestamp"].is_string());
  }
  EXPECT_EQ(statuses[0]["pricing"]["pricing_model"], "PMP");
  EXPECT_FALSE(statuses[2].contains("pricing"));
  for (const auto& post : hook.wait_for(3)) {
    EXPECT_EQ(post.header("x-hub-signature-256"), "sha256=" + openssl_hmac(kSecret, post.body));
  }
}

TEST(Statuses, CanFailBeDroppedDoubledReversedAndSkipped) {
  struct {
    const char* fault;
    Names expected;
  } const cases[] = {{"status_failed", {"failed"}},
                     {"status_duplicate", {"sent", "sent", "delivered", "delivered", "read", "read"}},
                     {"status_reversed", {"read", "delivered", "sent"}},
                     {"status_no_delivered", {"sent", "read"}}};
  for (const auto& wanted : cases) {
    Webhook hook;
    const Bench bench(hook.options());
    bench.arm({{"name", wanted.fault}, {"next", 1}});
    EXPECT_EQ(bench.send("Hola").status, 200);
    const auto statuses = hook.wait_for_statuses(wanted.expected.size());
    EXPECT_EQ(states(statuses), wanted.expected);
    if (statuses[0].contains("errors")) {
      EXPECT_EQ(statuses[0]["errors"][0]["code"], 131026);
    }
  }
  Webhook hook;
  const Bench bench(hook.options());
  bench.arm({{"name", "status_drop"}, {"next", 1}});
  bench.send("dropped");
  const auto second = bench.send("told").parsed()["messages"][0]["id"];
  for (const auto& status : hook.wait_for_statuses(3)) EXPECT_EQ(status["id"], second);
}

TEST(Statuses, OfAVoiceNoteEndWithPlayed) {
  Webhook hook;
  const Bench bench(hook.options());
  const auto audio = [&](bool voice) {
    return message({{"type", "audio"},
                    {"text", nullptr},
                    {"audio", {{"link", "https://hotel.example/a.ogg"}, {"voice", voice}}}})
        .dump();
  };
  EXPECT_EQ(bench.post(audio(true)).status, 200);
  EXPECT_EQ(states(hook.wait_for_statuses(4)), (Names{"sent", "delivered", "read", "played"}));
  bench.post(audio(false));
  bench.send("Hola");
  const auto later = states(hook.wait_for_statuses(4 + 6));
  EXPECT_EQ(std::count(later.begin(), later.end(), "played"), 1) << "neither an audio file nor a text is played";
}

TEST(Statuses, CanOvertakeTheAnswerOfTheSend) {
  Webhook hook;
  auto options = hook.options();
  options.status_delay = std::chrono::hours(1);
  const Bench bench(options);
  bench.arm({{"name", "status_early"}, {"next", 1}});
  EXPECT_EQ(bench.send("Hola").status, 200);
  EXPECT_EQ(states(hook.wait_for_statuses(1)), Names{"sent"}) << "it came before the answer did";
}

TEST(Statuses, TellOfAMessageWhoseSenderHeardNothing) {
  Webhook hook;
  const Bench bench(hook.options());
  bench.arm({{"name", "reset_after"}, {"next", 1}});
  EXPECT_EQ(bench.post(message({{"biz_opaque_callback_data", "out-7"}}).dump()).status, 0);
  EXPECT_EQ(hook.wait_for_statuses(3)[0]["biz_opaque_callback_data"], "out-7");
}

TEST(Signatures, CanBeWrongMissingOrOfTheOldKind) {
  Webhook hook;
  const Bench bench(hook.options());
  for (const auto* fault : {"webhook_bad_signature", "webhook_no_signature", "webhook_sha1_only"}) {
    bench.arm({{"name", fault}, {"next", 1}});
    bench.control("guest", {{"from", kGuest}, {"text", "Hola"}});
  }
  const auto posts = hook.wait_for(3);
  EXPECT_EQ(posts[0].header("x-hub-signature-256").size(), 71U);
  EXPECT_NE(posts[0].header("x-hub-signature-256"), "sha256=" + openssl_hmac(kSecret, posts[0].body));
  EXPECT_EQ(posts[1].header("x-hub-signature-256") + posts[1].header("x-hub-signature"), "");
  EXPECT_EQ(posts[2].header("x-hub-signature-256"), "");
  EXPECT_EQ(posts[2].header("x-hub-signature"), "sha1=" + openssl_hmac(kSecret, posts[2].body, "SHA1"));
}

TEST(Webhook, CanBeNamedWhileTheSimulatorRuns) {
  testing::Webhook hook;
  const Bench bench;
  EXPECT_EQ(bench.control("webhook", {{"url", hook.url()}, {"app_secret", "other"}}).status, 200);
  bench.control("guest", {{"from", kGuest}, {"text", "Hola"}, {"phone_number_id", "123456123"}});
  const auto post = hook.wait_for(1)[0];
  EXPECT_EQ(post.header("x-hub-signature-256"), "sha256=" + openssl_hmac("other", post.body));
  EXPECT_NE(post.body.find("123456123"), std::string::npos);
}

}  // namespace
}  // namespace agente::sim::whatsapp::testing
