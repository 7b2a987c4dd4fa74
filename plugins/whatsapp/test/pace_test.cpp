#include "pace.hpp"

#include "support.hpp"

namespace agente::whatsapp {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const time_point kNoon{milliseconds{1'789'473'600'000}};

TEST(Pace, LetsSoManyGoAtOnceAndThenOneEachInterval) {
  Pace pace({.at_once = 2, .interval = milliseconds{500}});

  EXPECT_EQ(pace.queue("a", "ana", kNoon), milliseconds{0});
  EXPECT_EQ(pace.queue("a", "bea", kNoon), milliseconds{0});
  EXPECT_EQ(pace.queue("a", "eva", kNoon), milliseconds{500});
  EXPECT_EQ(pace.queue("a", "eva", kNoon + milliseconds{499}), milliseconds{1});
  EXPECT_EQ(pace.queue("a", "eva", kNoon + milliseconds{500}), milliseconds{0});
  EXPECT_EQ(pace.queue("a", "eva", kNoon + milliseconds{500}), milliseconds{500});
}

TEST(Pace, EachNumberHasItsOwn) {
  Pace pace({.at_once = 1, .interval = seconds{6}});

  EXPECT_EQ(pace.queue("a", "ana", kNoon), milliseconds{0});
  EXPECT_EQ(pace.queue("a", "bea", kNoon), seconds{6});
  EXPECT_EQ(pace.queue("b", "bea", kNoon), milliseconds{0});
}

TEST(Pace, WhoeverWaitsHasAPlaceOfHisOwnAndAsksOnceMore) {
  Pace pace({.at_once = 1, .interval = milliseconds{500}});
  EXPECT_EQ(pace.queue("a", "ana", kNoon), milliseconds{0});
  EXPECT_EQ(pace.queue("a", "bea", kNoon), milliseconds{500});
  EXPECT_EQ(pace.queue("a", "eva", kNoon), milliseconds{1000});
  EXPECT_EQ(pace.queue("a", "bea", kNoon), milliseconds{500}) << "asking takes no second one";

  const auto later = kNoon + milliseconds{500};
  EXPECT_EQ(pace.queue("a", "ines", later), milliseconds{1000}) << "behind those who came before";
  EXPECT_EQ(pace.queue("a", "bea", later), milliseconds{0});
  EXPECT_EQ(pace.queue("a", "eva", later + milliseconds{500}), milliseconds{0});
}

TEST(Pace, TellsWhoHasAPlaceToCome) {
  Pace pace({.at_once = 1, .interval = milliseconds{500}});
  static_cast<void>(pace.queue("a", "ana", kNoon));
  EXPECT_FALSE(pace.has_place("a", "ana")) << "she went";
  static_cast<void>(pace.queue("a", "bea", kNoon));
  EXPECT_TRUE(pace.has_place("a", "bea"));
  EXPECT_FALSE(pace.has_place("b", "bea"));
  static_cast<void>(pace.queue("a", "bea", kNoon + milliseconds{500}));
  EXPECT_FALSE(pace.has_place("a", "bea"));
}

TEST(Pace, APlaceFarAwayIsAskedForEachMinute) {
  Pace pace({.at_once = 1, .interval = seconds{40}});
  for (const auto* who : {"ana", "bea", "eva"}) static_cast<void>(pace.queue("a", who, kNoon));
  EXPECT_EQ(pace.queue("a", "eva", kNoon), seconds{60});
  EXPECT_EQ(pace.queue("a", "eva", kNoon + seconds{60}), seconds{20});
  EXPECT_EQ(pace.queue("a", "eva", kNoon + seconds{80}), milliseconds{0});
}

TEST(Pace, PlacesOfWhoeverDidNotComeAreForgotten) {
  Pace pace({.at_once = 1, .interval = seconds{1}});
  for (const auto* who : {"ana", "bea"}) static_cast<void>(pace.queue("a", who, kNoon));
  const auto later = kNoon + std::chrono::minutes{10};
  EXPECT_EQ(pace.queue("a", "ana", later), milliseconds{0});
  EXPECT_EQ(pace.queue("a", "bea", later), seconds{1});
}

TEST(Pace, EachRateLimitOfMetasHalvesItAndEachMinuteWithoutOneDoublesItAgain) {
  Pace pace({.at_once = 1, .interval = milliseconds{100}});
  const auto interval_at = [&](time_point now) {
    static_cast<void>(pace.queue("a", "ana", now));
    return pace.queue("a", "bea" + std::to_string(now.time_since_epoch().count()), now);
  };
  EXPECT_EQ(interval_at(kNoon), milliseconds{100});
  pace.slow_down("a", kNoon);
  pace.slow_down("a", kNoon + milliseconds{999});  // of messages that were under way together
  EXPECT_EQ(interval_at(kNoon + seconds{10}), milliseconds{200});
  pace.slow_down("a", kNoon + seconds{20});
  EXPECT_EQ(interval_at(kNoon + seconds{30}), milliseconds{400});
  EXPECT_EQ(interval_at(kNoon + seconds{81}), milliseconds{200});
  EXPECT_EQ(interval_at(kNoon + seconds{141}), milliseconds{100});
}

TEST(Pace, WhoWaitsIsGivenAnotherPlaceWhenItSlowsDown) {
  Pace pace({.at_once = 1, .interval = milliseconds{100}});
  for (const auto* who : {"ana", "bea", "eva"}) static_cast<void>(pace.queue("a", who, kNoon));
  pace.slow_down("a", kNoon + milliseconds{50});
  EXPECT_EQ(pace.queue("a", "bea", kNoon + milliseconds{100}), milliseconds{50});
  EXPECT_EQ(pace.queue("a", "eva", kNoon + milliseconds{200}), milliseconds{150});
}

TEST(Pace, WhatIsUsedUpComesBackOneByOne) {
  Pace pace({.at_once = 2, .interval = milliseconds{500}});
  pace.slow_down("a", kNoon);

  EXPECT_EQ(pace.queue("a", "ana", kNoon), milliseconds{500});
  EXPECT_EQ(pace.queue("a", "ana", kNoon + milliseconds{500}), milliseconds{0});
  EXPECT_EQ(pace.queue("a", "bea", kNoon + milliseconds{500}), milliseconds{1000});
}

TEST(Pace, AClockThatIsSetBackMakesNobodyWaitForHours) {
  Pace pace({.at_once = 2, .interval = seconds{6}});
  EXPECT_EQ(pace.queue("a", "ana", kNoon), milliseconds{0});

  EXPECT_EQ(pace.queue("a", "ana", kNoon - std::chrono::hours{5}), seconds{6});
  EXPECT_EQ(pace.queue("a", "ana", kNoon - std::chrono::hours{5} + seconds{6}), milliseconds{0});
}

TEST(Pace, APauseHoldsOneNameUntilItsEndWhateverTheLimit) {
  Pace pace({.at_once = 0, .interval = {}});
  pace.pause("a", kNoon, seconds{30});
  EXPECT_EQ(pace.pause_of("a", kNoon), seconds{30});
  EXPECT_EQ(pace.pause_of("b", kNoon), seconds{0});
  pace.pause("a", kNoon, seconds{1});
  EXPECT_EQ(pace.pause_of("a", kNoon), seconds{30}) << "a shorter one ends none";
  EXPECT_EQ(pace.pause_of("a", kNoon + seconds{29}), seconds{1});
  EXPECT_EQ(pace.pause_of("a", kNoon + seconds{30}), seconds{0});
  pace.pause("a", kNoon, std::chrono::hours{24});
  EXPECT_EQ(pace.pause_of("a", kNoon - seconds{1}), seconds{0}) << "the clock was set back";
}

TEST(Pace, WithoutALimitNothingWaits) {
  Pace pace({.at_once = 0, .interval = {}});
  pace.slow_down("a", kNoon);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(pace.queue("a", "ana", kNoon), milliseconds{0});
}

/// Who waits for the number comes a little later than his place does.
auto WithinAnInterval(milliseconds from, milliseconds interval) {
  return ::testing::AllOf(::testing::Ge(from), ::testing::Lt(from + interval));
}

class PacedSend : public Channel {
 protected:
  PacedSend() {
    fake.otherwise(
        [](const http_request&) { return http_response{.status = 200, .body = R"({"messages":[{"id":"wamid.X"}]})"}; });
  }

