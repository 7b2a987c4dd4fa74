#include <gtest/gtest.h>

#include "simulators/whatsapp/testing.hpp"

namespace agente::sim::whatsapp::testing {
namespace {

const std::string kLong513(513, 'x');

/// What Graph must say to a body.
struct Case {
  const char* what;
  std::string body;
  int code;
  const char* message;
  const char* details = "";
};

std::string changed(const char* change) { return message(json::parse(change)).dump(); }

std::vector<Case> bad_bodies() {
  const auto* const required = "(#100) The parameter ";
  static std::deque<std::string> kept;
  const auto missing = [&](const std::string& name) {
    return kept.emplace_back(required + name + " is required.").c_str();
  };
  const auto* const bad = "(#131009) Parameter value is not valid";
  const auto* const invalid = "(#100) Invalid parameter";
  const std::string deep(100'000, '[');
  return {
      {"no body", "", 100, invalid, "Request body is not a valid JSON object."},
      {"cut JSON", R"({"messaging_product":"whatsapp",)", 100, invalid, "Request body is not a valid JSON object."},
      {"no object", "[1]", 100, invalid, "Request body is not a valid JSON object."},
      {"hostile nesting", deep, 100, invalid, "Request body is not a valid JSON object."},
      {"no UTF-8", "{\"messaging_product\":\"\xff\"}", 100, invalid, "Request body is not a valid JSON object."},
      {"no product", changed(R"({"messaging_product":null})"), 100, missing("messaging_product")},
      {"other product", changed(R"({"messaging_product":"sms"})"), 100, invalid,
       "Param messaging_product must be one of {WHATSAPP}."},
      {"no to", changed(R"({"to":null})"), 100, missing("to")},
      {"number with zeros", changed(R"({"to":"0034600111222"})"), 100, invalid, "Parameter Invalid"},
      {"number with blanks", changed(R"({"to":"34 600 111 222"})"), 100, invalid, "Parameter Invalid"},
      {"number too long", changed(R"({"to":"3460011122233344"})"), 100, invalid, "Parameter Invalid"},
      {"number as number", changed(R"({"to":34600111222})"), 131009, bad, "Param to must be a string."},
      {"bad user id", changed(R"({"to":null,"recipient":"x"})"), 131009, bad,
       "Param recipient is not a business-scoped user id."},
      {"to itself", changed(R"({"to":"+15550783881"})"), 131021, "(#131021) Recipient cannot be sender",
       "Sender and recipient phone number is the same"},
      {"group", changed(R"({"recipient_type":"group"})"), 131009, bad,
       "Group ID is invalid: there is no group 34600111222"},
      {"unknown type", changed(R"({"type":"telegram"})"), 100, invalid,
       "Param type must be one of {AUDIO, CONTACTS, DOCUMENT, IMAGE, INTERACTIVE, LOCATION, PIN, REACTION, STICKER, "
       "TEMPLATE, TEXT, VIDEO} - got \"telegram\"."},
      {"type not played", changed(R"({"type":"pin"})"), 131051, "(#131051) Unsupported message type",
       "Message type is not currently supported: pin"},
      {"no text", changed(R"({"text":null})"), 100, missing("text")},
      {"text no object", changed(R"({"text":"Hola"})"), 131009, bad, "Param text must be an object."},
      {"no body of text", changed(R"({"text":{"body":null}})"), 100, missing("text.body")},
      {"empty text", changed(R"({"text":{"body":""}})"), 100, missing("text.body")},
      {"preview no boolean", changed(R"({"text":{"preview_url":"yes"}})"), 131009, bad,
       "Param text.preview_url must be a boolean."},
      {"context no object", changed(R"({"context":"wamid.1"})"), 131009, bad, "Param context must be an object."},
      {"context without id", changed(R"({"context":{}})"), 100, missing("context.message_id")},
      {"key too long", message({{"biz_opaque_callback_data", kLong513}}).dump(), 131009, bad,
       "Param biz_opaque_callback_data must be at most 512 characters long."},
      {"receipt for nothing", R"({"messaging_product":"whatsapp","status":"read"})", 100, missing("message_id")},
      {"receipt for an unknown message", R"({"messaging_product":"whatsapp","status":"read","message_id":"wamid.x"})",
       131009, bad, "Message ID is invalid."},
      {"other status", R"({"messaging_product":"whatsapp","status":"seen","message_id":"wamid.x"})", 100, invalid,
       "Param status must be one of {READ}."},
  };
}

TEST(Errors, OfBadBodiesAreThoseOfGraphAndNothingIsAccepted) {
  const Bench bench;
  for (const auto& bad : bad_bodies()) {
    SCOPED_TRACE(bad.what);
    const auto answer = bench.post(bad.body);
    ASSERT_EQ(answer.status, 400) << answer.error << answer.body;
    auto error = answer.error_member();
    EXPECT_EQ(error["fbtrace_id"].get<std::string>().size(), 23U);
    error.erase("fbtrace_id");
    json expected{{"message", bad.message}, {"type", "OAuthException"}, {"code", bad.code}};
    if (*bad.details) expected["error_data"] = {{"messaging_product", "whatsapp"}, {"details", bad.details}};
    EXPECT_EQ(error, expected);
    EXPECT_EQ(bench.last_request()["accepted"], false);
  }
}

TEST(Errors, OfTheTokenComeBeforeAllOthers) {
  const Bench bench;
  const auto url = bench.simulator.url() + "v25.0/no-such-number/messages";
  for (const auto* header : {"Bearer wrong", "Bearer demo-token2", "demo-token", "Basic demo-token"}) {
    const auto answer = http("POST", url, "no json", {{"Authorization", header}});
    EXPECT_EQ(answer.status, 401);
    EXPECT_EQ(answer.error_member()["code"], 190);
    EXPECT_EQ(answer.error_member()["type"], "OAuthException");
    EXPECT_FALSE(answer.error_member().contains("error_data"));
  }
  const auto none = http("POST", url);
  EXPECT_EQ(none.status, 401);
  EXPECT_EQ(none.error_member()["message"], "An access token is required to request this resource.");
  EXPECT_EQ(bench.log().dump().find("wrong"), std::string::npos) << "not even a wrong token may be logged";
}

TEST(Errors, OfAnotherPhoneNumberIdNameTheObject) {
  const Bench bench;
  const auto answer = http("POST", bench.simulator.url() + "v25.0/123456123/messages", message().dump(),
                           {{"Authorization", "Bearer demo-token"}, {"Content-Type", "application/json"}});
  EXPECT_EQ(answer.status, 400);
  const auto error = answer.error_member();
  EXPECT_EQ(error["code"], 100);
  EXPECT_EQ(error["error_subcode"], 33);
  EXPECT_EQ(error["type"], "GraphMethodException");
  EXPECT_EQ(
      error["message"].get<std::string>().find("Unsupported post request. Object with ID '123456123' does not exist"),
      0U);
}

TEST(Errors, OfABodyThatIsNotAnnouncedAsJsonIsTheFirstMissingParameter) {
  const Bench bench;
  const auto answer = http("POST", bench.messages_url(), message().dump(), {{"Authorization", "Bearer demo-token"}});
  EXPECT_EQ(answer.error_member()["message"], "(#100) The parameter messaging_product is required.");
}

TEST(Errors, OfABodyOfManyMegabytesIsAnAnswerAndNotAnAcceptedMessage) {
  const Bench bench;
  const auto answer = bench.send(std::string(5 << 20, 'x'));
  EXPECT_NE(answer.status, 200);
  EXPECT_EQ(bench.last_request()["accepted"], false);
  EXPECT_EQ(bench.send("Hola").status, 200);
}

TEST(Errors, OfUnknownPathsAreGraphErrorsToo) {
  const Bench bench;
  for (const auto* path : {"v25.0", "v25.0/106540352242922/webhooks", "v25.0/nothing", "favicon.ico"}) {
    const auto answer = bench.get(path);
    EXPECT_EQ(answer.status, 400) << path;
    EXPECT_TRUE(answer.error_member().contains("fbtrace_id")) << path;
  }
  EXPECT_EQ(bench.get("v25.0/106540352242922/webhooks").error_member()["code"], 2500);
}

TEST(Nodes, OfASelfTestCanBeRead) {
  const Bench bench;
  const auto number = bench.get("v25.0/" + kNumber + "?fields=id,status,platform_type,webhook_configuration").parsed();
  EXPECT_EQ(number, json::parse(R"({"id":"106540352242922","status":"CONNECTED","platform_type":"CLOUD_API"})"));
  EXPECT_EQ(bench.get("v25.0/" + kNumber + "?fields=colour").error_member()["code"], 100);
  const auto token = bench.get("v25.0/debug_token?input_token=demo-token").parsed()["data"];
  EXPECT_EQ(token["is_valid"], true);
  EXPECT_EQ(bench.get("v25.0/debug_token?input_token=x").parsed()["data"]["is_valid"], false);
  EXPECT_TRUE(bench.get("v25.0/me?fields=id").parsed()["id"].is_string());  // whose token it is
  const auto apps = bench.get("v25.0/102290129340398/subscribed_apps").parsed()["data"];
  EXPECT_EQ(apps[0]["whatsapp_business_api_data"]["id"], "670843887433847");
  EXPECT_EQ(bench.get("v25.0/102290129340398/phone_numbers").parsed()["data"][0]["id"], kNumber);
  EXPECT_EQ(bench.log().dump().find("demo-token"), std::string::npos);
}

TEST(Versions, ThatExpiredAreServedByTheOldestAlive) {
  const Bench bench({}, [] { return std::chrono::system_clock::from_time_t(1'795'000'000); });  // November 2026
  EXPECT_EQ(bench.get("v18.0/" + kNumber).headers.at("facebook-api-version"), "v21.0");
  EXPECT_EQ(bench.get(kNumber).headers.at("facebook-api-version"), "v21.0");
  EXPECT_EQ(bench.get("v24.0/" + kNumber).headers.at("facebook-api-version"), "v24.0");
}

TEST(Control, RefusesPagesOfOtherOriginsAndUnclearRequests) {
  const Bench bench;
  const auto url = bench.simulator.url() + "__sim/";
  EXPECT_EQ(http("POST", url + "reset", "", {{"Origin", "http://evil.example"}}).status, 403);
  EXPECT_EQ(http("GET", url + "log", "", {{"Host", "evil.example:80"}}).status, 403);
  EXPECT_EQ(http("GET", url + "nothing").status, 404);
  EXPECT_EQ(http("GET", url + "log?since=-1").status, 400);
  EXPECT_EQ(http("POST", url + "fault", "no json").status, 400);
  EXPECT_EQ(http("POST", url + "fault", R"({"name":7})").status, 400);
  EXPECT_EQ(http("POST", url + "fault", R"({"name":"error_500","rate":2})").status, 400);
  EXPECT_EQ(http("POST", url + "webhook", R"({"url":"https://x"})").status, 400);
  EXPECT_EQ(http("POST", url + "guest", R"({"from":"34600111222","text":"Hola"})").status, 409);
}

TEST(Control, ResetForgetsAllButTheSequence) {
  const Bench bench;
  bench.arm({{"name", "error_500"}, {"rate", 1}});
  EXPECT_EQ(bench.send("Hola").status, 500);
  EXPECT_EQ(bench.control("templates", {{"data", json::array()}}).status, 200);
  EXPECT_EQ(bench.control("reset", json::object()).status, 200);
  const auto templates = http("GET", bench.simulator.control_url() + "__sim/templates").parsed();
  EXPECT_EQ(templates["data"].size(), 3U);
  EXPECT_TRUE(bench.log()["requests"].empty());
  EXPECT_EQ(bench.send("Hola").status, 200);
  EXPECT_EQ(bench.last_request()["seq"], 2);
}

TEST(Options, ThatMakeNoSenseAreRefusedAtOnce) {
  Options no_secret;
  no_secret.webhook = "http://127.0.0.1:1/";
  EXPECT_THROW(Simulator{no_secret}, std::invalid_argument);
  Options tls;
  tls.webhook = "https://127.0.0.1:1/", tls.app_secret = "x";
  EXPECT_THROW(Simulator{tls}, std::invalid_argument);
  const Bench bench;
  Options taken;
  taken.ports.service = static_cast<std::uint16_t>(std::stoi(bench.simulator.url().substr(17)));
  EXPECT_ANY_THROW(Simulator{taken}) << "two must not share a port";
  Options still;
  still.rate = 0;
  EXPECT_THROW(Simulator{still}, std::invalid_argument);
}

}  // namespace
}  // namespace agente::sim::whatsapp::testing
