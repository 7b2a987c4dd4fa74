#include "web/visitor.hpp"

#include <gtest/gtest.h>

namespace agente::web {
namespace {

class Guests : public ::testing::Test {
 protected:
  struct Outcome {
    bool welcome;
    std::string visitor;
    std::string set_cookie;
    std::optional<Millis> retry_after;
  };
  Outcome come(const std::string& cookie, const std::string& client = "203.0.113.7", bool trusted = false,
               bool secure = false) {
    Request request;
    request.client = client;
    request.trusted = trusted;
    request.secure = secure;
    if (!cookie.empty()) request.headers.add("Cookie", cookie);
    Response response;
    const auto result = visitors_.welcome(request, response);
    return {bool(result), request.visitor, std::string(response.headers.get("Set-Cookie")),
            result ? std::nullopt : result.error().retry_after};
  }
  static std::string made_up(int number) {
    std::string id(32, 'a');
    for (std::size_t i = 31; number > 0; --i, number /= 10) id[i] = static_cast<char>('0' + number % 10);
    return "agente_guest=" + id;
  }

  Steady now_{};
  Visitors visitors_{{.per_hour = 3, .addresses = 2}, [this] { return now_; }};
};

TEST_F(Guests, ANewOneGetsACookieAndIsKnownByItAfterwards) {
  const auto first = come("");
  ASSERT_TRUE(first.welcome);
  EXPECT_EQ(first.visitor.size(), 32U);
  EXPECT_EQ(first.set_cookie,
            "agente_guest=" + first.visitor + "; HttpOnly; SameSite=Lax; Path=/chat; Max-Age=31536000");

  const auto again = come("theme=dark; agente_guest=" + first.visitor);
  EXPECT_EQ(again.visitor, first.visitor);
  EXPECT_EQ(again.set_cookie, "");
  EXPECT_NE(come("").visitor, first.visitor);
}

TEST_F(Guests, TheCookieIsSecureBehindTls) {
  EXPECT_TRUE(come("", "203.0.113.7", false, true).set_cookie.ends_with("; Secure"));
}

TEST_F(Guests, AMalformedCookieIsReplaced) {
  for (const auto* id : {"short", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "../../../../../../../../../etc/pwd"}) {
    const auto outcome = come("agente_guest=" + std::string(id), "10.0.0.1", true);
    EXPECT_NE(outcome.visitor, id);
    EXPECT_NE(outcome.set_cookie, "");
  }
}

TEST_F(Guests, OneAddressCannotBeManyNewGuests) {
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(come("").welcome);
  const auto refused = come("");
  EXPECT_FALSE(refused.welcome);
  EXPECT_EQ(refused.visitor, "");
  EXPECT_EQ(refused.retry_after, std::chrono::minutes(20));

  EXPECT_TRUE(come("", "203.0.113.8").welcome);
  now_ += std::chrono::minutes(20);
  EXPECT_TRUE(come("").welcome);
  EXPECT_FALSE(come("").welcome);
}

TEST_F(Guests, MakingUpCookiesIsNoWayAroundTheLimit) {
  for (int i = 1; i <= 3; ++i) EXPECT_TRUE(come(made_up(i)).welcome);
  EXPECT_FALSE(come(made_up(4)).welcome);
  EXPECT_TRUE(come(made_up(1)).welcome);  // who is known goes on talking
}

TEST_F(Guests, AnIpv6SubscriberIsOneAddress) {
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(come("", "2001:db8::" + std::to_string(i + 1)).welcome);
  EXPECT_FALSE(come("", "2001:db8::ffff").welcome);
  EXPECT_TRUE(come("", "2001:db8:0:1::1").welcome);
}

TEST_F(Guests, TrustedCallersAreNotLimited) {
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(come("", "127.0.0.1", true).welcome);
}

TEST_F(Guests, TheLeastRecentAddressIsForgottenFirst) {
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(come("", "10.0.0.1").welcome);
  EXPECT_TRUE(come("", "10.0.0.2").welcome);
  EXPECT_FALSE(come("", "10.0.0.1").welcome);
  EXPECT_TRUE(come("", "10.0.0.3").welcome);  // pushes out 10.0.0.2
  EXPECT_FALSE(come("", "10.0.0.1").welcome);
}

}  // namespace
}  // namespace agente::web
