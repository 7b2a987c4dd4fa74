#include <deque>
#include <latch>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "web/server.hpp"
#include "web/test_client.hpp"

namespace agente::web {
namespace {

using testing::body_of;
using ::testing::HasSubstr;
using testing::RawClient;
using testing::status_of;

constexpr std::size_t kThreeMebibytes = 3 * 1024 * 1024;
const std::string kPost = "POST /count HTTP/1.1\r\nHost: h\r\n";

class WebLimits : public ::testing::Test {
 protected:
  WebLimits() {
    router_.add({.method = "POST", .pattern = "/count", .access = Access::public_, .handler = [](Request& request) {
                   return Response::text(200, std::to_string(request.body.size()));
                 }});
    router_.add({.method = "POST",
                 .pattern = "/film",
                 .access = Access::public_,
                 .longest_body = 2 * kThreeMebibytes,
                 .handler = [](Request& request) { return Response::text(200, std::to_string(request.body.size())); }});
    router_.add({.pattern = "/large", .access = Access::public_, .handler = [this](Request&) {
                   begun_.count_down();
                   return Response::text(200, std::string(32U << 20U, 'x'));
                 }});
    router_.add({.pattern = "/wait", .access = Access::public_, .handler = [this](Request&) {
                   begun_.count_down();
                   go_on_.wait();
                   return Response::text(200, "waited");
                 }});
  }
  void start(Bounds bounds = {}) {
    auto server = Server::start({.address = "127.0.0.1:0", .bounds = bounds}, rules_, router_);
    ASSERT_TRUE(server) << server.error().text;
    server_ = std::move(*server);
  }
  RawClient client() { return RawClient(server_->port()); }
  /// Says the text byte by byte, a few milliseconds apart, until the server has something to say or all is said.
  static void drip(RawClient& guest, const std::string& text) {
    for (const char byte : text) {
      if (!guest.say({&byte, 1})) return;
      if (guest.socket().poll(Poco::Timespan(0, 5000), Poco::Net::Socket::SELECT_READ)) return;
    }
  }

