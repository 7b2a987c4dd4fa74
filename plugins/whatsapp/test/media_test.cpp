#include "media.hpp"

#include <nlohmann/json.hpp>

#include "base64.hpp"
#include "support.hpp"

namespace agente::whatsapp {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::SizeIs;

const std::string kPicture("\xff\xd8\xff\x00 a picture", 14);
const std::string kDigest = to_hex(sha256(kPicture));
constexpr const char* kAddress = "https://lookaside.fbsbx.com/a?mid=17&hash=x";
constexpr const char* kSecondAddress = "https://lookaside.fbsbx.com/b";
constexpr const char* kNode = "http://graph/v25.0/17?phone_number_id=106540352242922";

struct Media : Channel {
  json file{{"id", "17"}, {"mime_type", "image/jpeg"}, {"url", kAddress}};
  std::string kind = "image";
  std::uint32_t max_bytes = 1000;

  media fetch() {
    const auto raw = json{{"type", kind}, {kind, file}}.dump();
    return channel().fetch(
        {.account = kAccount, .external_id = "wamid.1", .kind = kind, .raw = raw, .max_bytes = max_bytes});
  }
  error failure() {
    try {
      fetch();
    } catch (const error& e) {
      return e;
    }
    return error(AGENTE_E_INTERNAL, "it went through");
  }
  void gives(const std::string& url, const std::string& bytes, int status = 200) {
    fake.answer("GET", url, {.status = status, .body = bytes});
  }
  void names(const std::string& url, const std::string& digest = kDigest) {
    const json node{{"url", url}, {"mime_type", "image/jpeg"}, {"sha256", digest}, {"file_size", "14"}, {"id", "17"}};
    fake.answer("GET", kNode, {.status = 200, .body = node.dump()});
  }
  /// Both addresses that Graph is asked for are over.
  void leads_nowhere() {
    for (int i = 0; i < 2; ++i) {
      names(kSecondAddress);
      gives(kSecondAddress, "", 404);
    }
  }
  /// The token went to these, in order.
  std::vector<std::string> told() {
    std::vector<std::string> urls;
    for (const auto& request : fake.requests()) {
      EXPECT_EQ(request.headers.at(0).value, "Bearer EAAG-token");
      urls.push_back(request.url);
    }
    return urls;
  }
};

std::string base64_of_digest() {
  // What Meta's webhooks carry; by hand, so that the reader is not checked by itself.
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const auto digest = sha256(kPicture);
  std::string out;
  for (std::size_t i = 0; i < digest.size(); i += 3) {
    const auto at = [&](std::size_t j) { return i + j < digest.size() ? unsigned{digest.at(i + j)} : 0U; };
    const unsigned bits = (at(0) << 16U) | (at(1) << 8U) | at(2);
    for (unsigned shift : {18U, 12U, 6U, 0U}) out += kLetters[(bits >> shift) & 63U];
  }
  out.replace(43, 1, "=");
  return out;
}

TEST(Base64, IsReadWithAndWithoutPaddingAndRefusedWhereItIsNone) {
  EXPECT_EQ(from_base64("SG9sYQ=="), "Hola");
  EXPECT_EQ(from_base64("SG9sYQ"), "Hola");
  EXPECT_EQ(from_base64(""), "");
  for (const auto* bad : {"A", "SG9s YQ==", "SG9s*Q==", "ñ"}) EXPECT_FALSE(from_base64(bad)) << bad;
}

TEST_F(Media, TheWebhooksOwnAddressIsTakenFirst) {
  file["sha256"] = base64_of_digest();
  file["filename"] = "../../etc/passwd";
  gives(kAddress, kPicture);
  const auto got = fetch();
  EXPECT_EQ(got.bytes, kPicture);
  EXPECT_EQ(got.sha256, kDigest);
  EXPECT_EQ(got.mime_type, "image/jpeg");
  EXPECT_EQ(got.file_name, "../../etc/passwd") << "the host's to clean";
  EXPECT_EQ(told(), (std::vector<std::string>{kAddress}));
  EXPECT_EQ(fake.requests()[0].headers.at(1).name, "User-Agent");
}

TEST_F(Media, WithoutOneGraphIsAsked) {
  file.erase("url");
  names(kAddress);
  gives(kAddress, kPicture);
  EXPECT_EQ(fetch().bytes, kPicture);
  EXPECT_EQ(told(), (std::vector<std::string>{kNode, kAddress}));
}

TEST_F(Media, AnAddressThatIsOverIsAskedForAnewTwiceAtMost) {
  gives(kAddress, "", 404);
  names(kSecondAddress);
  gives(kSecondAddress, "", 410);
  names(kSecondAddress);
  gives(kSecondAddress, kPicture);
  EXPECT_EQ(fetch().bytes, kPicture);

  gives(kAddress, "", 404);
  leads_nowhere();
  EXPECT_EQ(failure().code(), AGENTE_E_RETRY);
}

TEST_F(Media, OtherBytesThanAnnouncedAreNotTaken) {
  file["sha256"] = base64_of_digest();
  gives(kAddress, kPicture + "x");
  names(kSecondAddress);
  gives(kSecondAddress, kPicture);
  EXPECT_EQ(fetch().bytes, kPicture) << "from another address";

  gives(kAddress, kPicture + "x");
  leads_nowhere();
  EXPECT_THAT(failure().what(), HasSubstr("answers 404"));

  file.erase("sha256");
  file.erase("url");
  for (int i = 0; i < 3; ++i) {
    names(kAddress, kDigest);
    gives(kAddress, "other");
  }
  EXPECT_THAT(failure().what(), HasSubstr("SHA-256"));
}

TEST_F(Media, NobodyButMetaIsShownTheToken) {
  const Settings settings{.graph_url = "http://graph:81"};
  for (const auto* url : {"https://lookaside.fbsbx.com/x", "https://FBSBX.com", "https://a.b.facebook.com?x",
                          "https://scontent.fbcdn.net/x", "http://graph:81/x"}) {
    EXPECT_TRUE(is_metas(url, settings)) << url;
  }
  for (const auto* url :
       {"http://lookaside.fbsbx.com/x", "https://evil.example/x", "https://evilfbsbx.com/x",
        "https://fbsbx.com.evil.example", "https://fbsbx.com@evil.example/", "https://evil.example/fbsbx.com",
        "https://evil.example#.fbsbx.com", "https://evil.example?.fbsbx.com", "https://evil.example\\.fbsbx.com",
        "https://fbsbx.com:444/x", "http://graph/x", "https://graph:81/x", "http://graph:81@evil.example/",
        "ftp://fbsbx.com/x", "fbsbx.com", "", "https://", "https://evil.example\n.fbsbx.com"}) {
    EXPECT_FALSE(is_metas(url, settings)) << url;
  }
  file["url"] = "https://evil.example/x";
  for (int i = 0; i < 2; ++i) names("https://evil.example/y");
  EXPECT_THAT(failure().what(), HasSubstr("not one of Meta's: https://evil.example"));
  EXPECT_EQ(told(), (std::vector<std::string>{kNode, kNode}));
}

TEST_F(Media, ARedirectIsFollowedOnlyWithinMeta) {
  fake.answer("GET", kAddress, {.status = 302, .headers = {{"Location", kSecondAddress}}});
  gives(kSecondAddress, kPicture);
  EXPECT_EQ(fetch().bytes, kPicture);

  fake.answer("GET", kAddress, {.status = 302, .headers = {{"Location", "http://localhost/foreign"}}});
  leads_nowhere();
  EXPECT_EQ(failure().code(), AGENTE_E_RETRY);

  file.erase("url");
  for (int i = 0; i < 3; ++i) {
    names(kAddress);
    fake.answer("GET", kAddress, {.status = 302, .headers = {{"Location", "http://localhost/foreign"}}});
  }
  EXPECT_THAT(failure().what(), HasSubstr("not one of Meta's: http://localhost"));

  for (int i = 0; i < 3; ++i) {
    names(kAddress);
    for (int j = 0; j < 4; ++j) fake.answer("GET", kAddress, {.status = 302, .headers = {{"Location", kAddress}}});
  }
  EXPECT_THAT(failure().what(), HasSubstr("on and on"));
  for (const auto& url : told()) EXPECT_EQ(url.find("localhost"), std::string::npos);
}

TEST_F(Media, AnAddressThatTheHostMayNotCallIsNotTheLastOne) {
  const auto* elsewhere = "https://scontent.fbcdn.net/x";
  const std::string remedy = "calls to scontent.fbcdn.net are not allowed: add `egress: [scontent.fbcdn.net]`";
  file["url"] = elsewhere;
  fake.fail("GET", elsewhere, AGENTE_E_CONFIG, remedy);
  names(kSecondAddress);
  gives(kSecondAddress, kPicture);
  EXPECT_EQ(fetch().bytes, kPicture);

  file["url"] = kAddress;
  fake.answer("GET", kAddress, {.status = 302, .headers = {{"Location", elsewhere}}});
  fake.fail("GET", elsewhere, AGENTE_E_CONFIG, remedy);
  names(kSecondAddress);
  gives(kSecondAddress, kPicture);
  EXPECT_EQ(fetch().bytes, kPicture);

  file.erase("url");
  for (int i = 0; i < 3; ++i) {
    names(elsewhere);
    fake.fail("GET", elsewhere, AGENTE_E_CONFIG, remedy);
  }
  EXPECT_EQ(failure().code(), AGENTE_E_RETRY);
  for (int i = 0; i < 3; ++i) {
    names(elsewhere);
    fake.fail("GET", elsewhere, AGENTE_E_CONFIG, remedy);
  }
  EXPECT_THAT(failure().what(), HasSubstr("add `egress: [scontent.fbcdn.net]`"));

  fake.fail("GET", kNode, AGENTE_E_CONFIG, "calls to graph are not allowed: add `egress: [graph]`");
  const auto refused = failure();
  EXPECT_EQ(refused.code(), AGENTE_E_CONFIG) << "there is no way around Graph";
  EXPECT_THAT(refused.what(), HasSubstr("add `egress: [graph]`"));
}

TEST_F(Media, WhatMayNotBeKeptIsRefusedForGood) {
  const auto code = [&](const std::string& of, const json& content) {
    kind = of;
    file = content;
    return failure().code();
  };
  EXPECT_EQ(code("image", {{"id", "17"}, {"mime_type", "text/html"}, {"url", kAddress}}), AGENTE_E_INVALID);
  EXPECT_EQ(code("audio", {{"id", "17"}, {"mime_type", "image/png"}, {"url", kAddress}}), AGENTE_E_INVALID);
  EXPECT_EQ(code("image", {{"id", "../me"}, {"url", kAddress}}), AGENTE_E_INVALID);
  EXPECT_EQ(code("image", {{"id", "17"}, {"mime_type", "image/" + std::string(300, 'x')}}), AGENTE_E_INVALID);
  EXPECT_EQ(code("image", json::object()), AGENTE_E_INVALID);
  EXPECT_TRUE(fake.requests().empty());
  max_bytes = 13;
  names(kAddress);
  EXPECT_EQ(code("image", {{"id", "17"}}), AGENTE_E_INVALID);
  EXPECT_THAT(fake.requests(), SizeIs(1)) << "its size is known before it is fetched";
}

TEST_F(Media, WhatIsLargerThanItSaysIsNotTakenEither) {
  fake.fail("GET", kAddress, AGENTE_E_INVALID, "lookaside.fbsbx.com answered with more than is allowed");
  const auto refused = failure();
  EXPECT_EQ(refused.code(), AGENTE_E_INVALID);
  EXPECT_THAT(refused.what(), HasSubstr("more than the 1000 bytes"));
  EXPECT_EQ(fake.requests().at(0).max_response_bytes, 65'536U) << "room for a page that says why there is no file";
}

TEST_F(Media, AFileOfMoreThanIsKeptIsRefusedAndALongPageThatSaysNoIsNoSuchFile) {
  gives(kAddress, std::string(1001, 'x'));
  EXPECT_EQ(failure().code(), AGENTE_E_INVALID);

  gives(kAddress, std::string(5000, 'x'), 404);
  names(kSecondAddress);
  gives(kSecondAddress, kPicture);
  EXPECT_EQ(fetch().bytes, kPicture);
}

TEST_F(Media, WhatGraphDoesNotHandOutComesAgainForItMayBeTheToken) {
  file.erase("url");
  fake.answer("GET", kNode,
              {.status = 400,
               .body = R"({"error":{"message":"Unsupported get request. Object with ID '17' does not exist","code":100,
                           "error_subcode":33}})"});
  const auto refused = failure();
  EXPECT_EQ(refused.code(), AGENTE_E_RETRY);
  EXPECT_THAT(refused.what(), HasSubstr("does not hand out the file: 100"));
}

TEST_F(Media, AProviderThatIsAwayIsAskedAgainWhenItSays) {
  fake.fail("GET", kAddress, AGENTE_E_UNKNOWN_OUTCOME);
  EXPECT_EQ(failure().code(), AGENTE_E_RETRY) << "asking twice does no harm";
  fake.answer("GET", kAddress, {.status = 429, .headers = {{"Retry-After", "30"}}});
  const auto refused = failure();
  EXPECT_EQ(refused.code(), AGENTE_E_RATE);
  EXPECT_EQ(refused.retry_after(), std::chrono::seconds{30});
  fake.answer("GET", kAddress, {.status = 503});
  EXPECT_EQ(failure().code(), AGENTE_E_RETRY);
}

TEST_F(Media, AFileOfAnyTypeMayBeADocument) {
  kind = "document";
  file["mime_type"] = "application/x-msdownload";
  gives(kAddress, kPicture);
  EXPECT_EQ(fetch().bytes, kPicture);
}

TEST_F(Media, APageInsteadOfAPictureIsNone) {
  fake.answer("GET", kAddress,
              {.status = 200, .headers = {{"Content-Type", "text/html"}}, .body = "<!DOCTYPE html>sign in"});
  names(kSecondAddress);
  gives(kSecondAddress, kPicture);
  EXPECT_EQ(fetch().bytes, kPicture);
}

}  // namespace
}  // namespace agente::whatsapp
