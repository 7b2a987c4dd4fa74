#include "guestbook.hpp"

#include <algorithm>

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
  /// Whom a message to `recipient` goes to.
  std::string address_of(const std::string& recipient) {
    fake.otherwise(
        [](const http_request&) { return http_response{.status = 200, .body = R"({"messages":[{"id":"wamid.X"}]})"}; });
    channel().send(
        {.key = "out-" + std::to_string(++last_), .account = kAccount, .recipient = recipient, .text = "Hola"});
    const auto sent = nlohmann::json::parse(fake.requests().back().body);
    return sent.contains("to") ? sent["to"] : sent["recipient"];
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

std::string system_message(const std::string& ids, const std::string& system, const std::string& at = "1763200100") {
  return "{" + ids + R"(,"id":"wamid.system.)" + at + R"(","timestamp":")" + at + R"(","type":"system","system":{)" +
         system + "}}";
}

const std::string kMoves =
    system_message(R"("from":"34600111222")", R"("type":"user_changed_number","wa_id":"34699888777")");
const std::string kUnderNewIds =
    R"({"from":"34699888777","from_user_id":"ES.2","id":"wamid.new","type":"text","text":{"body":"x"}})";

TEST_F(Guests, AMessageUnderTheNewIdsMayComeBeforeOrAfterTheNewsInOneWebhook) {
  for (const auto& messages : {kUnderNewIds + "," + kMoves, kMoves + "," + kUnderNewIds}) {
    testing::fake_host fresh;
    fresh.accounts = {std::string{kAccount}};
    fresh.set_secret("/app_secret", "app-secret");
    testing::instance<WhatsApp> other(fresh, std::string{kConfig});
    const auto body = with_messages(messages);
    other.on_http({.method = "POST", .headers = {{"X-Hub-Signature-256", signature(body)}}, .body = body});

    for (const auto& message : fresh.inbox()) EXPECT_EQ(message.sender, "34600111222") << messages;
  }
}

TEST_F(Guests, WhoWroteUnderTheNewIdsBeforeTheNewsCameIsOneGuestFromThenOn) {
  hear(R"("from_user_id":"ES.2")");
  post(with_messages(kUnderNewIds));
  post(with_messages(kMoves));
  hear(R"("from":"34699888777")");
  hear(R"("from_user_id":"ES.2","from":"34699888777")");
  hear(R"("from_user_id":"ES.2")");

  EXPECT_THAT(senders(), ElementsAre("ES.2", "ES.2", "34600111222", "34600111222", "34600111222", "34600111222"));
}

TEST_F(Guests, InWhateverOrderNewsAndMessagesComeTheyEndInOneConversation) {
  const std::string alone = R"({"from_user_id":"ES.2","id":"wamid.alone","type":"text","text":{"body":"x"}})";
  const std::string number = text_message("wamid.number", "x", "34699888777");
  std::vector<std::string> events{alone, kMoves, kUnderNewIds, number};
  std::sort(events.begin(), events.end());
  do {
    for (const bool at_once : {false, true}) {
      testing::fake_host fresh;
      fresh.accounts = {std::string{kAccount}};
      fresh.set_secret("/app_secret", "app-secret");
      testing::instance<WhatsApp> other(fresh, std::string{kConfig});
      const auto hear_of = [&](const std::string& messages) {
        const auto body = with_messages(messages);
        other.on_http({.method = "POST", .headers = {{"X-Hub-Signature-256", signature(body)}}, .body = body});
      };
      hear_of(text_message("wamid.first", "x"));
      std::string all;
      for (const auto& event : events) all += (all.empty() ? "" : ",") + event;
      if (at_once) hear_of(all);
      for (const auto& event : events)
        if (!at_once) hear_of(event);
      for (const auto& last : {alone, number, kUnderNewIds}) {
        hear_of(last);
        EXPECT_EQ(fresh.inbox().back().sender, "34600111222") << "at once " << at_once << ": " << all << ", " << last;
      }
    }
  } while (std::next_permutation(events.begin(), events.end()));
}

TEST_F(Guests, WhoHasTheNumberOfAGuestThatMovedIsANewOneUnderHisUserId) {
  hear(R"("from":"34600111222","from_user_id":"ES.1")");
  post(with_messages(kMoves));
  for (int i = 0; i < 2; ++i) {
    hear(R"("from":"34600111222","from_user_id":"ES.9")");
    hear(R"("from":"34699888777","from_user_id":"ES.1")");
    restart();
  }
  hear(R"("from_user_id":"ES.9")");
  hear(R"("from":"34699888777")");
  hear(R"("from":"34600111222","from_user_id":"ES.1")");

  EXPECT_THAT(senders(), ElementsAre("34600111222", "34600111222", "ES.9", "34600111222", "ES.9", "34600111222", "ES.9",
                                     "34600111222", "34600111222"));
  EXPECT_EQ(address_of("ES.9"), "ES.9");
  EXPECT_EQ(address_of("34600111222"), "34699888777");
}

TEST_F(Guests, TheNewsCountAtOnceAndAfterARestart) {
  post(with_messages(kMoves));
  hear(R"("from":"34699888777")");
  restart();
  hear(R"("from":"34699888777")");

  EXPECT_THAT(senders(), ElementsAre("34600111222", "34600111222", "34600111222"));
}

TEST_F(Guests, WhoMovesToANumberThatIsWrittenInTwoWaysIsFoundUnderBoth) {
  post(with_messages(
      system_message(R"("from":"34600111222")", R"("type":"user_changed_number","wa_id":"5491155550142")")));
  hear(R"("from":"541155550142")");
  hear(R"("from":"5491155550142")");

  EXPECT_THAT(senders(), ElementsAre("34600111222", "34600111222", "34600111222"));
  EXPECT_EQ(address_of("34600111222"), "5491155550142");
}

TEST_F(Guests, AMoverNotedInTheOtherFormByAnOlderVersionIsFound) {
  fake.set_kv("moved/5215512340187", "34600111222", 1);
  hear(R"("from":"525512340187")");

  EXPECT_THAT(senders(), ElementsAre("34600111222"));
  EXPECT_EQ(address_of("34600111222"), "5215512340187");
}

TEST_F(Guests, OldNewsToldOnceMoreDoNotTakeTheAddressBack) {
  post(with_messages(kMoves));
  post(with_messages(system_message(R"("from":"34699888777")", R"("type":"user_changed_number","wa_id":"34611222333")",
                                    "1763200200")));
  post(with_messages(kMoves));

  EXPECT_EQ(address_of("34600111222"), "34611222333");
}

TEST_F(Guests, WhoGoesBackToHisOldNumberIsAnsweredThere) {
  post(with_messages(kMoves));
  post(with_messages(system_message(R"("from":"34699888777")", R"("type":"user_changed_number","wa_id":"34600111222")",
                                    "1763200200")));

  EXPECT_EQ(address_of("34600111222"), "34600111222");
}

std::string user_id_update(const std::string& update) {
  return R"({"object":"whatsapp_business_account","entry":[{"changes":[{"field":"user_id_update","value":{)"
         R"("metadata":{"phone_number_id":"106540352242922"},"user_id_update":[{)" +
         update + R"(,"timestamp":"1763200100"}]}}]}]})";
}

TEST_F(Guests, AnUpdateOfTheUserIdMovesTheGuest) {
  hear(R"("from_user_id":"ES.1")");
  post(user_id_update(R"("user_id":{"previous":"ES.1","current":"ES.2"})"));
  hear(R"("from_user_id":"ES.2")");
  post(user_id_update(R"("previous_user_id":"ES.2","user_id":"ES.3","wa_id":"34699888777")"));
  hear(R"("from_user_id":"ES.3")");
  hear(R"("from":"34699888777")");

  EXPECT_THAT(senders(), ElementsAre("ES.1", "ES.1", "ES.1", "ES.1"));
  EXPECT_EQ(address_of("ES.1"), "34699888777");
}

TEST_F(Guests, AnUpdateOfAStrangersUserIdIsNotRemembered) {
  post(user_id_update(R"("user_id":{"previous":"ES.8","current":"ES.9"})"));

  EXPECT_THAT(notes(), IsEmpty());
}

TEST_F(Guests, ASystemMessageAboutTheUserIdMovesTheGuestHoweverItNamesTheOldOne) {
  hear(R"("from_user_id":"ES.1")");
  post(with_messages(system_message(R"("from_user_id":"ES.1")", R"("type":"user_changed_user_id","user_id":"ES.2")")));
  hear(R"("from_user_id":"ES.2")");
  EXPECT_EQ(address_of("ES.1"), "ES.2");
  post(with_messages(system_message(R"("context":{})",
                                    R"("type":"user_changed_user_id","previous_user_id":"ES.2","user_id":"ES.3")")));
  hear(R"("from_user_id":"ES.3")");
  post(with_messages(
      system_message(R"("from_user_id":"ES.4")",
                     R"("type":"user_changed_user_id","user_id":"ES.4","body":"User A changed from ES.3 to ES.4")")));
  hear(R"("from_user_id":"ES.4")");

  EXPECT_THAT(senders(), ::testing::AllOf(SizeIs(7), ::testing::Each("ES.1")));
  EXPECT_EQ(address_of("ES.1"), "ES.4");
}

TEST_F(Guests, AGuestsNameThatLooksLikeNewsMovesNobody) {
  hear(R"("from_user_id":"ES.1")");
  post(with_messages(system_message(R"("from_user_id":"ES.8")",
                                    R"("type":"user_changed_user_id","user_id":"ES.9",)"
                                    R"("body":"User changed from ES.1 to ES.9 changed from ES.8 to ES.9")")));
  hear(R"("from_user_id":"ES.9")");

  EXPECT_THAT(senders(), ElementsAre("ES.1", "ES.8", "ES.8"));
}

TEST_F(Guests, ContactsAndStatusesShowWhichIdsAreOneGuest) {
  const auto with_contact = [](const std::string& contact, const std::string& ids) {
    return envelope(R"({"metadata":{"phone_number_id":"106540352242922"},"contacts":[{)" + contact +
                    R"(}],"messages":[{)" + ids + R"(,"id":"c","type":"text","text":{"body":"x"}}]})");
  };
  hear(R"("from":"34600111222")");
  post(with_contact(R"("wa_id":"34600111222","user_id":"ES.1")", R"("from":"34600111222")"));
  hear(R"("from_user_id":"ES.1")");
  post(with_contact(R"("wa_id":"34600333444","user_id":"ES.3")", R"("from_user_id":"ES.3")"));
  hear(R"("from":"34600333444")");
  post(envelope(R"({"metadata":{"phone_number_id":"106540352242922"},"statuses":[{"id":"wamid.1","status":"sent",)"
                R"("recipient_id":"34600555666","recipient_user_id":"ES.5"}]})"));
  hear(R"("from_user_id":"ES.5")");

  EXPECT_THAT(senders(),
              ElementsAre("34600111222", "34600111222", "34600111222", "34600333444", "34600333444", "34600555666"));
}

TEST_F(Guests, WhoseNumberBecomesKnownLaterStaysOneConversationInEveryCountry) {
  hear(R"("from_user_id":"ES.1")");
  hear(R"("from":"34600111222","from_user_id":"ES.1")");
  hear(R"("from":"34600111222")");
  restart();
  hear(R"("from":"34600111222")");
  post(R"({"object":"whatsapp_business_account","entry":[{"changes":[{"field":"smb_message_echoes","value":{
       "metadata":{"phone_number_id":"106540352242922"},
       "message_echoes":[{"to":"34600111222","id":"e","type":"text","text":{"body":"Hola"}}]}}]}]})");
  post(with_messages(kMoves));

  EXPECT_THAT(senders(), ElementsAre("ES.1", "ES.1", "ES.1", "ES.1", "ES.1", "ES.1"));
  EXPECT_EQ(address_of("ES.1"), "34699888777");
}

TEST_F(Guests, AUserIdWhereTheNumberBelongsIsAUserId) {
  hear(R"("from":"ES.1")");
  hear(R"("from":"34600111222","from_user_id":"ES.1")");

  EXPECT_THAT(senders(), ElementsAre("ES.1", "ES.1"));
}

TEST_F(Guests, ARingOfIdsEnds) {
  fake.set_kv("guest/ES.1", "ES.2", 1);
  fake.set_kv("guest/ES.2", "ES.1", 1);
  hear(R"("from_user_id":"ES.1")");

  EXPECT_THAT(senders(), SizeIs(1));
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
  EXPECT_THAT(notes(), IsEmpty());
}

TEST_F(Guests, WhoWritesToAForeignNumberIsNotRemembered) {
  post(envelope(R"({"metadata":{"phone_number_id":"999"},"messages":[)" + text_message("a", "x", "5491155550142") +
                "]}"));

  EXPECT_THAT(senders(), IsEmpty());
  EXPECT_THAT(notes(), IsEmpty());
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

}  // namespace
}  // namespace agente::whatsapp
