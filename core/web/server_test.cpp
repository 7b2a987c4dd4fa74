#include "web/server.hpp"

#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "web/test_client.hpp"

namespace agente::web {
namespace {

using testing::body_of;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::RawClient;
using testing::status_of;

class WebServer : public ::testing::Test {
 protected:
  void SetUp() override {
    router_.add(
        {.method = "POST", .pattern = "/webhook/{channel}", .access = Access::public_, .handler = [](Request& request) {
           return Response::text(200, std::string(request.param("channel")) + ":" + request.body);
         }});
    router_.add({.pattern = "/api/v1/secret", .handler = [](Request&) { return Response::text(200, "secret"); }});
    router_.add({.pattern = "/local-only", .from_outside = false, .handler = [](Request&) {
                   return Response::text(200, "x");
                 }});
    router_.add({.pattern = "/throws", .access = Access::public_, .handler = [](Request&) -> Response {
                   throw std::runtime_error("inner detail");
                 }});
    router_.add(
        {.method = "POST", .pattern = "/json", .access = Access::public_, .json = true, .handler = [](Request&) {
           return Response::json(200, {{"ok", true}});
         }});
    router_.add({.pattern = "/injects", .access = Access::public_, .handler = [](Request&) {
                   Response response;
                   response.headers.set("X-Note", "a\r\nX-Evil: 1");
                   return response;
                 }});
    start(Listener::public_);
  }

  void start(Listener listener, const std::string& address = "127.0.0.1:0") {
    auto server = Server::start({.address = address, .listener = listener}, rules_, router_);
    ASSERT_TRUE(server) << server.error().text;
    server_ = std::move(*server);
  }
  RawClient client() { return RawClient(server_->port()); }
  nlohmann::json error_of(const std::string& answer) { return nlohmann::json::parse(body_of(answer)).at("error"); }

