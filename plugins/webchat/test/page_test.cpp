#include "page.hpp"

#include <fstream>

#include <Poco/Crypto/DigestEngine.h>

#include "chat.hpp"

namespace webchat::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Page : public ::testing::Test {
 protected:
  agente::http_out load(const std::string& path = "") { return chat.on_http({.method = "GET", .path = path}); }

  agente::testing::fake_host fake;
  Chat chat{fake, R"({"allowed_origins": ["https://www.hotel.example"]})"};
};

std::string between(const std::string& text, const std::string& from, const std::string& to) {
  const auto begin = text.find(from) + from.size();
  return text.substr(begin, text.find(to, begin) - begin);
}

std::string sha256(const std::string& text) {
  Poco::Crypto::DigestEngine engine("SHA256");
  engine.update(text);
  return Poco::DigestEngine::digestToHex(engine.digest());
}

TEST_F(Page, IsServedWithAndWithoutASlash) {
  for (const auto* path : {"", "/"}) {
    EXPECT_EQ(load(path).status, 200);
    EXPECT_EQ(header(load(path), "Content-Type"), "text/html; charset=utf-8");
    EXPECT_EQ(header(load(path), "X-Content-Type-Options"), "nosniff");
  }
}

TEST_F(Page, NeedsNothingFromElsewhere) {
  const auto html = load().body;
  for (const auto* foreign : {"http://", "https://", "src=", "href=", "url(", "@AGENTE"})
    EXPECT_THAT(html, Not(HasSubstr(foreign)));
}

TEST_F(Page, NeverMakesMarkupOfWords) {
  const auto html = load().body;
  for (const auto* danger :
       {"innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval(", " onclick=", " onload=", "style="})
    EXPECT_THAT(between(html, "<body>", "<script>"), Not(HasSubstr(danger)));
  EXPECT_THAT(html, Not(HasSubstr("innerHTML")));
  EXPECT_THAT(html, HasSubstr("textContent"));
}

TEST_F(Page, HasThePartsThatTestsAndPeopleUse) {
  const auto html = load().body;
  for (const auto* part : {"id=\"text\"", "id=\"send\"", "id=\"talk\"", "role=\"log\"", "<label for=\"text\"",
                           "name=\"viewport\"", "Enviar", "Send", "Fale com o hotel"})
    EXPECT_THAT(html, HasSubstr(part));
}

TEST_F(Page, ItsPolicyAllowsExactlyItsOwnStyleAndScript) {
  const auto html = load().body;
  const auto policy = header(load(), "Content-Security-Policy");

  EXPECT_EQ(sha256(between(html, "<script>", "</script>")), kScriptSha256);
  EXPECT_EQ(sha256(between(html, "<style>", "</style>")), kStyleSha256);
  EXPECT_THAT(policy, HasSubstr("default-src 'none'; script-src 'sha256-"));
  EXPECT_THAT(policy, HasSubstr("frame-ancestors 'self' https://www.hotel.example"));
  EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
}

TEST_F(Page, OtherPathsAndMethodsAreRefusedAsJson) {
  EXPECT_EQ(load("/nothing").status, 404);
  EXPECT_EQ(load("/messages/1").status, 404);
  EXPECT_EQ(json::parse(load("/nothing").body).at("error").at("code"), "not_found");
  EXPECT_EQ(chat.on_http({.method = "POST", .path = "", .visitor = kAna}).status, 405);
  const auto out = chat.on_http({.method = "DELETE", .path = "/messages", .visitor = kAna});
  EXPECT_EQ(out.status, 405);
  EXPECT_EQ(header(out, "Allow"), "GET, POST");
}

TEST_F(Page, TheSelfTestNamesItsStages) {
  auto checks = chat.self_test();
  ASSERT_EQ(checks.size(), 2U);
  EXPECT_TRUE(checks[0].ok && checks[1].ok);

  fake.set_kv_down(true);
  checks = chat.self_test();
  EXPECT_EQ(checks[1].stage, "store");
  EXPECT_FALSE(checks[1].ok);
  EXPECT_FALSE(checks[1].remedy.empty());
}

}  // namespace
}  // namespace webchat::testing
