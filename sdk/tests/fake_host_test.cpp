#include <string>
#include <thread>

#include <agente/fake_host.hpp>
#include <gmock/gmock.h>

#include "samples.hpp"

namespace {

using namespace std::chrono_literals;
using agente::testing::fake_host;
using agente::testing::instance;
using agente::testing::misuse;
using samples::Diary;
using samples::Ledger;
using samples::Mute;
using samples::Parrot;

/// The code of the agente::error that `body` throws, or AGENTE_OK.
template <class Body>
agente_status code_of(Body&& body) {
  try {
    body();
  } catch (const agente::error& e) {
    return e.code();
  }
  return AGENTE_OK;
}

TEST(Channel, SendGivesTheProvidersIdAndLeavesItsTraces) {
  fake_host fake;
  instance<Parrot> parrot(fake);

  EXPECT_EQ(parrot.send({.key = "k1", .recipient = "34600", .text = "hola", .language = "es", .attempt = 3}), "id-k1");

  ASSERT_EQ(fake.log().size(), 1U);
  EXPECT_EQ(fake.log()[0].text, "sent");
  EXPECT_EQ(fake.log()[0].fields.at("attempt"), "3");
  EXPECT_EQ(fake.log()[0].fields.at("to"), "34600");
  EXPECT_EQ(fake.log()[0].trace, fake.trace);
  EXPECT_EQ(fake.metric("parrot_sent_total", {{"kind", "text"}, {"lang", "es"}}), 1.0);
}

TEST(Channel, ErrorsKeepCodeTextAndDelay) {
  fake_host fake;
  instance<Parrot> parrot(fake);
  try {
    parrot.send({.text = "retry"});
    FAIL() << "send did not fail";
  } catch (const agente::error& e) {
    EXPECT_EQ(e.code(), AGENTE_E_RETRY);
    EXPECT_STREQ(e.what(), "later");
    EXPECT_EQ(e.retry_after(), 2s);
  }
}

TEST(Channel, WhatARequestAcceptsIsKeptOnlyWithA2xxAnswer) {
  fake_host fake;
  instance<Parrot> parrot(fake);
  const std::vector<agente::header_view> headers{{"x-id", "m1"}};

  EXPECT_EQ(parrot.on_http({.path = "/refuse", .headers = headers}).status, 401);
  EXPECT_EQ(code_of([&] { parrot.on_http({.path = "/break", .headers = headers}); }), AGENTE_E_RETRY);
  EXPECT_TRUE(fake.inbox().empty());
  const auto answer = parrot.on_http({.headers = headers, .body = "hola"});

  EXPECT_EQ(answer.body, "done");
  ASSERT_EQ(answer.headers.size(), 1U);
  EXPECT_EQ(answer.headers[0].value, "1");
  ASSERT_EQ(fake.inbox().size(), 1U);
  EXPECT_EQ(fake.inbox()[0].text, "hola");
  EXPECT_EQ(fake.inbox()[0].provider_time, fake.now());
  ASSERT_EQ(fake.receipts().size(), 1U);
  EXPECT_EQ(fake.receipts()[0].code, "131026");
}

TEST(Channel, AMessageWithoutIdOrOfAnUnknownAccountIsRefused) {
  fake_host fake;
  fake.accounts = {"desk"};
  instance<Parrot> parrot(fake);

  EXPECT_EQ(code_of([&] { parrot.on_http({}); }), AGENTE_E_INVALID);
  EXPECT_EQ(code_of([&] { parrot.on_http({.query = "other", .headers = {{"x-id", "1"}}}); }), AGENTE_E_NOT_FOUND);
}

TEST(Channel, APollsCursorAndMessagesCommitTogetherOrNotAtAll) {
  fake_host fake;
  {
    instance<Parrot> parrot(fake);
    EXPECT_EQ(parrot.poll(), 5s);
    EXPECT_EQ(parrot.poll(), 15s);
  }
  instance<Parrot> again(fake);  // a restart: kv and inbox are still there

  EXPECT_EQ(code_of([&] { again.poll(); }), AGENTE_E_RETRY);

  EXPECT_EQ(fake.kv().at("cursor").value, "2");
  EXPECT_EQ(fake.inbox().size(), 2U);
}

TEST(Channel, LookupTellsYesNoAndDoubtApart) {
  fake_host fake;
  instance<Parrot> parrot(fake);

  EXPECT_EQ(parrot.lookup("k1"), "id-k1");
  EXPECT_EQ(parrot.lookup("k2"), std::nullopt);
  EXPECT_EQ(code_of([&] { parrot.lookup("doubt"); }), AGENTE_E_UNKNOWN_OUTCOME);
}

TEST(Channel, SelfTestLinesArriveWhole) {
  fake_host fake;
  instance<Parrot> parrot(fake);

  const auto checks = parrot.self_test();

  ASSERT_EQ(checks.size(), 2U);
  EXPECT_TRUE(checks[0].ok);
  EXPECT_EQ(checks[1].remedy, "open port 443");
}

TEST(Channel, WhatIsNotOfferedIsUnsupported) {
  fake_host fake;
  instance<Mute> mute(fake);

  EXPECT_EQ(mute.send({}), "");
  EXPECT_EQ(code_of([&] { mute.poll(); }), AGENTE_E_UNSUPPORTED);
  ASSERT_EQ(mute.self_test().size(), 1U);
  EXPECT_EQ(mute.self_test()[0].stage, "loaded");
}

TEST(Misuse, AcceptingInASendFailsTheTest) {
  fake_host fake;
  instance<Parrot> parrot(fake);

  EXPECT_THROW(parrot.send({.text = "accept"}), misuse);
}

TEST(Misuse, UsingACallAfterItIsOverFailsTheTest) {
  fake_host fake;
  instance<Parrot> parrot(fake);
  parrot.send({.text = "keep the call"});

  EXPECT_THROW(parrot.send({.text = "use the kept call"}), misuse);
}

TEST(Misuse, ARequestNobodyScriptedFailsTheTest) {
  fake_host fake;
  instance<Parrot> parrot(fake);

  EXPECT_THROW(parrot.send({.text = "post"}), misuse);
}

TEST(Misuse, TwoInstancesAtOnceAreRefused) {
  fake_host fake;
  instance<Mute> first(fake);

  EXPECT_THROW(instance<Mute>{fake}, misuse);
}

TEST(Http, AnswersComeInOrderAndFailuresAsTheHostWouldReportThem) {
  fake_host fake;
  fake.answer("POST", "http://provider/send", {.status = 200, .body = "wamid.1"});
  fake.fail("POST", "http://provider/send", AGENTE_E_TIMEOUT);
  fake.fail("POST", "http://provider/send", AGENTE_E_UNKNOWN_OUTCOME, "cut off");
  instance<Parrot> parrot(fake);

  EXPECT_EQ(parrot.send({.text = "post"}), "wamid.1");
  EXPECT_EQ(code_of([&] { parrot.send({.text = "post"}); }), AGENTE_E_TIMEOUT);
  EXPECT_EQ(code_of([&] { parrot.send({.text = "post"}); }), AGENTE_E_UNKNOWN_OUTCOME);
  fake.otherwise([&](const agente::http_request& request) {
    return agente::http_response{.status = 200, .body = request.body + std::to_string(fake.requests().size())};
  });
  EXPECT_EQ(parrot.send({.text = "post"}), "Hola4");
}

TEST(Clock, DeadlineIsWhatTheTestGives) {
  fake_host fake;
  fake.deadline = 1500ms;
  instance<Parrot> parrot(fake);

  EXPECT_EQ(parrot.send({.text = "remaining"}), "1500");
}

TEST(Clock, ALocalDayBeginsAtMidnightOfTheZone) {
  using namespace std::chrono;
  fake_host fake;
  fake.begin_instance("{}");
  const agente::host host(fake.raw());
  const auto late = sys_days{2026y / September / 15} + 23h;

  EXPECT_EQ(host.local_day(late, "UTC"), local_days{2026y / September / 15});
  EXPECT_EQ(host.local_day(late, "Europe/Madrid"), local_days{2026y / September / 16});
  EXPECT_EQ(code_of([&] { (void)host.local_day(late, "Mars/Olympus"); }), AGENTE_E_INVALID);
}

TEST(Timers, FireInTimeStageLikeAPollAndSurviveTheirFailures) {
  fake_host fake;
  instance<Parrot> parrot(fake, R"({"name": "tick"})");
  const auto start = fake.now();

  fake.advance(29s);
  EXPECT_TRUE(fake.inbox().empty());
  fake.advance(1s);
  EXPECT_EQ(fake.inbox().size(), 1U);
  fake.advance(120s);

  ASSERT_EQ(fake.inbox().size(), 2U);
  EXPECT_EQ(fake.inbox()[1].external_id, "tick-3");
  EXPECT_TRUE(fake.logged("tick failed"));
  EXPECT_EQ(fake.now() - start, 150s);
}

TEST(Timers, DieWithTheirInstance) {
  fake_host fake;
  { instance<Parrot> parrot(fake, R"({"name": "tick"})"); }

  fake.advance(1h);

  EXPECT_TRUE(fake.inbox().empty());
}

TEST(Limits, LetSoManyThroughAndThenOneAtATimeAndOtherHostsUseThemToo) {
  fake_host fake;
  fake.begin_instance("{}");
  const agente::host host(fake.raw());
  const auto take = [&] { return host.take("number", 2, 1s); };

  EXPECT_EQ(take(), 0ms);
  EXPECT_EQ(take(), 0ms);
  EXPECT_EQ(take(), 500ms);
  fake.advance(500ms);
  EXPECT_EQ(take(), 0ms);
  fake.use_up_limit("number");
  fake.advance(1h);
  EXPECT_EQ(take(), 500ms);
  fake.advance(500ms);
  EXPECT_EQ(take(), 0ms);
}

TEST(Kv, WritingBeforeTheInstanceIsLiveIsRefused) {
  fake_host fake;

  EXPECT_EQ(code_of([&] { instance<Parrot>(fake, R"({"name": "write early"})"); }), AGENTE_E_CANCELLED);
}

TEST(Kv, RevisionsGuardAgainstLostUpdates) {
  fake_host fake;
  fake.begin_instance("{}");
  fake.go_live();
  const agente::host host(fake.raw());

  const auto first = host.kv_put("a", "1", 7, agente::kv_absent);
  EXPECT_EQ(code_of([&] { host.kv_put("a", "2", 7, agente::kv_absent); }), AGENTE_E_CONFLICT);
  const auto second = host.kv_put("a", "2", 8, first);
  EXPECT_EQ(code_of([&] { host.kv_erase("a", first); }), AGENTE_E_CONFLICT);

  const auto entry = host.kv_get("a");
  ASSERT_TRUE(entry.has_value());
  EXPECT_EQ(entry->value, "2");
  EXPECT_EQ(entry->schema, 8U);
  EXPECT_EQ(entry->revision, second);
  host.kv_erase("a");
  EXPECT_FALSE(host.kv_get("a").has_value());
}

TEST(Kv, ListsByPrefixAfterAKeyUpToALimit) {
  fake_host fake;
  for (const auto* key : {"a", "m/1", "m/2", "m/3", "z"}) fake.set_kv(key, key, 1);
  fake.begin_instance("{}");
  const agente::host host(fake.raw());

  const auto page = host.kv_list("m/", "m/1", 1);

  ASSERT_EQ(page.size(), 1U);
  EXPECT_EQ(page[0].key, "m/2");
  EXPECT_EQ(host.kv_list("m/").size(), 3U);
}

TEST(Kv, AStoreThatIsDownSaysRetry) {
  fake_host fake;
  fake.begin_instance("{}");
  fake.go_live();
  fake.set_kv_down(true);
  const agente::host host(fake.raw());

  EXPECT_EQ(code_of([&] { host.kv_put("a", "1", 1); }), AGENTE_E_RETRY);
  EXPECT_EQ(code_of([&] { (void)host.kv_get("a"); }), AGENTE_E_RETRY);
}

TEST(Secrets, OneOrAListAndAlwaysThePresentValue) {
  fake_host fake;
  fake.begin_instance("{}");
  const agente::host host(fake.raw());

  EXPECT_EQ(code_of([&] { (void)host.secret("/token"); }), AGENTE_E_NOT_FOUND);
  EXPECT_THAT(host.secrets("/app_secret"), ::testing::IsEmpty());
  fake.set_secret("/app_secret", "one");
  EXPECT_THAT(host.secrets("/app_secret"), ::testing::ElementsAre("one"));
  fake.forget_secret("/app_secret");
  fake.set_secret("/app_secret/0", "new");
  fake.set_secret("/app_secret/1", "old");
  EXPECT_THAT(host.secrets("/app_secret"), ::testing::ElementsAre("new", "old"));
}

TEST(Config, PointersReachIntoTheText) {
  fake_host fake;
  fake.me.hotel = "luna";
  fake.begin_instance(R"( {"a/b": {"~": [1, {"x": "q\"}]"}, true]}, "z" : null, "s": [] } )");
  const agente::host host(fake.raw());

  EXPECT_EQ(host.config("/a~1b/~0/0"), "1");
  EXPECT_EQ(host.config("/a~1b/~0/1/x"), R"("q\"}]")");
  EXPECT_EQ(host.config("/a~1b/~0/2"), "true");
  EXPECT_EQ(host.config("/z"), "null");
  EXPECT_EQ(host.config("/s"), "[]");
  EXPECT_EQ(host.config("/s/0"), std::nullopt);
  EXPECT_EQ(host.config("/z/deeper"), std::nullopt);
  EXPECT_EQ(host.config("/none"), std::nullopt);
  EXPECT_EQ(host.instance().hotel, "luna");
}

TEST(Ended, ServicesAnswerCancelled) {
  fake_host fake;
  const agente::host host(fake.raw());

  host.info("nobody hears this");

  EXPECT_EQ(code_of([&] { (void)host.kv_get("a"); }), AGENTE_E_CANCELLED);
  EXPECT_TRUE(fake.log().empty());
}

TEST(Threads, SeveralSendsAtOnceAreFine) {
  fake_host fake;
  instance<Parrot> parrot(fake);
  std::vector<std::jthread> guests;
  for (int guest = 0; guest < 4; ++guest)
    guests.emplace_back([&] {
      for (int i = 0; i < 50; ++i) EXPECT_EQ(parrot.send({.key = "k", .language = "pt"}), "id-k");
    });
  guests.clear();

  EXPECT_EQ(fake.metric("parrot_sent_total", {{"kind", "text"}, {"lang", "pt"}}), 200.0);
}

}  // namespace
