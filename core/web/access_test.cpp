#include "web/access.hpp"

#include <gtest/gtest.h>

namespace agente::web {
namespace {

AccessRules rules() {
  return {.trusted_networks = {*config::Network::parse("172.18.0.1"), *config::Network::parse("fd00::/8")},
          .proxies = {*config::Network::parse("10.9.0.0/16")},
          .tokens = {"correct-horse", "battery"}};
}

struct Call {
  std::string peer = "127.0.0.1";
  std::string local = "127.0.0.1";
  Listener listener = Listener::operator_;
  Fields headers{{"Host", "localhost:8000"}};
};

Request introduced(const Call& call) {
  Request request;
  for (const auto& [name, value] : call.headers) request.headers.add(name, value);
  const Ends ends{.peer = *Address::parse(call.peer),
                  .local = *Address::parse(call.local),
                  .bound_host = "127.0.0.1",
                  .listener = call.listener};
  introduce(rules(), ends, request);
  return request;
}

TEST(Access, LoopbackOnTheOperatorListenerIsTrusted) {
  EXPECT_TRUE(introduced({}).trusted);
  EXPECT_TRUE(introduced({.peer = "::1", .local = "::1", .headers = {{"Host", "[::1]:8000"}}}).trusted);
  EXPECT_TRUE(introduced({.headers = {{"host", "LOCALHOST"}}}).trusted);
  EXPECT_TRUE(introduced({.headers = {{"Host", "127.0.0.1:31999"}}}).trusted);
}

TEST(Access, LoopbackOnThePublicListenerIsNot) {
  const auto request = introduced({.listener = Listener::public_});

  EXPECT_FALSE(request.trusted);
  EXPECT_NE(request.distrust.find("Bearer"), std::string_view::npos);
}

TEST(Access, BothEndsMustBeLoopback) {
  EXPECT_FALSE(introduced({.peer = "192.168.1.7"}).trusted);
  EXPECT_FALSE(introduced({.local = "192.168.1.7"}).trusted);
  EXPECT_FALSE(introduced({.peer = "::ffff:192.168.1.7"}).trusted);
}

TEST(Access, AForeignHostHeaderIsSomeoneElsesPageReboundToUs) {
  for (const auto* host : {"evil.example", "localhost.evil.example:8000", "127.0.0.1.evil.example", "192.168.1.7", "",
                           "agente", "localhost:99999", "[::1", "user@localhost"}) {
    EXPECT_FALSE(introduced({.headers = {{"Host", host}}}).trusted) << host;
  }
  EXPECT_FALSE(introduced({.headers = {}}).trusted);
}

TEST(Access, AnotherSitesPageInTheOperatorsBrowserIsNotTrusted) {
  for (const auto* origin :
       {"https://evil.example", "null", "", "http://localhost:3000", "http://localhost", "localhost:8000"}) {
    EXPECT_FALSE(introduced({.headers = {{"Host", "localhost:8000"}, {"Origin", origin}}}).trusted) << origin;
  }
  EXPECT_FALSE(introduced({.headers = {{"Host", "localhost:8000"}, {"Sec-Fetch-Site", "cross-site"}}}).trusted);
  EXPECT_TRUE(introduced({.headers = {{"Host", "localhost:8000"}, {"Origin", "http://localhost:8000"}}}).trusted);
  EXPECT_TRUE(introduced({.headers = {{"Host", "localhost:8000"}, {"Sec-Fetch-Site", "same-origin"}}}).trusted);
}

TEST(Access, AForwardingHeaderNeverGrantsButTakesTrust) {
  for (const auto* name :
       {"Forwarded", "X-Forwarded-For", "x-forwarded-proto", "X-Forwarded-Host", "X-Real-IP", "Via"}) {
    const auto request = introduced({.headers = {{"Host", "localhost:8000"}, {name, "127.0.0.1"}}});
    EXPECT_FALSE(request.trusted) << name;
    EXPECT_NE(request.distrust.find("proxy"), std::string_view::npos);
  }
  EXPECT_FALSE(
      introduced({.peer = "8.8.8.8", .headers = {{"Host", "localhost"}, {"X-Forwarded-For", "127.0.0.1"}}}).trusted);
}

TEST(Access, ATrustedNetworkIsTrustedUnderNamesNoPublicDnsCanHave) {
  const auto from_bridge = [](const std::string& host) {
    return introduced({.peer = "172.18.0.1", .local = "172.18.0.5", .headers = {{"Host", host}}}).trusted;
  };
  EXPECT_TRUE(from_bridge("localhost:8000"));
  EXPECT_TRUE(from_bridge("agente-api:8000"));
  EXPECT_TRUE(from_bridge("172.18.0.5:8000"));
  EXPECT_FALSE(from_bridge("evil.example:8000"));
  EXPECT_FALSE(introduced({.peer = "172.18.0.2", .local = "172.18.0.5"}).trusted);
  EXPECT_TRUE(introduced({.peer = "fd12::9", .local = "fd12::1"}).trusted);
  EXPECT_FALSE(introduced({.peer = "172.18.0.1", .listener = Listener::public_}).trusted);
}

TEST(Access, ABearerTokenIsGoodOnBothListenersAndFromAnywhere) {
  const auto with = [](const std::string& authorization, Listener listener) {
    return introduced({.peer = "8.8.8.8",
                       .local = "9.9.9.9",
                       .listener = listener,
                       .headers = {{"Host", "api.hotel.example"}, {"Authorization", authorization}}})
        .trusted;
  };
  EXPECT_TRUE(with("Bearer correct-horse", Listener::public_));
  EXPECT_TRUE(with("bearer battery", Listener::operator_));
  for (const auto* wrong : {"Bearer correct-hors", "Bearer correct-horsee", "Bearer ", "Bearer", "Basic battery",
                            "Bearer batterybattery", "battery", ""}) {
    EXPECT_FALSE(with(wrong, Listener::public_)) << wrong;
  }
}

TEST(Access, WithoutTokensNoTokenIsGood) {
  Headers headers;
  headers.add("Authorization", "Bearer ");
  EXPECT_FALSE(has_token({.tokens = {""}}, headers));
  EXPECT_FALSE(has_token({}, headers));
}

TEST(Access, OnlyAKnownProxyIsBelievedWhomItForwards) {
  const auto client = [](const std::string& peer, const std::string& forwarded) {
    return introduced({.peer = peer, .headers = {{"Host", "h"}, {"X-Forwarded-For", forwarded}}}).client;
  };
  EXPECT_EQ(client("10.9.0.1", "203.0.113.7"), "203.0.113.7");
  EXPECT_EQ(client("10.9.0.1", "1.2.3.4, 203.0.113.7, 10.9.3.3"), "203.0.113.7");
  EXPECT_EQ(client("10.9.0.1", "2001:db8::1"), "2001:db8::1");
  EXPECT_EQ(client("10.9.0.1", "203.0.113.7, rubbish"), "10.9.0.1");
  EXPECT_EQ(client("10.9.0.1", " , "), "10.9.0.1");
  EXPECT_EQ(client("203.0.113.9", "1.2.3.4"), "203.0.113.9");
}

TEST(Access, OnlyAKnownProxySaysThatTheGuestCameByTls) {
  const Fields headers{{"Host", "h"}, {"X-Forwarded-Proto", "https"}};
  EXPECT_TRUE(introduced({.peer = "10.9.0.1", .headers = headers}).secure);
  EXPECT_FALSE(introduced({.peer = "203.0.113.9", .headers = headers}).secure);
}

TEST(Access, AnOperatorListenerOpenToTheNetworkNeedsSomeoneNamed) {
  EXPECT_TRUE(check_operator_bind({}, "127.0.0.1:8000"));
  EXPECT_TRUE(check_operator_bind({}, "[::1]:8000"));
  EXPECT_TRUE(check_operator_bind({}, "localhost:8000"));
  EXPECT_TRUE(check_operator_bind(rules(), "0.0.0.0:8000"));
  const auto refused = check_operator_bind({}, "0.0.0.0:8000");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().text.find("server.tokens"), std::string::npos);
  EXPECT_FALSE(check_operator_bind({}, "[::]:8000"));
}

TEST(Address, BlocksContainWhatTheyShouldAndNothingElse) {
  EXPECT_TRUE(config::Network::parse("10.0.0.0/8")->contains("10.255.0.1"));
  EXPECT_FALSE(config::Network::parse("10.0.0.0/8")->contains("11.0.0.1"));
  EXPECT_TRUE(config::Network::parse("10.0.0.129/25")->contains("10.0.0.200"));
  EXPECT_FALSE(config::Network::parse("10.0.0.129/25")->contains("10.0.0.100"));
  EXPECT_TRUE(config::Network::parse("0.0.0.0/0")->contains("1.2.3.4"));
  EXPECT_FALSE(config::Network::parse("0.0.0.0/0")->contains("2001:db8::1"));
  for (const auto* wrong : {"", "10.0.0.0/33", "10.0.0/8", "::/129", "10.0.0.0/", "10.0.0.0/-1", "a"}) {
    EXPECT_FALSE(config::Network::parse(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace agente::web
