#include <thread>

#include "support.hpp"

namespace agente::whatsapp {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

class Handshake : public Channel {
 protected:
  http_out get(std::string_view query) { return channel().on_http({.method = "GET", .query = query}); }
};

TEST_F(Handshake, EchoesTheBareChallengeToWhoKnowsTheToken) {
  const auto answer = get("hub.challenge=1158%3Cscript%3E+%2B&hub.verify_token=a%2Dword&hub.mode=subscribe");

  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "1158<script> +");
  ASSERT_THAT(answer.headers, SizeIs(1));
  EXPECT_EQ(answer.headers[0].value, "text/plain; charset=utf-8");
}

TEST_F(Handshake, AnythingElseIsForbiddenWithoutAWord) {
  for (const auto* query :
       {"", "hub.mode=subscribe", "hub.mode=subscribe&hub.challenge=1", "hub.mode=subscribe&hub.verify_token=a-word",
        "hub.challenge=1&hub.verify_token=a-word", "hub.mode=unsubscribe&hub.challenge=1&hub.verify_token=a-word",
        "hub.mode=subscribe&hub.challenge=1&hub.verify_token=A-word",
        "hub.mode=subscribe&hub.challenge=1&hub.verify_token=a-word2",
        "hub.mode=subscribe&hub.challenge=1&hub.verify_token=",
        "hub_mode=subscribe&hub_challenge=1&hub_verify_token=a-word", "&&=&%zz&%", "hub.mode"}) {
    const auto answer = get(query);
    EXPECT_EQ(answer.status, 403) << query;
    EXPECT_EQ(answer.body, "") << query;
  }
}

TEST_F(Handshake, WithoutAVerifyTokenNobodyIsLetIn) {
  for (const auto& change : std::vector<std::function<void()>>{[&] { fake.set_secret("/verify_token", ""); },
                                                               [&] { fake.forget_secret("/verify_token"); }}) {
    change();
    EXPECT_EQ(get("hub.mode=subscribe&hub.challenge=1&hub.verify_token=").status, 403);
  }
}

TEST_F(Channel, OtherMethodsAndPathsAreNotServed) {
  EXPECT_EQ(channel().on_http({.method = "PUT"}).status, 405);
  EXPECT_EQ(channel().on_http({.method = "POST", .path = "/messages"}).status, 404);
}

class Door : public Channel {
 protected:
  const std::string body = with_messages(text_message("wamid.1", "Hola"));

  double rejected(const std::string& reason) {
    return fake.metric("whatsapp_webhook_rejected_total", {{"reason", reason}});
  }
  double events(const std::string& kind) { return fake.metric("whatsapp_webhook_events_total", {{"kind", kind}}); }
};

TEST_F(Door, ASignedBodyIsStagedAndAnsweredWithAnEmpty200) {
  const auto answer = post(body);

  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "");
  ASSERT_THAT(fake.inbox(), SizeIs(1));
  EXPECT_EQ(fake.inbox()[0].raw, text_message("wamid.1", "Hola"));
  EXPECT_EQ(events("message"), 1);
}

TEST_F(Door, WhatIsWrittenInAGroupSaysSo) {
  post(read_file(WHATSAPP_PAYLOADS "/group_text.json"));
  post(body);

  ASSERT_THAT(fake.inbox(), SizeIs(2));
  EXPECT_TRUE(fake.inbox()[0].group);
  EXPECT_FALSE(fake.inbox()[1].group);
}

