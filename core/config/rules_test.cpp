#include <gmock/gmock.h>

#include "config/load.hpp"

namespace agente::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kHotel =
    "hotels:\n  - {id: sol, name: Sol, timezone: Europe/Madrid, currency: EUR, pms: {plugin: house-pms}}\n";

std::vector<std::string> problems_of(const std::string& text, const LoadOptions& options = {}) {
  std::vector<std::string> all;
  for (const auto& problem : load_text(text, "/etc/agente/hotel.yaml", options).problems) {
    all.push_back(std::to_string(problem.at.line) + ":" + std::to_string(problem.at.column) + " " + problem.text);
  }
  return all;
}

std::vector<std::string> with_hotel(const std::string& text) { return problems_of(kHotel + text); }

TEST(Rules, TheOperatorsAddressOtherThanLoopbackNeedsAWayToTellFriendFromFoe) {
  EXPECT_THAT(with_hotel("server: {operator: \"0.0.0.0:8000\"}\n"),
              ElementsAre(HasSubstr("can be reached from other")));
  EXPECT_THAT(with_hotel("server: {operator: \"[::]:8000\"}\n"), ElementsAre(HasSubstr("can be reached from other")));
  EXPECT_THAT(with_hotel("server: {operator: \"0.0.0.0:8000\", tokens: [abc]}\n"), IsEmpty());
  EXPECT_THAT(with_hotel("server: {operator: \"0.0.0.0:8000\", trusted_networks: [172.18.0.1]}\n"), IsEmpty());
  for (const char* local : {"127.0.0.1:8000", "127.8.8.8:1", "localhost:8000", "[::1]:8000"}) {
    EXPECT_THAT(with_hotel("server: {operator: \"" + std::string(local) + "\"}\n"), IsEmpty()) << local;
  }
}

TEST(Rules, AddressesAreIpAndPort) {
  for (const char* bad : {"8000", "127.0.0.1", "127.0.0.1:", "127.0.0.1:99999", "127.0.0.1:80x", "hotel:80", "::1:80",
                          "[127.0.0.1]:80", ":80", "[]:80"}) {
    EXPECT_THAT(with_hotel("server: {operator: \"" + std::string(bad) + "\"}\n"),
                ElementsAre(HasSubstr("3:20 server.operator must be an IP address and a port such as 127.0.0.1:8000")))
        << bad;
  }
  EXPECT_THAT(with_hotel("server: {operator: \"127.0.0.1:0\"}\n"), ElementsAre(HasSubstr("has port 0")));
  EXPECT_THAT(with_hotel("environment: test\nserver: {operator: \"127.0.0.1:0\"}\n"), IsEmpty());
  EXPECT_THAT(with_hotel("server: {public: \"127.0.0.1:8000\"}\n"), ElementsAre(HasSubstr("the operator's address")));
}

TEST(Rules, NetworksAreCidrNarrowAndApartFromProxies) {
  EXPECT_THAT(with_hotel("server: {trusted_networks: [10.0.0.0/33, x, 0.0.0.0/0, \"::/0\", 10.1.0.0/16]}\n"),
              ElementsAre(HasSubstr("[0] must be a network such as"), HasSubstr("[1] must be a network such as"),
                          HasSubstr("[2] covers every address"), HasSubstr("[3] covers every address")));
  EXPECT_THAT(with_hotel("server: {trusted_networks: [10.0.0.0/8], proxies: [10.1.2.3, 192.168.1.1]}\n"),
              ElementsAre(HasSubstr("server.proxies[0] is also in server.trusted_networks")));
}

TEST(Rules, StoresAndCachesAreOnesTheHostKnowsAndNoPasswordIsShown) {
  EXPECT_THAT(with_hotel("storage: {url: \"postgresql://u:p@db/agente\"}\n"), IsEmpty());
  EXPECT_THAT(with_hotel("cache: {url: \"redis://r:6379/0\"}\n"), IsEmpty());
  EXPECT_THAT(with_hotel("cache: {url: \"rediss://:geheim@r/0\"}\n"), ElementsAre(HasSubstr("asks for TLS")));
  for (const char* bad : {"storage: {url: \"mysql://u:geheim@db/x\"}\n", "storage: {url: \"sqlite:\"}\n",
                          "storage: {url: \"sqlite://geheim\"}\n", "storage: {url: \"sqlite::memory:\"}\n",
                          "cache: {url: \"geheim\"}\n", "storage: {url: [geheim]}\n", "cache: geheim\n"}) {
    const auto found = with_hotel(bad);
    ASSERT_EQ(found.size(), 1U) << bad;
    EXPECT_EQ(found[0].find("geheim"), std::string::npos) << found[0];
  }
}