  std::latch begun_{1};
  std::latch go_on_{1};
  Router router_;
  AccessRules rules_;
  std::unique_ptr<Server> server_;
};

TEST_F(WebLimits, ABodyOfExactlyTheLimitIsTakenAndOneByteMoreIsNot) {
  start();
  const std::string body(kThreeMebibytes, 'b');
  auto guest = client();

  EXPECT_EQ(body_of(guest.ask(kPost + "Content-Length: 3145728\r\n\r\n" + body)), "3145728");
  const auto refused = guest.ask(kPost + "Content-Length: 3145729\r\n\r\n");  // not a byte of it needs to be sent
  EXPECT_EQ(status_of(refused), 413);
  EXPECT_THAT(refused, HasSubstr("body_too_large"));
  EXPECT_THAT(refused, HasSubstr("Connection: close"));
}

TEST_F(WebLimits, ARouteMayTakeALongerBodyThanTheOthers) {
  start();
  const std::string post = "POST /film HTTP/1.1\r\nHost: x\r\nContent-Length: ";
  auto guest = client();
  EXPECT_EQ(body_of(guest.ask(post + "6291456\r\n\r\n" + std::string(2 * kThreeMebibytes, 'b'))), "6291456");
  EXPECT_EQ(status_of(guest.ask(post + "6291457\r\n\r\n")), 413);
}

TEST_F(WebLimits, AClientThatSendsItsHugeBodyAnywayStillReadsTheRefusal) {
  start();
  auto guest = client();
  guest.say(kPost + "Content-Length: 6000000\r\n\r\n" + std::string(6'000'000, 'b'));
  EXPECT_EQ(status_of(guest.rest()), 413);
}

TEST_F(WebLimits, ChunksAreCountedWhileTheyAreRead) {
  start();
  const std::string head = kPost + "Transfer-Encoding: chunked\r\n\r\n";
  const std::string half = "180000\r\n" + std::string(kThreeMebibytes / 2, 'c') + "\r\n";
  auto guest = client();

  EXPECT_EQ(body_of(guest.ask(head + half + half + "0\r\n\r\n")), "3145728");
  EXPECT_EQ(status_of(guest.ask(head + half + half + "1\r\n")), 413);
}

TEST_F(WebLimits, ExpectContinueForTooMuchIsRefusedWithoutContinue) {
  start();
  EXPECT_EQ(status_of(client().ask(kPost + "Expect: 100-continue\r\nContent-Length: 3145729\r\n\r\n")), 413);
}

TEST_F(WebLimits, AHeadThatDripsIsCutAtTheTotalDeadline) {
  start({.request_deadline = Millis{150}});
  auto guest = client();
  drip(guest, "GET /x HTTP/1.1\r\nHost: h\r\nX-Slow: " + std::string(10'000, 's'));
  const auto answer = guest.rest();

  EXPECT_EQ(status_of(answer), 408);
  EXPECT_THAT(answer, HasSubstr("too_slow"));
}

TEST_F(WebLimits, ABodyThatDripsIsCutAtTheTotalDeadline) {
  start({.request_deadline = Millis{150}});
  auto counted = client();
  counted.say(kPost + "Content-Length: 100000\r\n\r\n");
  drip(counted, std::string(10'000, 's'));
  EXPECT_EQ(status_of(counted.rest()), 408);

  auto chunked = client();
  chunked.say(kPost + "Transfer-Encoding: chunked\r\n\r\n");
  drip(chunked, std::string(10'000, '0'));
  EXPECT_THAT(status_of(chunked.rest()), ::testing::AnyOf(400, 408));  // whichever is noticed first
}

TEST_F(WebLimits, EachRequestOfAConnectionHasADeadlineOfItsOwn) {
  start({.request_deadline = Millis{400}, .idle_limit = Millis{400}});
  auto guest = client();
  const auto begin = std::chrono::steady_clock::now();
  while (std::chrono::steady_clock::now() - begin < Millis{900}) {  // longer than both, one after the other
    guest.say(kPost + "Content-Length: 10\r\n\r\n");
    drip(guest, "0123456789");
    ASSERT_EQ(body_of(guest.answer()), "10");
  }
}

TEST_F(WebLimits, AnIdleConnectionIsClosedWithoutAWord) {
  start({.idle_limit = Millis{50}});
  auto guest = client();
  EXPECT_EQ(body_of(guest.ask(kPost + "Content-Length: 0\r\n\r\n")), "0");
  EXPECT_TRUE(guest.is_closed());
}

TEST_F(WebLimits, AClientThatDoesNotReadIsGivenUp) {
  start({.request_deadline = Millis{50}});
  auto guest = client();
  guest.say("GET /large HTTP/1.1\r\nHost: h\r\n\r\n");
  begun_.wait();

  EXPECT_TRUE(server_->stop(Millis{20'000}));  // its thread ends by itself: two seconds to send, not for ever
}

TEST_F(WebLimits, ALongHeadIs431) {
  start();
  EXPECT_EQ(status_of(client().ask("GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(17'000, 'x'))), 431);
  std::string many = "GET / HTTP/1.1\r\nHost: h\r\n";
  for (int i = 0; i < 65; ++i) many += "X: y\r\n";
  EXPECT_EQ(status_of(client().ask(many + "\r\n")), 431);
}

TEST_F(WebLimits, GarbageGetsAJson400OrAClosedSocketAndTheServerGoesOn) {
  start({.request_deadline = Millis{300}});
  for (const std::string& noise :
       {std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc", 9), std::string(20'000, '\0'), std::string("GET\r\n\r\n"),
        std::string("hello\r\n\r\n"), std::string("GET / HTTP/1.1\n\n"), std::string("GET / HTTP/1.1\r\n\r\n"),
        kPost + "Content-Length: x\r\n\r\n", kPost + "Transfer-Encoding: chunked\r\n\r\nnonsense\r\n",
        std::string("\r\n\r\n\r\n\x7f\x7f\r\n\r\n"), std::string("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")}) {
    auto guest = client();
    guest.say(noise);
    const auto answer = guest.rest();
    EXPECT_THAT(status_of(answer), ::testing::AnyOf(400, 505)) << noise;
    EXPECT_THAT(answer, HasSubstr(R"({"error":{)"));
  }
  EXPECT_EQ(body_of(client().ask(kPost + "Content-Length: 0\r\n\r\n")), "0");
}

TEST_F(WebLimits, AClientThatLeavesHalfWayHarmsNobody) {
  start();
  for (const std::string& part : {std::string("PO"), kPost, kPost + "Content-Length: 9\r\n\r\nabc"}) client().say(part);
  EXPECT_EQ(body_of(client().ask(kPost + "Content-Length: 0\r\n\r\n")), "0");
}

TEST_F(WebLimits, OneAddressHasSoManyConnectionsAndNoMore) {
  start({.connections_per_address = 3});
  const std::string request = kPost + "Content-Length: 0\r\n\r\n";
  {
    auto a = client(), b = client(), c = client();
    for (auto* guest : {&a, &b, &c}) EXPECT_EQ(status_of(guest->ask(request)), 200);
    auto one_too_many = client();
    EXPECT_THAT(status_of(one_too_many.ask(request)), ::testing::AnyOf(429, 0));
    EXPECT_EQ(status_of(a.ask(request)), 200);
  }
  int status = 0;  // the server notices in its own time that they left
  for (int i = 0; i < 1000 && status != 200; ++i) status = status_of(client().ask(request));
  EXPECT_EQ(status, 200);
}

TEST_F(WebLimits, AProxyHasAsManyConnectionsAsItLikes) {
  rules_.proxies = {*config::Network::parse("127.0.0.1")};
  start({.connections_per_address = 1});
  auto a = client(), b = client();
  for (auto* guest : {&a, &b}) EXPECT_EQ(status_of(guest->ask(kPost + "Content-Length: 0\r\n\r\n")), 200);
}

TEST_F(WebLimits, WhoeverWaitsOrDripsTakesNoThreadFromTheOthers) {
  start({.request_deadline = Millis{60'000}, .idle_limit = Millis{60'000}, .threads = 2});
  const std::string request = kPost + "Content-Length: 5\r\n\r\n";
  std::deque<RawClient> silent, slow, idle;
  for (int i = 0; i < 10; ++i) {
    silent.push_back(client());
    slow.push_back(client());
    slow.back().say(i % 2 == 0 ? request.substr(0, 20) : request + "h");  // in the head, in the body
    idle.push_back(client());
    ASSERT_EQ(body_of(idle.back().ask(request + "hello")), "5");
  }
  auto busy = client();
  busy.say("GET /wait HTTP/1.1\r\nHost: h\r\n\r\n");
  begun_.wait();

  EXPECT_EQ(body_of(client().ask(request + "hello")), "5");
  for (auto& guest : idle) EXPECT_EQ(body_of(guest.ask(request + "hello")), "5");
  for (std::size_t i = 0; i < slow.size(); ++i) {
    EXPECT_EQ(body_of(slow[i].ask(i % 2 == 0 ? request.substr(20) + "hello" : "ello")), "5");
  }
  for (auto& guest : silent) EXPECT_EQ(body_of(guest.ask(request + "hello")), "5");
  go_on_.count_down();
  EXPECT_EQ(body_of(busy.answer()), "waited");
}

TEST_F(WebLimits, TheLongestWaitingConnectionMakesRoomForANewOne) {
  start({.request_deadline = Millis{60'000}, .connections = 3});
  const std::string request = kPost + "Content-Length: 1\r\n\r\n";
  auto slow = client(), first = client(), second = client();
  slow.say(request);

  EXPECT_EQ(body_of(client().ask(request + "x")), "1");
  EXPECT_TRUE(first.is_closed());
  EXPECT_EQ(body_of(slow.ask("x")), "1");
  EXPECT_EQ(body_of(second.ask(request + "x")), "1");
}

TEST_F(WebLimits, WhoIsTooSlowIsToldAndHoldsNoThreadAfterwards) {
  start({.request_deadline = Millis{100}, .threads = 2});
  std::deque<RawClient> slow;
  for (int i = 0; i < 5; ++i) {
    slow.push_back(client());
    slow.back().say("POST ");
  }
  for (auto& guest : slow) EXPECT_EQ(status_of(guest.answer()), 408);

  EXPECT_EQ(body_of(client().ask(kPost + "Content-Length: 0\r\n\r\n")), "0");
  for (auto& guest : slow) EXPECT_TRUE(guest.is_closed());
}

TEST_F(WebLimits, StopLetsARunningRequestFinishAndClosesIdleOnes) {
  start({.idle_limit = Millis{60'000}});
  auto idle = client();
  EXPECT_EQ(status_of(idle.ask(kPost + "Content-Length: 0\r\n\r\n")), 200);
  auto busy = client();
  busy.say("GET /wait HTTP/1.1\r\nHost: h\r\n\r\n");
  begun_.wait();

  bool all_ended = false;
  std::jthread stopping([&] { all_ended = server_->stop(Millis{20'000}); });
  EXPECT_TRUE(idle.is_closed());  // so stopping is under way
  go_on_.count_down();
  const auto answer = busy.rest();
  stopping.join();

  EXPECT_TRUE(all_ended);
  EXPECT_EQ(body_of(answer), "waited");
  EXPECT_THAT(answer, HasSubstr("Connection: close"));
  EXPECT_THROW(client(), Poco::Exception);
}

TEST_F(WebLimits, StopSaysWhenARequestDidNotFinish) {
  start();
  auto busy = client();
  busy.say("GET /wait HTTP/1.1\r\nHost: h\r\n\r\n");
  begun_.wait();

  EXPECT_FALSE(server_->stop(Millis{20}));
  EXPECT_TRUE(busy.is_closed());
  go_on_.count_down();
  EXPECT_TRUE(server_->stop(Millis{20'000}));
}

}  // namespace
}  // namespace agente::web
