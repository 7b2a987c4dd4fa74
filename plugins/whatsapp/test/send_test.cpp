#include <regex>

#include <nlohmann/json.hpp>

#include "support.hpp"

namespace agente::whatsapp {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

constexpr std::string_view kTaken = R"({"messaging_product":"whatsapp","messages":[{"id":"wamid.X"}]})";

class Send : public Channel {
 protected:
  outbound message{.key = "out-1", .account = kAccount, .recipient = "34600111222", .text = "Hola"};

  /// What a send that must fail reports.
  error failure() {
    try {
      channel().send(message);
    } catch (const error& e) {
      return e;
    }
    return error(AGENTE_E_INTERNAL, "it went through");
  }
  error failure(http_response answer) {
    fake.answer("POST", kMessagesUrl, std::move(answer));
    return failure();
  }
  error refused(int status, int code, const std::string& more = "", std::uint32_t attempt = 1) {
    fake.advance(milliseconds{6'000});  // no limit of ours is in the way
    message.attempt = attempt;
    return failure({.status = status,
                    .body = R"({"error":{"message":"What went wrong","code":)" + std::to_string(code) + more +
                            R"(,"fbtrace_id":"AbC"}})"});
  }
};

TEST_F(Send, PostsTheTextWithTheTokenAndReturnsMetasId) {
  fake.answer("POST", kMessagesUrl, {.status = 200, .body = std::string{kTaken}});
  message.reply_to = "wamid.GUEST";
  message.text = "Habitación \"doble\"\n\tsí 😊 \\ \x01";

  EXPECT_EQ(channel().send(message), "wamid.X");

  ASSERT_THAT(fake.requests(), SizeIs(1));
  const auto request = fake.requests()[0];
  EXPECT_EQ(request.headers.at(0).value, "Bearer EAAG-token");
  EXPECT_EQ(json::parse(request.body), (json{{"messaging_product", "whatsapp"},
                                             {"recipient_type", "individual"},
                                             {"to", "34600111222"},
                                             {"type", "text"},
                                             {"text", {{"body", message.text}, {"preview_url", false}}},
                                             {"context", {{"message_id", "wamid.GUEST"}}},
                                             {"biz_opaque_callback_data", "out-1"}}));
}

TEST_F(Send, AnotherVersionThanTheOneAskedForIsToldOnceADay) {
  const auto take = [&](const std::string& version) {
    fake.advance(std::chrono::seconds{6});
    fake.answer("POST", kMessagesUrl,
                {.status = 200, .headers = {{"Facebook-API-Version", version}}, .body = std::string{kTaken}});
    channel().send(message);
  };
  take("v25.0");
  EXPECT_TRUE(fake.log().empty());
  for (int i = 0; i < 3; ++i) take("v26.0");
  ASSERT_THAT(fake.log(), SizeIs(1));
  EXPECT_EQ(fake.log()[0].fields.at("served"), "v26.0");
  fake.advance(std::chrono::hours{24});
  take("v26.0");
  EXPECT_THAT(fake.log(), SizeIs(2));
}

TEST_F(Send, ReadsTheTokenAtEachUseAndWithoutItsNewline) {
  for (int i = 0; i < 2; ++i) fake.answer("POST", kMessagesUrl, {.status = 200, .body = std::string{kTaken}});
  channel().send(message);
  fake.set_secret("/access_token", "EAAG-new\n");
  channel().send(message);

  EXPECT_EQ(fake.requests().at(1).headers.at(0).value, "Bearer EAAG-new");
}

TEST_F(Send, ATokenThatCanBeNoneParksTheAccountAndNothingIsInDoubt) {
  for (const auto& [token, why] :
       {std::pair{"EAAG-token\nEAAG-old\n", "more than one line"}, std::pair{"EAAG token", "a blank"},
        std::pair{"EAAG\x01token", "a character that no token has"}, std::pair{"EAAG-tok\xc3\xa9n", "no token has"}}) {
    fake.set_secret("/access_token", token);
    const auto refused = failure();
    EXPECT_EQ(refused.code(), AGENTE_E_AUTH) << why;
    EXPECT_THAT(refused.what(), HasSubstr(why));
    EXPECT_THAT(refused.what(), Not(HasSubstr("EAAG")));
    const auto first = channel().self_test().front();
    EXPECT_FALSE(first.ok);
    EXPECT_THAT(first.cause, HasSubstr(why));
  }
  EXPECT_TRUE(fake.requests().empty());
}

TEST_F(Send, AGraphUrlThatNobodyCanCallIsRefusedAsConfig) {
  const std::regex pattern(json::parse(WhatsApp::schema)["properties"]["graph_url"]["pattern"].get<std::string>());
  const auto is_taken = [&](const std::string& url) { return std::regex_search(url, pattern); };
  for (const auto* good : {"https://graph.facebook.com", "http://127.0.0.1:8081", "http://[::1]:8081/", "http://[::1]",
                           "https://partner.example/waba/", "http://graph:65535"})
    EXPECT_TRUE(is_taken(good)) << good;
  for (const auto* bad :
       {"graph.facebook.com", "https://", "https://graph .facebook.com", "https://a@graph.facebook.com",
        "https://graph.facebook.com?x=y", "https://graph.facebook.com/a b", "https://graph:0", "https://graph:65536",
        "https://graph:", "https://[::1]:70000", "https://gr\u00e1fico"})
    EXPECT_FALSE(is_taken(bad)) << bad;
}

TEST_F(Send, AGuestWithoutATelephoneNumberIsAddressedByUserId) {
  fake.answer("POST", kMessagesUrl, {.status = 200, .body = std::string{kTaken}});
  message.recipient = "NL.88120045671234";
  channel().send(message);

  const auto body = json::parse(fake.requests().at(0).body);
  EXPECT_EQ(body.at("recipient"), "NL.88120045671234");
  EXPECT_FALSE(body.contains("to"));
}

TEST_F(Send, WritesTelephoneNumbersAsDigits) {
  fake.answer("POST", kMessagesUrl, {.status = 200, .body = std::string{kTaken}});
  message.recipient = "+34 600-111-222";
  channel().send(message);

  EXPECT_EQ(json::parse(fake.requests().at(0).body).at("to"), "34600111222");
}

TEST_F(Send, WhatWhatsAppDoesNotCarryIsInvalidBeforeAnythingIsSent) {
  const auto code_of = [&](outbound wrong) {
    message = wrong;
    return failure().code();
  };
  std::string fits;
  for (int i = 0; i < 4096; ++i) fits += "ñ";
  const auto long_text = fits + "x";

  EXPECT_EQ(code_of({.account = kAccount, .recipient = "34600", .text = ""}), AGENTE_E_INVALID);
  EXPECT_EQ(code_of({.account = kAccount, .recipient = "34600", .text = long_text}), AGENTE_E_INVALID);
  EXPECT_EQ(code_of({.account = kAccount, .recipient = "ana@example.com", .text = "x"}), AGENTE_E_INVALID);
  EXPECT_EQ(code_of({.account = "../me", .recipient = "34600", .text = "x"}), AGENTE_E_INVALID);
  EXPECT_EQ(code_of({.account = "", .recipient = "34600", .text = "x"}), AGENTE_E_INVALID);
  EXPECT_TRUE(fake.requests().empty());

  fake.answer("POST", kMessagesUrl, {.status = 200, .body = std::string{kTaken}});
  message = {.account = kAccount, .recipient = "34600", .text = fits};
  EXPECT_EQ(channel().send(message), "wamid.X");
}

TEST_F(Send, TheStatusOfTheAnswerDecidesOnlyWhereTheCodeIsUnknown) {
  EXPECT_EQ(refused(429, 131026).code(), AGENTE_E_INVALID);
  EXPECT_EQ(refused(500, 131026).code(), AGENTE_E_INVALID);
  EXPECT_EQ(refused(500, 999999).code(), AGENTE_E_RETRY);
  EXPECT_EQ(refused(401, 999999).code(), AGENTE_E_AUTH);
  EXPECT_EQ(refused(400, 999999, R"(,"is_transient":true)").code(), AGENTE_E_RETRY);
  EXPECT_EQ(refused(400, 100, R"(,"error_subcode":33)").code(), AGENTE_E_AUTH);
}

TEST_F(Send, SomeRefusalsAreTriedOnceOrTwiceMore) {
  EXPECT_EQ(refused(400, 1, "", 2).code(), AGENTE_E_RETRY);
  EXPECT_EQ(refused(400, 1, "", 3).code(), AGENTE_E_INVALID);
  EXPECT_EQ(refused(400, 135000, "", 2).code(), AGENTE_E_INVALID);
}

TEST_F(Send, APermanentRefusalNamesCodeTitleAndDetails) {
  const auto said =
      failure({.status = 400,
               .body = R"({"error":{"message":"(#131026) Message undeliverable","type":"OAuthException","code":131026,
                  "error_data":{"details":"Recipient has no WhatsApp"},"fbtrace_id":"AI5Ob2z72R0"}})"});

  EXPECT_THAT(said.what(), HasSubstr("131026 Message undeliverable: Recipient has no WhatsApp: "));
  EXPECT_THAT(said.what(), HasSubstr("reach him another way"));
  ASSERT_THAT(fake.log(), SizeIs(1));
  EXPECT_EQ(fake.log()[0].fields.at("fbtrace_id"), "AI5Ob2z72R0");
  EXPECT_EQ(fake.log()[0].fields.at("code"), "131026");
}

TEST_F(Send, NothingMetaSaysAboutATokenIsRepeated) {
  const auto said =
      failure({.status = 401,
               .body = R"({"error":{"message":"Malformed access token EAAG-token","code":190,"error_subcode":463}})"});

  EXPECT_EQ(said.code(), AGENTE_E_AUTH);
  EXPECT_THAT(said.what(), Not(HasSubstr("EAAG")));
  EXPECT_THAT(said.what(), HasSubstr("expired"));
  for (const auto& line : fake.log())
    for (const auto& [key, value] : line.fields) EXPECT_THAT(value, Not(HasSubstr("EAAG")));
}

TEST_F(Send, WaitsAsLongAsRetryAfterSaysInSecondsOrAsADate) {
  config = R"({"graph_url":"http://graph","messages_per_second":0})";
  const std::string rate = R"({"error":{"code":130429,"message":"(#130429) Rate limit hit"}})";
  const auto asked = [&](const std::string& value) {
    restart();  // the pause that the last one made is forgotten
    return failure({.status = 429, .headers = {{"Retry-After", value}}, .body = rate}).retry_after();
  };

  EXPECT_EQ(asked("7"), milliseconds{7'000});
  EXPECT_EQ(asked("Tue, 15 Sep 2026 12:00:30 GMT"), milliseconds{30'000});
  EXPECT_EQ(asked("Tue, 15 Sep 2026 11:59:30 GMT"), milliseconds{0});
  EXPECT_EQ(asked("soon"), milliseconds{0});
  EXPECT_EQ(asked("-1"), milliseconds{0});
  EXPECT_EQ(asked("99999999999999999999"), milliseconds{0});
}

TEST_F(Send, HeedsTheMinutesOfMetasUsageHeader) {
  const auto said =
      failure({.status = 400,
               .headers = {{"X-Business-Use-Case-Usage",
                            R"({"102290129340398":[{"type":"whatsapp","estimated_time_to_regain_access":3}]})"}},
               .body = R"({"error":{"code":80007,"message":"limit"}})"});

  EXPECT_EQ(said.retry_after(), std::chrono::minutes{3});
}

TEST_F(Send, APairLimitWaitsFourTimesLongerAtEachAttempt) {
  EXPECT_EQ(refused(400, 131056, "", 1).retry_after(), milliseconds{1'000});
  EXPECT_EQ(refused(400, 131056, "", 2).retry_after(), milliseconds{4'000});
  EXPECT_EQ(refused(400, 131056, "", 4).retry_after(), milliseconds{64'000});
  EXPECT_EQ(refused(400, 131056, "", 4'000'000'000).retry_after(), milliseconds{256'000});
}

TEST_F(Send, AnAnswerThatIsNotGraphsIsAnOutage) {
  EXPECT_EQ(failure({.status = 502, .body = "<html>Bad gateway</html>"}).code(), AGENTE_E_RETRY);
  EXPECT_EQ(failure({.status = 500, .body = ""}).code(), AGENTE_E_RETRY);
  EXPECT_EQ(failure({.status = 503, .body = R"({"error":)"}).code(), AGENTE_E_RETRY);
  EXPECT_EQ(failure({.status = 400, .body = R"({"error":null})"}).code(), AGENTE_E_RETRY);
  const auto limited = failure({.status = 429, .headers = {{"retry-after", "2"}}, .body = "slow down"});
  EXPECT_EQ(limited.code(), AGENTE_E_RATE);
  EXPECT_EQ(limited.retry_after(), milliseconds{2'000});
}

TEST_F(Send, ASuccessThatNamesNoMessageMayHaveHappened) {
  for (const auto* body : {"", "{", "<html>", "{}", R"({"messages":[]})", R"({"messages":[{"id":null}]})", "[1]"})
    EXPECT_EQ(failure({.status = 200, .body = body}).code(), AGENTE_E_UNKNOWN_OUTCOME) << body;
}

TEST_F(Send, WhatTheHostSaysAboutTheConnectionIsPassedOn) {
  for (const auto code : {AGENTE_E_RETRY, AGENTE_E_TIMEOUT, AGENTE_E_UNKNOWN_OUTCOME, AGENTE_E_CONFIG}) {
    fake.fail("POST", kMessagesUrl, code);
    EXPECT_EQ(failure().code(), code);
  }
}

TEST_F(Send, AnAnswerTooLargeToReadMayHaveBeenAYes) {
  fake.fail("POST", kMessagesUrl, AGENTE_E_INVALID, "larger than allowed");
  EXPECT_EQ(failure().code(), AGENTE_E_UNKNOWN_OUTCOME);
}

}  // namespace
}  // namespace agente::whatsapp