  Router router_;
  AccessRules rules_{.tokens = {"t0ken"}};
  std::unique_ptr<Server> server_;
};

TEST_F(WebServer, AnswersAPostWithItsBody) {
  const auto answer = client().ask("POST /webhook/whatsapp?a=1 HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello");

  EXPECT_EQ(status_of(answer), 200);
  EXPECT_EQ(body_of(answer), "whatsapp:hello");
  EXPECT_THAT(answer, HasSubstr("\r\nDate: "));
  EXPECT_THAT(answer, HasSubstr("\r\nX-Request-Id: "));
  EXPECT_THAT(answer, Not(HasSubstr("Server:")));
  EXPECT_THAT(answer, Not(HasSubstr("Connection: close")));
}

TEST_F(WebServer, OneConnectionServesManyRequestsAlsoPipelinedOnes) {
  auto guest = client();
  const std::string request = "POST /webhook/a HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\n";

  for (int i = 0; i < 10; ++i) EXPECT_EQ(body_of(guest.ask(request + "x")), "a:x");
  guest.say(request + "1" + request + "2" + "\r\n" + request + "3");
  EXPECT_EQ(body_of(guest.answer()), "a:1");
  EXPECT_EQ(body_of(guest.answer()), "a:2");
  EXPECT_EQ(body_of(guest.answer()), "a:3");
}

TEST_F(WebServer, ChunksAreJoinedHoweverTheyAreCut) {
  const std::string request =
      "POST /webhook/a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5;x=y\r\nhello\r\n00000c\r\n, good night\r\n0\r\nTrailer: 1\r\n\r\n";
  auto guest = client();

  EXPECT_EQ(body_of(guest.ask(request)), "a:hello, good night");
  for (const char byte : request) guest.say({&byte, 1});
  EXPECT_EQ(body_of(guest.answer()), "a:hello, good night");
}

TEST_F(WebServer, ExpectContinueIsToldToGoOnBeforeTheBodyIsSent) {
  auto guest = client();
  const std::string head = " HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";

  guest.say("POST /webhook/a" + head);
  EXPECT_EQ(guest.answer(), "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_EQ(body_of(guest.ask("ok")), "a:ok");
  EXPECT_EQ(status_of(guest.ask("POST /nowhere" + head)), 404);  // at once: the body is not even wanted
}

TEST_F(WebServer, HeadGetsTheHeadOnly) {
  start(Listener::operator_);
  auto guest = client();
  guest.say("HEAD /api/v1/secret HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const auto answer = guest.answer(true);

  EXPECT_EQ(status_of(answer), 200);
  EXPECT_THAT(answer, HasSubstr("Content-Length: 6\r\n"));
  EXPECT_EQ(body_of(guest.ask("GET /api/v1/secret HTTP/1.1\r\nHost: localhost\r\n\r\n")), "secret");
}

TEST_F(WebServer, AnUnknownPathIs404InJsonWithTheRequestId) {
  const auto answer = client().ask("GET /nothing HTTP/1.1\r\nHost: h\r\n\r\n");

  EXPECT_EQ(status_of(answer), 404);
  EXPECT_THAT(answer, HasSubstr("Content-Type: application/json"));
  EXPECT_EQ(error_of(answer).at("code"), "not_found");
  EXPECT_EQ(error_of(answer).at("request_id").get<std::string>().size(), 16U);
  EXPECT_THAT(answer, HasSubstr("X-Request-Id: " + error_of(answer).at("request_id").get<std::string>()));
}

TEST_F(WebServer, AWrongMethodSaysWhichAreRight) {
  const auto answer = client().ask("DELETE /webhook/a HTTP/1.1\r\nHost: h\r\n\r\n");

  EXPECT_EQ(status_of(answer), 405);
  EXPECT_THAT(answer, HasSubstr("\r\nAllow: POST\r\n"));
}

TEST_F(WebServer, WhatIsNotJsonIs415WhereJsonIsWanted) {
  auto guest = client();
  const std::string rest = "Host: h\r\nContent-Length: 2\r\n\r\n{}";
  EXPECT_EQ(status_of(guest.ask("POST /json HTTP/1.1\r\n" + rest)), 415);
  EXPECT_EQ(status_of(guest.ask("POST /json HTTP/1.1\r\nContent-Type: text/plain\r\n" + rest)), 415);
  EXPECT_EQ(status_of(guest.ask("POST /json HTTP/1.1\r\nContent-Type: Application/JSON; charset=utf-8\r\n" + rest)),
            200);
}

TEST_F(WebServer, AHandlerThatThrowsGives500WithoutItsDetails) {
  std::string told;
  router_.on_thrown(
      [&](const Request& request, std::string_view what) { told = request.id + " " + std::string(what); });
  const auto answer = client().ask("GET /throws HTTP/1.1\r\nHost: h\r\n\r\n");

  EXPECT_EQ(status_of(answer), 500);
  EXPECT_THAT(answer, Not(HasSubstr("inner detail")));
  EXPECT_EQ(told, error_of(answer).at("request_id").get<std::string>() + " inner detail");
}

TEST_F(WebServer, AHeaderValueCannotAddALine) {
  const auto answer = client().ask("GET /injects HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(answer, HasSubstr("X-Note: a  X-Evil: 1\r\n"));
}

TEST_F(WebServer, ThePublicListenerHidesOperatorRoutesUnlessATokenIsShown) {
  auto guest = client();
  const std::string token = "Authorization: Bearer t0ken\r\n";
  EXPECT_EQ(status_of(guest.ask("GET /api/v1/secret HTTP/1.1\r\nHost: localhost\r\n\r\n")), 404);
  EXPECT_EQ(status_of(guest.ask("POST /api/v1/secret HTTP/1.1\r\nHost: localhost\r\n\r\n")), 404);
  EXPECT_EQ(status_of(guest.ask("GET /api/v1/secret HTTP/1.1\r\nHost: x.example\r\n" + token + "\r\n")), 200);
  EXPECT_EQ(status_of(guest.ask("GET /local-only HTTP/1.1\r\nHost: x.example\r\n" + token + "\r\n")), 404);
}

TEST_F(WebServer, TheOperatorListenerTrustsTheMachineAndNobodyBehindIt) {
  start(Listener::operator_);
  auto guest = client();
  const std::string get = "GET /api/v1/secret HTTP/1.1\r\n";
  EXPECT_EQ(status_of(guest.ask(get + "Host: localhost:1\r\n\r\n")), 200);
  for (const auto* forged :
       {"Host: evil.example\r\n", "Host: localhost\r\nOrigin: https://evil.example\r\n",
        "Host: localhost\r\nX-Forwarded-For: 127.0.0.1\r\n", "Host: localhost\r\nSec-Fetch-Site: cross-site\r\n"}) {
    const auto answer = guest.ask(get + forged + "\r\n");
    EXPECT_EQ(status_of(answer), 401) << forged;
    EXPECT_THAT(answer, HasSubstr("WWW-Authenticate: Bearer"));
    EXPECT_THAT(error_of(answer).at("message").get<std::string>(), HasSubstr("bearer token"));
    EXPECT_EQ(status_of(guest.ask(get + forged + "Authorization: Bearer t0ken\r\n\r\n")), 200);
  }
  EXPECT_EQ(status_of(guest.ask("POST /webhook/a HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 0\r\n\r\n")), 200);
}

TEST_F(WebServer, ListensOnIpv6AndReportsTheRealPort) {
  start(Listener::public_, "[::1]:0");

  EXPECT_GT(server_->port(), 0);
  EXPECT_EQ(server_->url(), "http://[::1]:" + std::to_string(server_->port()));
  RawClient guest(server_->port(), "::1");
  EXPECT_EQ(status_of(guest.ask("GET / HTTP/1.1\r\nHost: h\r\n\r\n")), 404);
}

TEST_F(WebServer, TheIpv6WildcardTakesIpv4Too) {
  start(Listener::public_, "[::]:0");
  EXPECT_EQ(status_of(client().ask("GET / HTTP/1.1\r\nHost: h\r\n\r\n")), 404);
}

TEST_F(WebServer, APortInUseIsNamedWithItsRemedy) {
  const auto address = "127.0.0.1:" + std::to_string(server_->port());
  const auto second = Server::start({.address = address}, rules_, router_);

  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().text, HasSubstr(address));
  EXPECT_THAT(second.error().text, HasSubstr("another program listens there"));
}

TEST_F(WebServer, ABadAddressIsAnErrorNotACrash) {
  for (const auto* address : {"", "8000", "127.0.0.1", "127.0.0.1:", "127.0.0.1:70000", "203.0.113.9:0",
                              "no.such.host.invalid:1", "[::1:0"}) {
    EXPECT_FALSE(Server::start({.address = address}, rules_, router_)) << address;
  }
  const AccessRules nobody;
  EXPECT_FALSE(Server::start({.address = "0.0.0.0:0", .listener = Listener::operator_}, nobody, router_));
}

TEST_F(WebServer, MetricsSeePatternsNeverPaths) {
  std::mutex mutex;
  std::vector<std::string> seen;
  std::condition_variable changed;
  router_.on_finished([&](std::string_view route, std::string_view method, int status, double seconds) {
    const std::lock_guard lock(mutex);
    EXPECT_GE(seconds, 0);
    seen.push_back(std::string(method) + " " + std::string(route) + " " + std::to_string(status));
    changed.notify_all();
  });
  auto guest = client();
  guest.ask("POST /webhook/a HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
  guest.ask("BREW /webhook/a HTTP/1.1\r\nHost: h\r\n\r\n");
  guest.ask("GET /some/secret/path HTTP/1.1\r\nHost: h\r\n\r\n");
  guest.ask("GET / HTTP/9.9\r\nHost: h\r\n\r\n");

  std::unique_lock lock(mutex);
  changed.wait(lock, [&] { return seen.size() == 4; });
  EXPECT_THAT(seen, ::testing::ElementsAre("POST /webhook/{channel} 200", "OTHER /webhook/{channel} 405",
                                           "GET unmatched 404", "OTHER unmatched 505"));
}

}  // namespace
}  // namespace agente::web