  /// How long the message has to wait; 0: it went out.
  milliseconds send(const std::string& guest = "34600111222") {
    try {
      channel().send({.key = "out-1", .account = kAccount, .recipient = guest, .text = "Hola"});
      return milliseconds{0};
    } catch (const error& e) {
      EXPECT_EQ(e.code(), AGENTE_E_RATE) << e.what();
      return e.retry_after();
    }
  }
};

TEST_F(PacedSend, StaysBelowTheConfiguredThroughputOfTheNumber) {
  config = R"({"graph_url":"http://graph","messages_per_second":4})";

  EXPECT_EQ(send("34600111001"), milliseconds{0});
  EXPECT_EQ(send("34600111002"), milliseconds{0}) << "half a second's worth at once";
  EXPECT_THAT(send("34600111003"), WithinAnInterval(milliseconds{250}, milliseconds{250}));
  fake.advance(milliseconds{250});
  EXPECT_EQ(send("34600111003"), milliseconds{0});
}

TEST_F(PacedSend, HostsThatSendFromOneNumberShareItsThroughput) {
  EXPECT_EQ(send("34600111001"), milliseconds{0});
  fake.use_up_limit("number/106540352242922");  // other hosts
  EXPECT_EQ(send("34600111002"), milliseconds{13}) << "a place of its own, but none of all";
  fake.advance(milliseconds{13});
  EXPECT_EQ(send("34600111002"), milliseconds{0});
}

TEST_F(PacedSend, HostsThatSendToOneGuestShareWhatHeMayBeSent) {
  EXPECT_EQ(send("34600111001"), milliseconds{0});
  fake.use_up_limit("pair/106540352242922/34600111001");  // the host that served him before
  EXPECT_EQ(send("34600111001"), seconds{6});
  EXPECT_EQ(send("34600111002"), milliseconds{0}) << "nobody else waits";
  fake.advance(seconds{6});
  EXPECT_EQ(send("34600111001"), milliseconds{0});
  EXPECT_EQ(send("34600111001"), seconds{6});
}

TEST_F(PacedSend, WhatAGuestWasSentIsKnownAfterAReload) {
  for (int i = 0; i < 40; ++i) ASSERT_EQ(send(), milliseconds{0}) << i;
  restart();
  EXPECT_EQ(send(), seconds{6});
}

TEST_F(PacedSend, AGuestWhoWaitsForTheNumberLosesNoPlaceOfHisOwn) {
  config = R"({"graph_url":"http://graph","messages_per_second":1})";
  EXPECT_EQ(send("34600111001"), milliseconds{0});
  for (int i = 0; i < 100; ++i) EXPECT_THAT(send(), WithinAnInterval(seconds{1}, seconds{1}));
  fake.advance(seconds{1});
  EXPECT_EQ(send(), milliseconds{0});
}

TEST_F(PacedSend, SendsEightyASecondUnlessItIsConfigured) {
  for (int i = 0; i < 40; ++i) EXPECT_EQ(send(std::to_string(34600111000 + i)), milliseconds{0}) << i;
  EXPECT_THAT(send("34600222000"), WithinAnInterval(milliseconds{13}, milliseconds{13}));
}

TEST_F(PacedSend, AGuestWrittenToTooOftenWaitsAndNobodyElseDoes) {
  for (int i = 0; i < 40; ++i) {
    EXPECT_EQ(send(), milliseconds{0}) << i;
    fake.advance(milliseconds{1});
  }
  fake.advance(milliseconds{960});
  for (int i = 0; i < 100; ++i) EXPECT_EQ(send(), seconds{5}) << "asking takes no place of the number's";
  EXPECT_EQ(send("34600999000"), milliseconds{0});
  EXPECT_EQ(fake.requests().size(), 41U);

  fake.advance(seconds{5});
  EXPECT_EQ(send(), milliseconds{0});
  EXPECT_EQ(send(), seconds{6});
}

TEST_F(PacedSend, AfterMetasRateLimitTheNumberGoesOnMessageByMessage) {
  fake.answer("POST", kMessagesUrl, {.status = 400, .body = R"({"error":{"code":130429,"message":"Rate limit hit"}})"});
  send("34600111001");

  EXPECT_THAT(send("34600111002"), WithinAnInterval(milliseconds{13}, milliseconds{13}));
  fake.advance(milliseconds{13});
  EXPECT_EQ(send("34600111002"), milliseconds{0});
  EXPECT_GT(send("34600111003"), milliseconds{0});
}

TEST_F(PacedSend, WhenMetaSaysUntilWhenItTakesNothingNobodyAsksItBefore) {
  const auto refuse = [&](int code, const std::vector<header>& headers) {
    fake.answer("POST", kMessagesUrl,
                {.status = 400,
                 .headers = headers,
                 .body = R"({"error":{"code":)" + std::to_string(code) + R"(,"message":"limit"}})"});
    return send("34600111001");
  };
  const std::vector<header> usage{
      {"X-Business-Use-Case-Usage", R"({"1":[{"type":"whatsapp","estimated_time_to_regain_access":3}]})"}};
  struct Case {
    int code;
    std::vector<header> headers;
    seconds wait;
  };
  for (const auto& [code, headers, wait] :
       {Case{130429, {{"Retry-After", "90"}}, seconds{90}}, Case{80007, usage, seconds{180}}, Case{4, {}, seconds{300}},
        Case{80007, {}, seconds{300}}}) {
    EXPECT_EQ(refuse(code, headers), wait) << code;
    const auto asked = fake.requests().size();
    EXPECT_EQ(send("34600111002"), wait);
    fake.advance(wait - seconds{1});
    EXPECT_EQ(send("34600111003"), seconds{1});
    channel().seen({.account = kAccount, .external_id = "wamid.G"});
    EXPECT_EQ(fake.requests().size(), asked) << "nobody else asks meanwhile";
    fake.advance(std::chrono::minutes{10});
    EXPECT_EQ(send("34600111002"), milliseconds{0});
  }
}

TEST_F(PacedSend, ALimitOfOneGuestPausesNobodyElse) {
  for (const auto code : {131056, 132069, 131048}) {
    fake.answer("POST", kMessagesUrl,
                {.status = 400,
                 .headers = {{"Retry-After", "90"}},
                 .body = R"({"error":{"code":)" + std::to_string(code) + R"(,"message":"limit"}})"});
    try {
      channel().send({.key = "out-1", .account = kAccount, .recipient = "34600111001", .text = "Hola"});
      ADD_FAILURE() << code;
    } catch (const error& e) {
      EXPECT_EQ(e.retry_after(), seconds{90}) << code;
    }
    EXPECT_EQ(send("34600111002"), milliseconds{0}) << code;
  }
}

TEST_F(PacedSend, AFormThatIsRefusedTakesNoSecondPlace) {
  config = R"({"graph_url":"http://graph","messages_per_second":1})";
  fake.otherwise([](const http_request& request) {
    const bool form = request.body.find("interactive") != std::string::npos;
    return form ? http_response{.status = 400, .body = R"({"error":{"code":131009,"message":"Parameter invalid"}})"}
                : http_response{.status = 200, .body = R"({"messages":[{"id":"wamid.X"}]})"};
  });
  const auto id = channel().send({.key = "out-1",
                                  .account = kAccount,
                                  .recipient = "34600111222",
                                  .kind = "choices",
                                  .text = "Which?",
                                  .details = R"({"choices":[{"id":"a","title":"A"}]})"});
  EXPECT_EQ(id, "wamid.X");
}

TEST_F(PacedSend, ZeroLeavesAllLimitsToMeta) {
  config = R"({"graph_url":"http://graph","messages_per_second":0})";
  for (int i = 0; i < 200; ++i) EXPECT_EQ(send(), milliseconds{0});
}

}  // namespace
}  // namespace agente::whatsapp