TEST(Rules, ChannelsNameHotelsThatExistAndSayWhichWhenThereAreSeveral) {
  EXPECT_THAT(with_hotel("channels:\n  - {id: a, plugin: p, hotel: mar}\n  - {id: b, plugin: p, accounts: {x: mar}}\n"),
              ElementsAre(HasSubstr("4:31 channels[0].hotel names the hotel \"mar\""),
                          HasSubstr("5:38 channels[1].accounts.x names the hotel \"mar\"")));
  const std::string second =
      "  - {id: luna, name: L, timezone: Europe/Lisbon, currency: EUR, pms: {plugin: house-pms}}\n";
  EXPECT_THAT(with_hotel(second + "channels:\n  - {id: web, plugin: webchat}\n"),
              ElementsAre(HasSubstr("5:5 channels[0] does not say which hotel")));
  const auto alone = load_text(kHotel + std::string("channels:\n  - {id: web, plugin: webchat}\n"), "h.yaml");
  ASSERT_TRUE(alone.ok());
  EXPECT_EQ(alone.config->instance("web")->hotel, "sol");
}

TEST(Rules, IdsAreShortPlainAndUsedOnce) {
  EXPECT_THAT(with_hotel("channels:\n  - {id: Web!, plugin: webchat}\n  - {id: x, plugin: ../evil}\n"),
              ElementsAre(HasSubstr("4:10 channels[0].id must be 1 to 63"), HasSubstr("channels[1].plugin must be")));
  EXPECT_THAT(with_hotel("channels: [{id: a, plugin: p}]\nexporters: [{id: a, plugin: p}]\n"),
              ElementsAre(HasSubstr("exporters[0].id is \"a\" as in line 3")));
}

TEST(Rules, WhatAVariableHoldsIsNotShownEither) {
  LoadOptions options;
  options.environment = [](const std::string&) { return std::optional<std::string>("geheim"); };

  const auto found = problems_of(
      "environment: ${E}\nserver: {operator: \"${A}\", trusted_networks: [\"${N}\"], request_deadline_ms: \"${D}\"}\n"
      "hotels:\n  - {id: sol, name: S, timezone: \"${Z}\", currency: \"${C}\", language: \"${L}\", pms: {plugin: p}}\n"
      "channels: [{id: a, plugin: p, hotel: \"${H}\"}]\n",
      options);

  EXPECT_EQ(found.size(), 8U);
  for (const auto& problem : found) EXPECT_EQ(problem.find("geheim"), std::string::npos) << problem;
}

TEST(Rules, NothingIsRemovedThatAProviderMaySendAgain) {
  EXPECT_THAT(with_hotel("retention: {messages_days: 9, events_days: -1}\n"),
              ElementsAre("3:28 retention.messages_days must be at least 10 days, is 9: providers send a message again "
                          "for 7 days, and only by the stored one is it known that it came before; write 10 or more, "
                          "or leave it out to keep them for ever",
                          HasSubstr("3:44 retention.events_days must be at least 10 days, is -1: the figures")));
  EXPECT_THAT(with_hotel("retention: {messages_days: 10}\n"), IsEmpty());
  EXPECT_THAT(with_hotel("retention: {messages_days: 1.5}\n"), ElementsAre(HasSubstr("must be a whole number")));
  EXPECT_THAT(with_hotel("retention: {messages_days: 99999999999}\n"), ElementsAre(HasSubstr("must be at most")));
  EXPECT_THAT(with_hotel("retention: {message_days: 365}\n"), ElementsAre(HasSubstr("did you mean `messages_days`")));
}

TEST(Rules, AnEmptySectionIsLeftOutAndAnEmptyFileIsNot) {
  EXPECT_THAT(with_hotel("channels:\nexporters:\nlimits:\n"), IsEmpty());
  EXPECT_THAT(problems_of("environment: demo\n"), ElementsAre(HasSubstr("1:1 hotels is missing")));
  EXPECT_THAT(problems_of("- a\n"), ElementsAre("1:1 the file must be a mapping, is a list"));
}

}  // namespace
}  // namespace agente::config
