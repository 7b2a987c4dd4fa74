#include "web/router.hpp"

#include <stdexcept>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace agente::web {
namespace {

class Routes : public ::testing::Test {
 protected:
  void add(const std::string& pattern, const std::string& method = "GET") {
    router_.add({.method = method, .pattern = pattern, .access = Access::public_, .handler = [=](Request& request) {
                   std::string seen = pattern;
                   for (const auto& [name, value] : request.params) seen += " " + name + "=" + value;
                   return Response::text(200, seen);
                 }});
  }
  std::string get(const std::string& path, const std::string& method = "GET") {
    Request request;
    request.method = method;
    request.path = path;
    const auto response = router_.handle(request);
    return response.status == 200 ? response.body : std::to_string(response.status);
  }

  Router router_;
};

TEST_F(Routes, AreFoundByWholeSegments) {
  add("/health/live");
  add("/webhook/{channel}");

  EXPECT_EQ(get("/health/live"), "/health/live");
  EXPECT_EQ(get("/webhook/whatsapp"), "/webhook/{channel} channel=whatsapp");
  for (const auto* path :
       {"/", "/health", "/health/live/", "/health/livex", "//health/live", "/webhook/", "/webhook/a/b"}) {
    EXPECT_EQ(get(path), "404") << path;
  }
}

TEST_F(Routes, ParametersAreDecodedAfterThePathIsSplit) {
  add("/webhook/{channel}");

  EXPECT_EQ(get("/webhook/a%2Fb+c%C3%A9"), "/webhook/{channel} channel=a/b+cé");
  EXPECT_EQ(get("/webhook/%2e%2e"), "/webhook/{channel} channel=..");
  EXPECT_EQ(get("/webhook/a%2"), "400");
  EXPECT_EQ(get("/webhook/a%00"), "400");
}

TEST_F(Routes, AStarTakesTheRest) {
  add("/chat/*");
  add("/chat");

  EXPECT_EQ(get("/chat"), "/chat");
  EXPECT_EQ(get("/chat/"), "/chat/* *=");
  EXPECT_EQ(get("/chat/a/b%20c"), "/chat/* *=a/b c");
  EXPECT_EQ(get("/chatter"), "404");
}

TEST_F(Routes, TheMoreSpecificPatternWinsWhateverTheOrder) {
  add("/*");
  add("/api/{version}/rooms");
  add("/api/v1/{what}");
  add("/api/v1/rooms");

  EXPECT_EQ(get("/api/v1/rooms"), "/api/v1/rooms");
  EXPECT_EQ(get("/api/v1/x"), "/api/v1/{what} what=x");
  EXPECT_EQ(get("/api/v2/rooms"), "/api/{version}/rooms version=v2");
  EXPECT_EQ(get("/other"), "/* *=other");
}

TEST_F(Routes, SeveralMethodsShareAPath) {
  add("/thing", "GET");
  add("/thing", "POST");

  EXPECT_EQ(get("/thing", "POST"), "/thing");
  EXPECT_EQ(get("/thing", "HEAD"), "/thing");
  Request request;
  request.method = "PUT";
  request.path = "/thing";
  const auto response = router_.handle(request);
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(response.headers.get("Allow"), "GET, HEAD, POST");
}

TEST_F(Routes, AMistakeInTheTableIsFoundWhenItIsFilled) {
  add("/thing");
  EXPECT_THROW(add("/thing"), std::invalid_argument);
  EXPECT_THROW(add("thing"), std::invalid_argument);
}

TEST_F(Routes, AnErrorSurvivesBrokenText) {
  const auto response = Response::error(Request{}, 400, "bad", "caf\xE9 \"quoted\"");
  EXPECT_EQ(nlohmann::json::parse(response.body).at("error").at("code"), "bad");
}

}  // namespace
}  // namespace agente::web
