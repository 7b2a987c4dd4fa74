// What plugins get from the host.
#include <fstream>

#include <gmock/gmock.h>

#include "plugins/host_test_fixture.hpp"
#include "telemetry/log.hpp"

namespace agente::plugins {
namespace {

using testing::HasSubstr;

TEST_F(PluginHostTest, ALimitIsUsedUpByAllWhoShareItAndComesBackOneByOne) {
  auto& porter = channel("porter");
  ASSERT_EQ(house.cache->take("plugin/bell/number", 2, Millis{1000}), Millis{0}) << "another host";
  EXPECT_TRUE(send(porter, "limits", "number"));
  const auto none_left = send(porter, "limits", "number");
  ASSERT_FALSE(none_left);
  EXPECT_EQ(none_left.error().code, Code::kRate);
  EXPECT_EQ(none_left.error().retry_after, Millis{500});
  EXPECT_TRUE(send(porter, "limits", "another number"));
  house.clock.advance(Millis{500});
  EXPECT_TRUE(send(porter, "limits", "number"));
}

// ---- what a webhook stages ----

TEST_F(PluginHostTest, AWebhookStagesMessagesAndItsCursor) {
  Staged staged;
  const auto answer = post(channel("porter"), "200 200 34600 hola", staged);

  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "done");
  ASSERT_EQ(staged.messages.size(), 1U);
  const auto& message = staged.messages[0];
  EXPECT_EQ(message.hotel, "luna");
  EXPECT_EQ(message.account, "200");
  EXPECT_EQ(message.external_id, "wamid.1");
  EXPECT_EQ(message.sender, "34600");
  EXPECT_EQ(message.text, "hola");
  EXPECT_EQ(message.raw, "200 200 34600 hola");
  EXPECT_EQ(message.provider_time, Time{Millis{1000}});
  ASSERT_EQ(staged.kv.size(), 1U);
  EXPECT_EQ(staged.kv[0].key, "cursor");
  EXPECT_EQ(staged.kv[0].schema, 2U);
}

TEST_F(PluginHostTest, AMessageSaysWhichChoiceWasTappedAndWhetherAGroupHearsTheAnswer) {
  auto& porter = channel("porter");
  Staged staged;
  for (const std::string text : {"hola", "yes", "of-before-0.3", "all of you"}) {
    ASSERT_TRUE(post(porter, "200 100 34600 " + text, staged)) << text;
  }
  std::vector<std::string> choices;
  std::vector<std::string> kinds;
  for (const auto& message : staged.messages) {
    choices.push_back(message.choice);
    kinds.push_back(message.kind);
  }
  EXPECT_EQ(choices, (std::vector<std::string>{"", "room:7:twin", "", ""}));
  EXPECT_EQ(kinds, (std::vector<std::string>{"text", "text", "text", "group"}));
}

TEST_F(PluginHostTest, AChannelIsToldItsAccountsAndAnOldOneIsNotDisturbed) {
  auto& porter = channel("porter");
  EXPECT_EQ(*porter.send({.key = "k", .recipient = "accounts", .text = "all"}, "t"), "100 200 end");
  EXPECT_EQ(*porter.send({.key = "k", .recipient = "accounts", .text = "as of 0.2"}, "t"), "end");
}

TEST_F(PluginHostTest, AReceiptMayAskForOneMoreTryAndForNothingUnknown) {
  auto& porter = channel("porter");
  Staged staged;
  ASSERT_TRUE(post(porter, "200 100 receipt 6", staged));
  EXPECT_EQ(staged.receipts.at(0).state, ReceiptState::kAgain);
  EXPECT_EQ(post(porter, "200 100 receipt 7", staged).error().code, Code::kInvalid);
}

TEST_F(PluginHostTest, AnAnswerThatIsNoSuccessKeepsNothing) {
  Staged staged;
  EXPECT_EQ(post(channel("porter"), "401 100 34600 hola", staged)->status, 401);
  EXPECT_TRUE(staged.empty());
}

TEST_F(PluginHostTest, AForeignAccountAndAMissingSenderAreRefused) {
  auto& porter = channel("porter");
  Staged staged;
  EXPECT_EQ(post(porter, "200 999 34600 hola", staged).error().code, Code::kNotFound);
  EXPECT_EQ(post(porter, "200 - 34600 hola", staged).error().code, Code::kNotFound);  // two accounts: which?
  EXPECT_EQ(post(porter, "200 100 - hola", staged).error().code, Code::kInvalid);
  EXPECT_TRUE(staged.empty());
}

TEST_F(PluginHostTest, AForeignAccountIsRefusedAlsoWhereAHotelIsNamedBesideTheAccounts) {
  auto config = channel_config("porter");
  config.accounts = {{"100", "sol"}};
  config.hotel = "sol";
  ASSERT_TRUE(host->start(config));
  Staged staged;
  EXPECT_EQ(post(*host->channel("bell"), "200 999 34600 hola", staged).error().code, Code::kNotFound);
}

TEST_F(PluginHostTest, AMessageWithoutAccountGoesToTheOnlyOne) {
  auto config = channel_config("porter");
  config.accounts = {{"100", "sol"}};
  ASSERT_TRUE(host->start(config));
  Staged staged;
  ASSERT_TRUE(post(*host->channel("bell"), "200 - 34600 hola", staged));
  EXPECT_EQ(staged.messages[0].account, "100");
  EXPECT_EQ(staged.messages[0].hotel, "sol");
}

TEST_F(PluginHostTest, AChannelWithoutAccountsServesItsHotel) {
  auto config = channel_config("porter");
  config.accounts.clear();
  config.hotel = "sol";
  ASSERT_TRUE(host->start(config));
  Staged staged;
  ASSERT_TRUE(post(*host->channel("bell"), "200 - visitor hola", staged));
  EXPECT_EQ(staged.messages[0].hotel, "sol");
}

TEST_F(PluginHostTest, HostileTextIsCleanedAndCutBetweenCharacters) {
  auto& porter = channel("porter");
  Staged staged;
  ASSERT_TRUE(post(porter,
                   "200 100 34600 a\xff\xfe"
                   "b",
                   staged));
  EXPECT_EQ(staged.messages.at(0).text,
            "a\xEF\xBF\xBD\xEF\xBF\xBD"
            "b");

  staged = {};
  std::string longest = "x";
  while (longest.size() < 100'000) longest += "ñ";
  ASSERT_TRUE(post(porter, "200 100 34600 " + longest, staged));
  EXPECT_EQ(staged.messages.at(0).text.size(), 65'535U);
  EXPECT_EQ(staged.messages.at(0).text, longest.substr(0, 65'535));
}

TEST_F(PluginHostTest, OnlyCallsThatMayStageCanAccept) {
  EXPECT_EQ(send(channel("porter"), "accept").error().code, Code::kInvalid);
}

TEST_F(PluginHostTest, ACallThatIsOverIsNotServedAnyMore) {
  auto& porter = channel("porter");
  Staged staged;
  ASSERT_TRUE(post(porter, "200 100 34600 remember", staged));
  EXPECT_EQ(send(porter, "stale").error().code, Code::kCancelled);
  EXPECT_EQ(staged.messages.size(), 1U);
}

// ---- services ----

TEST_F(PluginHostTest, ValuesOutliveTheInstanceThatWroteThem) {
  EXPECT_EQ(*send(channel("porter"), "kv", "buenos días"), "buenos días");
  EXPECT_EQ(house.kv.get("bell", "greeting")->value, "buenos días");
}

TEST_F(PluginHostTest, WritesBeforeLiveAreRefused) {
  auto config = channel_config("porter");
  config.config = R"({"early": true})";
  const auto done = host->start(config);
  EXPECT_TRUE(done) << done.error().text;
  EXPECT_EQ(house.kv.get("bell", "k").error().code, Code::kNotFound);
}

TEST_F(PluginHostTest, ARotatedSecretIsReadWithoutAReload) {
  const auto file = house.state.path() / "token";
  std::ofstream(file) << "first\n";
  auto config = channel_config("porter");
  config.secrets.emplace("oauth.token",
                         config::SecretSource("file:token", house.state.path(), config::process_environment));
  config.secrets.emplace("gone", config::SecretSource("file:none", house.state.path(), config::process_environment));
  ASSERT_TRUE(host->start(config));
  auto& porter = *host->channel("bell");

  EXPECT_EQ(*send(porter, "secret", "/oauth/token"), "first");
  std::ofstream(file) << "second\n";
  EXPECT_EQ(*send(porter, "secret", "/oauth/token"), "second");
  EXPECT_EQ(send(porter, "secret", "/other").error().code, Code::kNotFound);
  EXPECT_EQ(send(porter, "secret", "/gone").error().code, Code::kConfig);
}

TEST_F(PluginHostTest, TheConfigIsReadByPointer) {
  auto config = channel_config("porter");
  config.config = R"({"board": {"lines": [1, "two"]}})";
  ASSERT_TRUE(host->start(config));
  auto& porter = *host->channel("bell");
  EXPECT_EQ(*send(porter, "config", "/board/lines/1"), "\"two\"");
  EXPECT_EQ(*send(porter, "config", ""), config.config);
  EXPECT_EQ(send(porter, "config", "/none").error().code, Code::kNotFound);
  EXPECT_EQ(send(porter, "config", "no pointer").error().code, Code::kInvalid);
}

TEST_F(PluginHostTest, AnInstanceKnowsItsHotelOnlyIfItIsOne) {
  EXPECT_EQ(*send(channel("porter"), "hotel"), "");
  auto config = channel_config("porter", "second");
  config.accounts = {{"1", "sol"}, {"2", "sol"}};
  ASSERT_TRUE(host->start(config));
  EXPECT_EQ(*send(*host->channel("second"), "hotel"), "Europe/Madrid");
}

TEST_F(PluginHostTest, TheClockIsTheHosts) { EXPECT_EQ(*send(channel("porter"), "clock"), "20706"); }

TEST_F(PluginHostTest, MetricsOfAPluginCarryItsInstance) {
  ASSERT_TRUE(send(channel("porter"), "metrics"));
  EXPECT_THAT(house.metrics.text(), HasSubstr("porter_things_total{instance=\"bell\",reason=\"test\"} 3"));
}

TEST_F(PluginHostTest, CallsToHostsThatAreNotAllowedAreRefused) {
  const auto sent = send(channel("porter"), "http", "http://example.com/");
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, Code::kConfig);
  EXPECT_THAT(sent.error().text, HasSubstr("egress: [example.com]"));
}

TEST_F(PluginHostTest, AChattyPluginIsCutOffAndCannotForgeLines) {
  const auto file = house.state.path() / "app.log";
  ASSERT_TRUE(log::open(file, log::Level::kInfo));
  ASSERT_TRUE(send(channel("porter"), "log", "a thing happened"));  // 300 times at once
  log::close();

  std::ifstream in(file);
  int lines = 0;
  for (std::string line; std::getline(in, line);) {
    EXPECT_FALSE(line.starts_with("fake line")) << line;
    if (line.find("a thing happened") == std::string::npos) continue;
    ++lines;
    EXPECT_THAT(line, HasSubstr("porter a thing happened who=\"a guest"));
    EXPECT_THAT(line, HasSubstr("instance=bell trace=00000000000000aa"));
  }
  EXPECT_GE(lines, 100);
  EXPECT_LT(lines, 300);
}

TEST_F(PluginHostTest, ATimerRunsAtItsTimeAndCommitsWhatItStages) {
  ASSERT_TRUE(send(channel("porter"), "timer"));
  house.clock.advance(Millis{4999});
  EXPECT_EQ(house.inbox.count(), 0U);
  house.clock.advance(Millis{1});
  wait_for([&] { return house.inbox.count() == 1; });
}

TEST_F(PluginHostTest, AFailedPollIsRepeatedAndASuccessfulOneCommitted) {
  channel("poller");  // its first poll says RETRY
  wait_for([&] {
    house.clock.advance(Millis{100});
    return house.inbox.count() > 0;
  });
  const auto before = house.inbox.count();
  wait_for([&] {  // the next poll is planned only after the commit that was just seen
    house.clock.advance(Millis{10'000});
    return house.inbox.count() > before;
  });
}

}  // namespace
}  // namespace agente::plugins
