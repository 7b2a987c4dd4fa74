#include "guestbook.hpp"

#include <nlohmann/json.hpp>

#include "support.hpp"

namespace agente::whatsapp {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Guests : public Channel {
 protected:
  /// A message of whom `ids` name: `"from":"…"`, `"from_user_id":"…"` or both.
  http_out hear(const std::string& ids) {
    const auto id = "wamid." + std::to_string(++last_);
    return post(with_messages("{" + ids + R"(,"id":")" + id + R"(","type":"text","text":{"body":"x"}})"));
  }
  std::vector<std::string> senders() {
    std::vector<std::string> all;
    for (const auto& message : fake.inbox()) all.push_back(message.sender);
    return all;
  }

  int last_ = 0;
};

TEST_F(Guests, BothFormsOfANumberAreOneGuest) {
  hear(R"("from":"5215512340187")");
  hear(R"("from":"525512340187")");
  hear(R"("from":"5215512340187")");
  hear(R"("from":"556281230044")");
  hear(R"("from":"5562981230044")");

  EXPECT_THAT(senders(),
              ElementsAre("5215512340187", "5215512340187", "5215512340187", "556281230044", "556281230044"));
}

TEST_F(Guests, BothFormsInOneWebhookAreOneGuest) {
  post(with_messages(text_message("a", "x", "541155550142") + "," + text_message("b", "x", "5491155550142")));

  EXPECT_THAT(senders(), ElementsAre("541155550142", "541155550142"));
}

TEST_F(Guests, WhoChangesHisNumberStaysWhoHeWasAndIsAnsweredUnderTheNewOne) {
  fake.otherwise(
      [](const http_request&) { return http_response{.status = 200, .body = R"({"messages":[{"id":"wamid.X"}]})"}; });
  hear(R"("from":"34600111222")");
  post(with_messages(R"({"from":"34600111222","id":"wamid.moves","timestamp":"1763200100","type":"system",)"
                     R"("system":{"type":"user_changed_number","wa_id":"34699888777"}})"));
  fake.advance(std::chrono::seconds{5});
  hear(R"("from":"34699888777")");
  hear(R"("from":"34600999000")");
  EXPECT_THAT(senders(), ElementsAre("34600111222", "34600111222", "34600111222", "34600999000"));

  channel().send({.key = "out-1", .account = kAccount, .recipient = "34600111222", .text = "Hola"});
  EXPECT_EQ(nlohmann::json::parse(fake.requests().back().body)["to"], "34699888777");

  post(with_messages(R"({"from":"34699888777","id":"wamid.again","timestamp":"1763200200","type":"system",)"
                     R"("system":{"type":"user_changed_number","new_wa_id":"34611222333"}})"));
  fake.advance(std::chrono::seconds{5});
  channel().send({.key = "out-2", .account = kAccount, .recipient = "34600111222", .text = "Hola"});
  EXPECT_EQ(nlohmann::json::parse(fake.requests().back().body)["to"], "34611222333");
}

TEST_F(Guests, AUserIdSeenBesideANumberStandsForIt) {
  hear(R"("from":"34600111222","from_user_id":"ES.1")");
  hear(R"("from_user_id":"ES.1")");

  EXPECT_THAT(senders(), ElementsAre("34600111222", "34600111222"));
}

TEST_F(Guests, AGuestFirstSeenWithoutANumberKeepsHisUserId) {
  hear(R"("from_user_id":"ES.1")");
  hear(R"("from":"34600111222","from_user_id":"ES.1")");

  EXPECT_THAT(senders(), ElementsAre("ES.1", "ES.1"));
}

TEST_F(Guests, ItIsKnownAfterARestartAndStoredOnce) {
  fake.set_kv("guest/541155550142", "541155550142", 1);
  const auto before = fake.kv().at("guest/541155550142").revision;
  hear(R"("from":"5491155550142")");

  EXPECT_THAT(senders(), ElementsAre("541155550142"));
  EXPECT_EQ(fake.kv().at("guest/541155550142").revision, before);
}

TEST_F(Guests, WhatIsRememberedIsReadAgainAfterMinutesForAGuestMayHaveBeenErased) {
  hear(R"("from":"541155550142")");
  hear(R"("from":"541155550142")");
  fake.set_kv("guest/541155550142", "who came after", 1);
  hear(R"("from":"541155550142")");
  fake.advance(std::chrono::minutes{10});
  hear(R"("from":"541155550142")");

  EXPECT_THAT(senders(), ElementsAre("541155550142", "541155550142", "541155550142", "who came after"));
}

TEST_F(Guests, NumbersWithOneFormNeedNoMemory) {
  hear(R"("from":"34600111222")");

  EXPECT_THAT(senders(), ElementsAre("34600111222"));
  EXPECT_THAT(fake.kv(), IsEmpty());
}

TEST_F(Guests, WhoWritesToAForeignNumberIsNotRemembered) {
  post(envelope(R"({"metadata":{"phone_number_id":"999"},"messages":[)" + text_message("a", "x", "5491155550142") +
                "]}"));

  EXPECT_THAT(senders(), IsEmpty());
  EXPECT_THAT(fake.kv(), IsEmpty());
}

TEST_F(Guests, AWebhookIsRefusedForNowWhileTheStoreIsDown) {
  fake.set_kv_down(true);
  try {
    hear(R"("from":"5491155550142")");
    FAIL() << "it was answered";
  } catch (const error& e) {
    EXPECT_EQ(e.code(), AGENTE_E_RETRY);
  }
  EXPECT_THAT(senders(), IsEmpty());
}

TEST_F(Guests, WhatStaffWroteToTheOtherFormIsWithTheSameGuest) {
  hear(R"("from":"5491155550142")");
  post(R"({"object":"whatsapp_business_account","entry":[{"changes":[{"field":"smb_message_echoes","value":{
       "metadata":{"phone_number_id":"106540352242922"},
       "message_echoes":[{"to":"541155550142","id":"e","type":"text","text":{"body":"Hola"}}]}}]}]})");

  EXPECT_THAT(senders(), ElementsAre("5491155550142", "5491155550142"));
}

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

TEST_F(OtherForm, WhatIsRefusedInBothFormsOrForAnotherReasonIsRefused) {
  graph_knows("nobody", 131030);
  EXPECT_THROW(send(), error);
  EXPECT_THAT(fake.requests(), SizeIs(2));
  graph_knows("541155550142", 131047);
  EXPECT_THROW(send(), error);
  EXPECT_THAT(fake.requests(), SizeIs(3));
  EXPECT_THAT(fake.kv(), IsEmpty());
}

}  // namespace
}  // namespace agente::whatsapp