TEST_F(Door, TheSignatureCountsInAnyCase) {
  auto upper = signature(body);
  for (auto& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  const auto answer = channel().on_http({.method = "POST", .headers = {{"x-hub-SIGNATURE-256", upper}}, .body = body});

  EXPECT_EQ(answer.status, 200);
}

TEST_F(Door, TheSignatureCoversTheBytesAsTheyCame) {
  const auto written = read_file(WHATSAPP_PAYLOADS "/text_wire_escaped_unicode.json");
  ASSERT_THAT(written, HasSubstr("\\u00f1"));

  EXPECT_EQ(post(written).status, 200);
  EXPECT_EQ(post(written + "\n", signature(written)).status, 401);
}

TEST_F(Door, WithoutASignatureNothingIsStagedAndItIsCounted) {
  EXPECT_EQ(channel().on_http({.method = "POST", .body = body, .remote = "203.0.113.7"}).status, 401);
  EXPECT_EQ(post(body, "sha256=" + std::string(64, '0')).status, 401);
  EXPECT_EQ(post(body, signature(body, "other")).status, 401);
  EXPECT_EQ(channel().on_http({.method = "POST", .headers = {{"X-Hub-Signature", "sha1=00"}}, .body = body}).status,
            401);

  EXPECT_THAT(fake.inbox(), IsEmpty());
  EXPECT_EQ(rejected("missing_signature"), 2);
  EXPECT_EQ(rejected("bad_signature"), 2);
}

TEST_F(Door, TheLogSaysOnceASecondThatWebhooksAreRefused) {
  for (int i = 0; i < 5; ++i) post(body, "sha256=test");
  fake.advance(std::chrono::seconds{1});
  post(body, "sha256=test");

  const auto log = fake.log();
  ASSERT_THAT(log, SizeIs(2));
  EXPECT_THAT(log[0].text, HasSubstr("webhook"));
  EXPECT_EQ(log[0].fields.at("remote"), "203.0.113.7");
  EXPECT_EQ(log[0].fields.at("header"), "present");
  EXPECT_EQ(log[0].fields.at("length"), std::to_string(body.size()));
  EXPECT_EQ(log[1].fields.at("refused_since_last_line"), "5");
  for (const auto& line : log) EXPECT_THAT(line.text, Not(HasSubstr("error")));
}

TEST_F(Door, WhileASecretIsReplacedBothCountAndTheLogSaysWhichIsUsed) {
  fake.forget_secret("/app_secret");
  fake.set_secret("/app_secret/0", "old");
  fake.set_secret("/app_secret/1", "new");

  EXPECT_EQ(post(body, signature(body, "old")).status, 200);
  EXPECT_EQ(post(body, signature(body, "old")).status, 200);
  EXPECT_EQ(post(body, signature(body, "new")).status, 200);
  EXPECT_EQ(post(body, signature(body, "app-secret")).status, 401);

  ASSERT_THAT(fake.log(), SizeIs(3));
  EXPECT_EQ(fake.log()[0].fields.at("app_secret"), "0");
  EXPECT_EQ(fake.log()[1].fields.at("app_secret"), "1");
}

TEST_F(Door, AnUnsetOrEmptySecretRefusesEverything) {
  fake.forget_secret("/app_secret");
  EXPECT_EQ(post(body, signature(body, "")).status, 401);
  fake.set_secret("/app_secret", "");
  EXPECT_EQ(post(body, signature(body, "")).status, 401);
}

TEST_F(Door, TheTestSignatureNeedsTheSettingAndTheOperator) {
  EXPECT_EQ(post(body, "sha256=test", true).status, 401) << "not set";
}

TEST_F(Door, TheTestSignatureIsTakenFromTheOperatorOnly) {
  config = R"({"accept_test_signature":true})";

  EXPECT_EQ(post(body, "sha256=test", true).status, 200);
  EXPECT_EQ(post(body, "sha256=test", false).status, 401);
  EXPECT_EQ(post(body, "sha256=TEST", true).status, 401);
  EXPECT_EQ(post(body, "", true).status, 401);
}

TEST_F(Door, InProductionTheTestSignatureStopsTheInstance) {
  config = R"({"accept_test_signature":true})";
  fake.me.environment = "production";
  try {
    channel();
    FAIL() << "it started";
  } catch (const error& e) {
    EXPECT_EQ(e.code(), AGENTE_E_CONFIG);
    EXPECT_THAT(e.what(), HasSubstr("accept_test_signature"));
  }
}

TEST_F(Door, AForeignNumberIsAnsweredAndDropped) {
  const auto foreign =
      envelope(R"({"metadata":{"phone_number_id":"999"},"messages":[)" + text_message("f", "x") + "]}");

  EXPECT_EQ(post(foreign).status, 200);
  EXPECT_THAT(fake.inbox(), IsEmpty());
  EXPECT_EQ(events("foreign_account"), 1);
  EXPECT_EQ(events("message"), 0);
}

TEST_F(Door, AMessageWithoutMetadataGoesToTheOnlyAccount) {
  EXPECT_EQ(post(envelope(R"({"messages":[)" + text_message("test_message_id", "Hola") + "]}")).status, 200);

  ASSERT_THAT(fake.inbox(), SizeIs(1));
  EXPECT_EQ(fake.inbox()[0].account, "");
}

TEST_F(Door, SignedBytesThatAreNoJsonAreAcknowledgedAndCounted) {
  for (const auto& odd : {std::string("{"), std::string(), std::string(3U << 20U, '['), std::string(3U << 20U, '{')})
    EXPECT_EQ(post(odd).status, 200);

  EXPECT_EQ(events("unreadable"), 4);
  EXPECT_TRUE(fake.logged("webhook"));
}

TEST_F(Door, SignedBytesThatAreNoJsonAreKeptForWhoeverWantsToLook) {
  post("{not json");
  const auto kept = notes();
  ASSERT_THAT(kept, SizeIs(1));
  EXPECT_EQ(kept.begin()->first, "quarantine/2026-09-15T12:00:00.000Z-00");
  EXPECT_EQ(kept.begin()->second.value, "{not json");
  EXPECT_EQ(fake.log().back().fields.at("key"), kept.begin()->first);
}

TEST_F(Door, WhatAnotherHostHasThrownOutAlreadyIsNoTrouble) {
  static_cast<void>(channel());
  EXPECT_THROW(host{fake.raw()}.kv_erase("quarantine/gone"), error) << "as a real host answers";
  const auto keep = [this] {
    for (int i = 0; i < 50; ++i) EXPECT_EQ(post("{").status, 200);
  };
  std::vector<std::thread> hosts;
  for (int i = 0; i < 4; ++i) hosts.emplace_back(keep);
  for (auto& each : hosts) each.join();
}

TEST_F(Door, OfSignedRubbishTheLatestTwentyAreKeptAndOfEachSixtyFourKilobytes) {
  for (int i = 0; i < 25; ++i) {
    fake.advance(std::chrono::milliseconds{1});
    post("{" + std::to_string(i) + std::string(1U << 20U, ' '));
  }
  const auto kept = notes();
  ASSERT_THAT(kept, SizeIs(20));
  EXPECT_EQ(kept.begin()->second.value.substr(0, 3), "{5 ");
  for (const auto& [key, entry] : kept) EXPECT_EQ(entry.value.size(), 64U * 1024U) << key;
}

TEST_F(Door, WhenMetaLastCameIsKnownAfterAReload) {
  channel();
  const auto words = [&](int refused = 0) {
    Doorbell bell(host{fake.raw()});
    for (int i = 0; i < refused; ++i) bell.refused();
    return in_words(bell.heard(), fake.now());
  };
  EXPECT_EQ(words(), "no verified webhook has come yet");
  post(body, "sha256=00");
  EXPECT_EQ(words(), "no verified webhook has come yet");
  post(body);
  fake.advance(std::chrono::minutes{3});
  restart();
  channel();

  EXPECT_EQ(words(), "the last verified webhook came 3 minutes ago");
  EXPECT_EQ(fake.metric("whatsapp_webhook_last_timestamp_seconds"), 1'789'473'600);
  EXPECT_EQ(words(1), "the last verified webhook came 3 minutes ago, refused for their signature since then: 1");
}

TEST_F(Door, ThatMetaCameIsNotedOnceAMinute) {
  for (int i = 0; i < 10; ++i) {
    post(body);
    fake.advance(std::chrono::seconds{10});
  }
  EXPECT_EQ(fake.kv().at("webhook/last").value, std::to_string(1'789'473'600'000 + 60'000));
}

TEST_F(Door, AccountTroubleIsToldToTheOperator) {
  post(read_file(WHATSAPP_PAYLOADS "/value_errors_130429.json"));

  EXPECT_EQ(events("account_report"), 1);
  ASSERT_THAT(fake.log(), SizeIs(1));
  EXPECT_EQ(fake.log()[0].fields.at("code"), "130429");
}

TEST_F(Door, ALargeBatchArrivesWholeAndInOrder) {
  std::string messages;
  for (int i = 0; i < 1000; ++i) {
    if (i > 0) messages += ',';
    messages += text_message("id" + std::to_string(i), std::string(2500, 'x'), std::to_string(34600000000 + i));
  }

  EXPECT_EQ(post(with_messages(messages)).status, 200);
  ASSERT_THAT(fake.inbox(), SizeIs(1000));
  EXPECT_EQ(fake.inbox()[999].external_id, "id999");
}

TEST_F(Door, ManyNewGuestsInOneBodyFitIntoWhatACallMayStage) {
  std::string messages;
  for (int i = 0; i < 5'000; ++i) {
    const auto n = std::to_string(10'000'000 + i);
    messages += (i > 0 ? "," : "") + (R"({"from":"54911)" + n + R"(","from_user_id":"AR.)" + n + R"(","id":")" + n) +
                R"(","type":"text","text":{"body":"x"}})";
  }

  EXPECT_EQ(post(with_messages(messages)).status, 200);
  EXPECT_THAT(fake.inbox(), SizeIs(5'000));
  EXPECT_THAT(notes(), SizeIs(3'000));
}

TEST_F(Door, MoreEventsThanACallMayStageAreRefusedAsAWhole) {
  std::string messages = text_message("first", "x");
  for (int i = 0; i < 6'000; ++i) messages += R"(,{"from":"1","id":")" + std::to_string(i) + "\"}";

  EXPECT_EQ(post(with_messages(messages)).status, 413);
  for (const auto& [field, one] :
       {std::pair{"user_id_update", R"({"user_id":{"previous":"ES.1","current":"ES.2"}})"},
        std::pair{"user_preferences", R"({"wa_id":"34600111222","category":"marketing_messages","value":"stop"})"}}) {
    std::string all = one;
    for (int i = 0; i < 6'000; ++i) all += std::string{","} + one;
    const auto name = std::string{"\""} + field + "\"";
    EXPECT_EQ(post(R"({"object":"whatsapp_business_account","entry":[{"changes":[{"field":)" + name +
                   R"(,"value":{"metadata":{"phone_number_id":"106540352242922"},)" + name + ":[" + all + "]}}]}]}")
                  .status,
              413)
        << field;
  }
  EXPECT_THAT(fake.inbox(), IsEmpty());
}

TEST_F(Door, ReceiptsCarryWhatMetaSays) {
  post(read_file(WHATSAPP_PAYLOADS "/status_failed_131026.json"));

  ASSERT_THAT(fake.receipts(), SizeIs(1));
  const auto receipt = fake.receipts()[0];
  EXPECT_EQ(receipt.state, receipt_state::failed);
  EXPECT_EQ(receipt.code, "131026");
  EXPECT_THAT(receipt.reason, StartsWith("Message undeliverable: the guest has no WhatsApp"));
  EXPECT_EQ(receipt.account, kAccount);
  EXPECT_EQ(receipt.provider_time, time_point{std::chrono::seconds{1'763'200'097}});
}

}  // namespace
}  // namespace agente::whatsapp
