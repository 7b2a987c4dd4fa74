#include <limits>

#include <gtest/gtest.h>

#include "simulators/whatsapp/testing.hpp"

namespace agente::sim::whatsapp::testing {
namespace {

struct ErrorCase {
  json rule;
  int status;
  int code;
};

TEST(Fault, OfEachKindOfErrorIsAnsweredAndTheMessageIsNotAccepted) {
  const Bench bench;
  const std::vector<ErrorCase> cases{
      {{{"name", "token_expired"}, {"next", 1}}, 401, 190},
      {{{"name", "token_no_scope"}, {"next", 1}}, 403, 10},
      {{{"name", "error_500"}, {"next", 1}}, 500, 131000},
      {{{"name", "rate_429"}, {"next", 1}}, 429, 130429},
      {{{"name", "undeliverable"}, {"next", 1}}, 400, 131026},
      {{{"name", "code"}, {"code", 131016}, {"next", 1}}, 503, 131016},
      {{{"name", "code"}, {"code", 130429}, {"status", 429}, {"next", 1}}, 429, 130429},
      {{{"name", "code_368"}, {"next", 1}}, 403, 368},
  };
  for (const auto& wanted : cases) {
    SCOPED_TRACE(wanted.rule.dump());
    bench.arm(wanted.rule);
    const auto answer = bench.send("Hola");
    EXPECT_EQ(answer.status, wanted.status);
    EXPECT_EQ(answer.error_member()["code"], wanted.code);
    EXPECT_EQ(bench.last_request()["accepted"], false);
    EXPECT_EQ(bench.send("Hola").status, 200) << "next 1 must strike once";
  }
}

TEST(Fault, EveryCodeOfMetasListHasItsWords) {
  const Bench bench;
  for (const int code : {1,      2,      3,      4,      80007,  131000, 131005, 131008, 131031, 131042, 131045,
                         131047, 131048, 131057, 132000, 132001, 132015, 133004, 133010, 135000, 137000}) {
    bench.arm({{"name", "code"}, {"code", code}, {"next", 1}});
    const auto answer = bench.send("Hola");
    EXPECT_GE(answer.status, 400) << code;
    EXPECT_EQ(answer.error_member()["code"], code);
    EXPECT_EQ(answer.body.find("unknown error"), std::string::npos) << code;
  }
}

TEST(Fault, ExpiredTokenSaysSoBySubcode) {
  const Bench bench;
  bench.arm({{"name", "token_expired"}, {"next", 1}});
  const auto error = bench.send("Hola").error_member();
  EXPECT_EQ(error["error_subcode"], 463);
  EXPECT_EQ(error["message"].get<std::string>().find("Error validating access token: Session has expired on "), 0U);
}

TEST(Fault, RetryAfterComesInSecondsOrAsADate) {
  const Bench bench({}, [] { return std::chrono::system_clock::from_time_t(1'700'000'000); });
  bench.arm({{"name", "rate_429"}, {"next", 1}, {"retry_after", 7}});
  EXPECT_EQ(bench.send("Hola").headers.at("Retry-After"), "7");
  bench.arm({{"name", "rate_429"}, {"next", 1}, {"retry_after", 20}, {"retry_after_as_date", true}});
  EXPECT_EQ(bench.send("Hola").headers.at("Retry-After"), "Tue, 14 Nov 2023 22:13:40 GMT");
}

TEST(Fault, ServerErrorCanBeAPageInsteadOfJson) {
  const Bench bench;
  bench.arm({{"name", "error_500_html"}, {"next", 1}});
  const auto answer = bench.send("Hola");
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.headers.at("Content-Type"), "text/html; charset=utf-8");
  EXPECT_FALSE(json::accept(answer.body));
}

TEST(Fault, ResetCutsTheConnectionBeforeOrAfterTheMessageIsAccepted) {
  const Bench bench;
  for (const bool accepted : {false, true}) {
    bench.arm({{"name", accepted ? "reset_after" : "reset_before"}, {"next", 1}});
    const auto answer = bench.send("Hola");
    EXPECT_EQ(answer.status, 0);
    EXPECT_NE(answer.error.find("reset"), std::string::npos) << answer.error;
    EXPECT_EQ(bench.last_request()["accepted"], accepted);
    EXPECT_EQ(bench.last_request()["status"], 0);
  }
}

TEST(Fault, TimeoutKeepsSilentPastTheClientsPatienceBeforeOrAfterTheMessageIsAccepted) {
  const Bench bench;
  for (const bool accepted : {false, true}) {
    bench.arm({{"name", accepted ? "timeout_after" : "timeout_before"}, {"next", 1}});
    const auto answer = bench.send("Hola", kGuest, 100);
    EXPECT_EQ(answer.status, 0);
    EXPECT_NE(answer.error.find("Timeout"), std::string::npos) << answer.error;
    EXPECT_EQ(bench.last_request()["accepted"], accepted);
    EXPECT_EQ(bench.last_request().contains("wamid"), accepted);
  }
}

TEST(Fault, HoldEndsWithAClosedConnectionForAPatientClient) {
  const Bench bench;
  bench.arm({{"name", "timeout_after"}, {"next", 1}, {"hold_ms", 30}});
  const auto answer = bench.send("Hola");
  EXPECT_EQ(answer.status, 0);
  EXPECT_EQ(answer.error.find("Timeout"), std::string::npos) << answer.error;
}

TEST(Fault, AnswerOfAnAcceptedMessageCanBeBroken) {
  const Bench bench;
  bench.arm({{"name", "truncated_json"}, {"next", 1}});
  const auto cut = bench.send("Hola");
  EXPECT_EQ(cut.status, 200);
  EXPECT_FALSE(cut.body.empty());
  EXPECT_FALSE(json::accept(cut.body));
  bench.arm({{"name", "empty_body"}, {"next", 1}});
  const auto empty = bench.send("Hola");
  EXPECT_EQ(empty.status, 200);
  EXPECT_EQ(empty.body, "");
  bench.arm({{"name", "no_messages_member"}, {"next", 1}});
  EXPECT_FALSE(bench.send("Hola").parsed().contains("messages"));
  bench.arm({{"name", "slow_trickle"}, {"next", 1}, {"hold_ms", 1}});
  EXPECT_TRUE(bench.send("Hola").parsed().contains("messages"));
  const auto log = bench.log();
  for (const auto& request : log["requests"]) EXPECT_EQ(request["accepted"], true);
}

TEST(Fault, DoesNotMakeABadBodyGood) {
  const Bench bench;
  bench.arm({{"name", "timeout_after"}, {"rate", 1}});
  EXPECT_EQ(bench.post("{}").status, 400);
}

TEST(Fault, HeldConnectionsDoNotKeepTheSimulatorFromStopping) {
  const auto began = std::chrono::steady_clock::now();
  HttpAnswer answer;
  std::jthread client;
  {
    const Bench bench;
    bench.arm({{"name", "timeout_before"}, {"next", 1}});
    client = std::jthread([&answer, url = bench.messages_url()] {
      answer = http("POST", url, message().dump(),
                    {{"Authorization", "Bearer demo-token"}, {"Content-Type", "application/json"}}, 30'000);
    });
    while (bench.log()["requests"].empty()) std::this_thread::yield();
  }
  client.join();
  EXPECT_EQ(answer.status, 0);
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(20));
}

json template_message() {
  const json parameters = json::array({{{"type", "text"}, {"text", "Su taxi ha llegado."}}});
  const json form{{"name", "hotel_message"},
                  {"language", {{"code", "es"}}},
                  {"components", json::array({{{"type", "body"}, {"parameters", parameters}}})}};
  return message({{"type", "template"}, {"text", nullptr}, {"template", form}});
}

TEST(Fault, HoldsATemplateThatWasAcceptedUntilMetaKnowsHowGuestsLikeIt) {
  Webhook hook;
  const Bench bench(hook.options());
  for (const auto& [name, status] :
       {std::pair{"template_held", "held_for_quality_assessment"}, std::pair{"template_paused", "paused"}}) {
    bench.arm({{"name", name}, {"next", 1}});
    EXPECT_FALSE(bench.send("Hola").parsed()["messages"][0].contains("message_status")) << "no template";
    EXPECT_EQ(bench.post(template_message().dump()).parsed()["messages"][0]["message_status"], status);
    EXPECT_EQ(bench.last_request()["fault"], name);
    EXPECT_EQ(bench.last_request()["accepted"], true);
  }
  EXPECT_EQ(bench.post(template_message().dump()).parsed()["messages"][0]["message_status"], "accepted");
  EXPECT_EQ(hook.wait_for_statuses(15).size(), 15U);
}

TEST(Token, ThatHasAnEndSaysWhenAndIsRefusedFromThenOn) {
  Options options;
  options.token_life = std::chrono::hours(24);
  options.app_secret = kSecret;
  const Bench bench(options, [] { return std::chrono::system_clock::from_time_t(1'800'000'000); });
  const auto told = [&](const std::string& token) {
    return http("GET", bench.simulator.url() + "v25.0/debug_token?input_token=demo-token", "",
                {{"Authorization", "Bearer " + token}});
  };
  const auto by_app = options.app_id + "|" + kSecret;
  EXPECT_EQ(told(by_app).parsed()["data"]["expires_at"], 1'800'000'000 + 24 * 3600);
  EXPECT_EQ(told(by_app).parsed()["data"]["is_valid"], true);
  EXPECT_EQ(bench.send("Hola").status, 200);

  bench.control("clock", {{"ahead_s", 24 * 3600}});
  EXPECT_EQ(bench.send("Hola").error_member()["error_subcode"], 463);
  EXPECT_EQ(told("demo-token").status, 401);
  EXPECT_EQ(told(by_app).parsed()["data"]["is_valid"], false);
  EXPECT_EQ(told(by_app).parsed()["data"]["error"]["subcode"], 463);

  for (const auto wrong : {std::int64_t{-1}, std::numeric_limits<std::int64_t>::max()})
    EXPECT_EQ(bench.control("token", {{"ends_in_s", wrong}}).status, 400);
  EXPECT_EQ(bench.control("token", {{"ends_in_s", 0}}).status, 200);
  EXPECT_EQ(told(by_app).parsed()["data"]["expires_at"], 0);
  EXPECT_EQ(bench.send("Hola").status, 200);
  bench.control("token", {{"ends_in_s", 60}});
  bench.control("reset", json::object());
  EXPECT_EQ(told(by_app).parsed()["data"]["expires_at"], 1'800'000'000 + 24 * 3600) << "as the options say";
}

TEST(Latency, IsAddedToEveryAnswerOfGraphAndNotToTheControls) {
  Options options;
  options.latency = std::chrono::milliseconds(60);
  const Bench bench(options);
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(bench.send("Hola").status, 200);
  EXPECT_GE(std::chrono::steady_clock::now() - began, options.latency);
}

}  // namespace
}  // namespace agente::sim::whatsapp::testing
