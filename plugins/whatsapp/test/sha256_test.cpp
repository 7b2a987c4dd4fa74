#include "sha256.hpp"

#include <gtest/gtest.h>

#include "signature.hpp"

namespace agente::whatsapp {
namespace {

TEST(Sha256, GivesTheDigestsOfTheStandardsExamples) {
  EXPECT_EQ(to_hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(to_hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(to_hex(sha256(std::string(1'000'000, 'a'))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, PadsEveryLengthAroundTheEndOfABlock) {
  // sha256 over the digests of n letters a, n = 0..129, made with another implementation.
  std::string all;
  for (std::size_t n = 0; n < 130; ++n) all += to_hex(sha256(std::string(n, 'a')));
  EXPECT_EQ(to_hex(sha256(all)), "c665ed20ef30f158e90c7e921d8182bc0943c4b087a82f64a18d417bcdfadce7");
}

TEST(Hmac, GivesTheDigestsOfRfc4231) {
  EXPECT_EQ(to_hex(hmac_sha256(std::string(20, '\x0b'), "Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(to_hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(to_hex(hmac_sha256(std::string(20, '\xaa'), std::string(50, '\xdd'))),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
  EXPECT_EQ(to_hex(hmac_sha256(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Signature, NamesTheSecretThatMatches) {
  const std::string body = R"({"text":"ma\u00f1ana \/"})";
  const auto signed_with = [&](std::string_view secret) { return "sha256=" + to_hex(hmac_sha256(secret, body)); };
  const std::vector<std::string> secrets{"", "old", "new"};

  EXPECT_EQ(signing_secret(signed_with("old"), body, secrets), 1U);
  EXPECT_EQ(signing_secret(signed_with("new"), body, secrets), 2U);
  EXPECT_EQ(signing_secret(signed_with("other"), body, secrets), std::nullopt);
  EXPECT_EQ(signing_secret(signed_with(""), body, secrets), std::nullopt) << "an empty secret is none";
  EXPECT_EQ(signing_secret(signed_with("old"), body, {}), std::nullopt);
}

TEST(Signature, WhatIsNotExactlyOneIsNone) {
  const std::string right = "sha256=" + to_hex(hmac_sha256("s", "body"));

  EXPECT_TRUE(signing_secret(right, "body", {"s"}).has_value());
  EXPECT_FALSE(signing_secret(right, "bodY", {"s"}).has_value());
  EXPECT_FALSE(signing_secret(right + "0", "body", {"s"}).has_value());
  EXPECT_FALSE(signing_secret(right.substr(0, right.size() - 1), "body", {"s"}).has_value());
  EXPECT_FALSE(signing_secret(right.substr(7), "body", {"s"}).has_value());
  EXPECT_FALSE(signing_secret("sha256=", "body", {"s"}).has_value());
  EXPECT_FALSE(signing_secret("sha1=" + right.substr(7), "body", {"s"}).has_value());
}

}  // namespace
}  // namespace agente::whatsapp
