// A number that Meta knows only the way it does not write it itself.
#include <nlohmann/json.hpp>

#include "support.hpp"

namespace agente::whatsapp {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

class OtherForm : public Channel {
 protected:
  /// Graph that knows only `known`, and refuses others with `code`.
  void graph_knows(const std::string& known, int code) {
    fake.otherwise([=](const http_request& request) -> http_response {
      if (nlohmann::json::parse(request.body).at("to") == known)
        return {.status = 200, .body = R"({"messages":[{"id":"wamid.X"}]})"};
      return {.status = 400, .body = R"({"error":{"message":"no","code":)" + std::to_string(code) + "}}"};
    });
  }
  std::string send() {
    return channel().send({.key = "out-1", .account = kAccount, .recipient = "5491155550142", .text = "Hola"});
  }
};

TEST_F(OtherForm, ARefusedNumberIsTriedOnceInItsOtherFormWhichIsRemembered) {
  for (const int code : {131026, 131030}) {
    graph_knows("541155550142", code);
    EXPECT_EQ(send(), "wamid.X");
    EXPECT_EQ(send(), "wamid.X");
  }

  EXPECT_THAT(fake.requests(), SizeIs(5));
  EXPECT_EQ(fake.kv().at("form/5491155550142").value, "541155550142");
}

TEST_F(OtherForm, ItIsRememberedAfterARestart) {
  fake.set_kv("form/5491155550142", "541155550142", 1);
  graph_knows("541155550142", 131030);

  EXPECT_EQ(send(), "wamid.X");
  EXPECT_THAT(fake.requests(), SizeIs(1));
}

TEST_F(OtherForm, TheFormThatAnotherHostHasFoundIsUsedWithinSeconds) {
  graph_knows("541155550142", 131030);
  fake.set_kv("form/5491155550142", "5491155550142", 1);
  EXPECT_EQ(send(), "wamid.X");
  for (const std::string form : {"5491155550142", "541155550142"}) {
    fake.set_kv("form/5491155550142", form, 1);
    fake.advance(std::chrono::seconds{5});
    const auto before = fake.requests().size();
    EXPECT_EQ(send(), "wamid.X");
    EXPECT_EQ(nlohmann::json::parse(fake.requests().at(before).body)["to"], form);
  }
}

TEST_F(OtherForm, TheFormByWhichMetaCallsAGuestIsRememberedUnlessAnotherIsKnownToWork) {
  const auto calls_him = [this](const std::string& number) {
    fake.otherwise([number](const http_request&) {
      return http_response{.status = 200,
                           .body = R"({"contacts":[{"wa_id":")" + number + R"("}],"messages":[{"id":"wamid.X"}]})"};
    });
  };
  calls_him("34600111222");
  EXPECT_EQ(send(), "wamid.X");
  EXPECT_THAT(fake.kv(), IsEmpty()) << "that is somebody else";
  calls_him("541155550142");
  EXPECT_EQ(send(), "wamid.X");
  EXPECT_EQ(fake.kv().at("form/5491155550142").value, "541155550142");
  calls_him("5491155550142");
  EXPECT_EQ(send(), "wamid.X");
  EXPECT_EQ(fake.kv().at("form/5491155550142").value, "541155550142");
}

TEST_F(OtherForm, AMessageThatIsOutDoesNotFailForWantOfANote) {
  fake.otherwise([this](const http_request& request) -> http_response {
    fake.set_kv_down(true);
    const bool known = nlohmann::json::parse(request.body).at("to") == "525512340187";
    return known ? http_response{.status = 200, .body = R"({"messages":[{"id":"wamid.M"}]})"}
                 : http_response{.status = 400, .body = R"({"error":{"message":"no","code":131030}})"};
  });

  EXPECT_EQ(channel().send({.key = "out-2", .account = kAccount, .recipient = "5215512340187", .text = "Hola"}),
            "wamid.M");
}

TEST_F(OtherForm, AMessageThatMetaTookDoesNotFailForAStoreThatWentDownMeanwhile) {
  const auto takes = [this](const std::string& more) {
    fake.set_kv_down(false);
    fake.otherwise([this, more](const http_request&) {
      fake.advance(std::chrono::seconds{6});
      fake.set_kv_down(true);
      return http_response{
          .status = 200,
          .body = R"({"contacts":[{"wa_id":"541155550142"}],"messages":[{"id":"wamid.X")" + more + "}]}"};
    });
  };
  takes("");
  EXPECT_EQ(send(), "wamid.X");
  takes(R"(,"message_status":"held_for_quality_assessment")");
  EXPECT_EQ(channel().send({.key = "out-2",
                            .account = kAccount,
                            .recipient = "34600111222",
                            .kind = "template",
                            .details = R"({"name":"offer","language":"es"})"}),
            "wamid.X");
}

TEST_F(OtherForm, WhatIsRefusedInBothFormsOrForAnotherReasonIsRefused) {
  graph_knows("nobody", 131030);
  EXPECT_THROW(send(), error);
  EXPECT_THAT(fake.requests(), SizeIs(2));
  graph_knows("541155550142", 131047);
  EXPECT_THROW(send(), error);
  EXPECT_THAT(fake.requests(), SizeIs(3));
  EXPECT_THAT(notes(), IsEmpty());
}

}  // namespace
}  // namespace agente::whatsapp
