#include <nlohmann/json.hpp>

#include "support.hpp"

namespace agente::whatsapp {
namespace {

using ::testing::HasSubstr;

const std::string kUrl = "http://graph/v25.0/106540352242922/media";

struct Upload : Channel {
  std::string bytes{"\x89PNG\r\n\0", 7};

  std::string upload(const std::string& type = "image/png") {
    return channel().upload({.account = kAccount, .mime_type = type, .bytes = bytes});
  }
  agente_status code(const std::string& type = "image/png") {
    try {
      upload(type);
    } catch (const error& e) {
      return e.code();
    }
    return AGENTE_OK;
  }
};

TEST_F(Upload, AFileGoesToMetaAsAFormAndItsIdComesBack) {
  fake.answer("POST", kUrl, {.status = 200, .body = R"({"id":"1789"})"});
  EXPECT_EQ(upload(), "1789");
  const auto request = fake.requests().at(0);
  EXPECT_EQ(request.headers.at(0).value, "Bearer EAAG-token");
  EXPECT_THAT(request.headers.at(1).value, HasSubstr("multipart/form-data; boundary=agente-"));
  const auto boundary = request.headers.at(1).value.substr(request.headers.at(1).value.find("agente-"));
  EXPECT_EQ(request.body,
            "--" + boundary + "\r\nContent-Disposition: form-data; name=\"messaging_product\"\r\n\r\nwhatsapp\r\n--" +
                boundary + "\r\nContent-Disposition: form-data; name=\"type\"\r\n\r\nimage/png\r\n--" + boundary +
                "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"file\"\r\nContent-Type: "
                "image/png\r\n\r\n" +
                bytes + "\r\n--" + boundary + "--\r\n");
}

TEST_F(Upload, ATypeThatIsNoneSaysNothingToMeta) {
  for (const auto* type : {"", "png", "image/png\r\nX: y", "image/\"png", "image/ñ"}) {
    EXPECT_EQ(code(type), AGENTE_E_INVALID) << type;
  }
  EXPECT_TRUE(fake.requests().empty());
}

TEST_F(Upload, AnAccountThatIsNoNumberNeverBecomesPartOfAUrl) {
  EXPECT_THROW(channel().upload({.account = "1/../2", .mime_type = "image/png", .bytes = bytes}), error);
  EXPECT_TRUE(fake.requests().empty());
}

TEST_F(Upload, WhatMetaRefusesIsRefusedAndWhatMayPassComesAgain) {
  fake.answer("POST", kUrl, {.status = 400, .body = R"({"error":{"code":131053,"message":"Media upload error"}})"});
  EXPECT_EQ(code(), AGENTE_E_INVALID);
  fake.fail("POST", kUrl, AGENTE_E_UNKNOWN_OUTCOME);
  EXPECT_EQ(code(), AGENTE_E_RETRY);
  fake.answer("POST", kUrl, {.status = 200, .body = "{}"});
  EXPECT_EQ(code(), AGENTE_E_RETRY);
}

}  // namespace
}  // namespace agente::whatsapp
