#include <algorithm>
#include <array>
#include <random>

#include <nlohmann/json.hpp>

#include "message_content.hpp"
#include "support.hpp"

namespace agente::whatsapp {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string status(const std::string& more) {
  return envelope(R"({"metadata":{"phone_number_id":"106540352242922"},"statuses":[{"id":"wamid.1","status":)" + more +
                  "}]}");
}

TEST(Body, StatusesBecomeReceiptsWithOurKey) {
  const auto body = parse(status(R"("read","timestamp":1763200100,"biz_opaque_callback_data":"out-7")"));

  ASSERT_THAT(body.statuses, SizeIs(1));
  EXPECT_EQ(body.statuses[0], (DeliveryStatus{.state = DeliveryState::kRead,
                                              .account = std::string{kAccount},
                                              .key = "out-7",
                                              .id = "wamid.1",
                                              .at_ms = 1'763'200'100'000}));
}

TEST(Body, AFailedStatusCarriesCodeTitleAndDetails) {
  const auto reason_of = [](const std::string& trouble) {
    return parse(status(R"("failed","errors":[)" + trouble + "]")).statuses.at(0);
  };

  const auto full = reason_of(R"({"code":131047,"title":"Re-engagement message",
                                  "error_data":{"details":"More than 24 hours have passed"}})");
  EXPECT_EQ(full.code, "131047");
  EXPECT_EQ(full.reason, "Re-engagement message: More than 24 hours have passed");
  EXPECT_EQ(reason_of(R"({"code":"131026","title":"Message undeliverable",
                          "error_data":{"details":"Message Undeliverable."}})")
                .reason,
            "Message undeliverable");
  EXPECT_EQ(reason_of(R"({"message":"(#1) Oops"})").reason, "Oops");
  EXPECT_EQ(reason_of("null").reason, "");
}

TEST(Body, PlayedMeansReadAndUnknownStatusesAreOnlyCounted) {
  EXPECT_EQ(parse(status(R"("played")")).statuses.at(0).state, DeliveryState::kRead);
  for (const auto* unknown : {R"("deleted")", R"("warning")", "null", "7", "{}"}) {
    const auto body = parse(status(unknown));
    EXPECT_THAT(body.statuses, IsEmpty()) << unknown;
    EXPECT_EQ(body.rest.at("other_status"), 1U) << unknown;
  }
}

TEST(Body, NamesComeFromTheContactWithTheSameIdNotTheSamePlace) {
  const auto body = parse(envelope(
      R"({"contacts":[{"profile":{"name":"Eva"},"wa_id":"2"},{"profile":null},null,{"profile":{"name":"Noor"},"user_id":"NL.1"}],
          "messages":[{"from":"1","id":"a"},{"from":"2","id":"b"},{"from_user_id":"NL.1","id":"c"},
                      {"from":"3","from_user_id":"NL.1","id":"d"}]})"));

  ASSERT_THAT(body.messages, SizeIs(4));
  EXPECT_EQ(body.messages[0].sender_name, "");
  EXPECT_EQ(body.messages[1].sender_name, "Eva");
  EXPECT_EQ(body.messages[2].sender_name, "Noor");
  EXPECT_EQ(body.messages[2].sender, "NL.1");
  EXPECT_EQ(body.messages[3].sender, "3");
  EXPECT_EQ(body.messages[3].sender_name, "Noor");
}

TEST(Body, EveryTypeGivesItsWordsAndNoOther) {
  const std::vector<std::array<std::string, 3>> cases{
      {R"({"type":"text","text":{"body":"hola"}})", "text", "hola"},
      {R"({"text":{"body":"hola"}})", "text", "hola"},
      {R"({"text":{"body":"hola"},"image":{}})", "unsupported", ""},
      {R"({"type":"text","text":null})", "text", ""},
      {R"({"type":"text","text":"hola"})", "text", ""},
      {R"({"type":"image","image":{"caption":"vista"}})", "image", "vista"},
      {R"({"type":"audio","audio":{"caption":"no"}})", "audio", ""},
      {R"({"type":"button","button":{"payload":"P"}})", "button", "P"},
      {R"({"type":"button","button":{"payload":"P","text":"T"}})", "button", "T"},
      {R"({"type":"interactive","interactive":{"button_reply":{"id":"1","title":"Sí"}}})", "interactive", "Sí"},
      {R"({"type":"interactive","interactive":{"list_reply":{"id":"1","title":"Doble"}}})", "interactive", "Doble"},
      {R"({"type":"interactive","interactive":{"nfm_reply":{"body":"Sent","response_json":"{"}}})", "interactive", ""},
      {R"({"type":"interactive"})", "interactive", ""},
      {R"({"type":"order","order":{"text":"sin sal"}})", "order", "sin sal"},
      {R"({"type":"edit","edit":{"message":{"type":"text","text":{"body":"somos 3"}}}})", "edit", "somos 3"},
      {R"({"type":"edit","edit":{"message":{"type":"image","image":{"caption":"c"}}}})", "edit", "c"},
      {R"({"type":"system","system":{"body":"User A changed"}})", "system", ""},
      {R"({"type":"unknown"})", "unsupported", ""},
      {R"({"type":"audio","audio":{"id":"7","voice":true},"errors":[{"code":131052}]})", "lost_file", ""},
      {R"({"type":"image","image":{"caption":"vista"},"errors":[{"code":131000}]})", "lost_file", "vista"},
      {R"({"type":"document","errors":[{"code":"131052"}]})", "lost_file", ""},
      {R"({"type":"video","video":{"id":"7"},"errors":[{"code":131000}]})", "video", ""},
      {R"({"type":"sticker","sticker":{},"errors":[]})", "sticker", ""},
      {R"({"type":"text","text":{"body":"hola"},"errors":[{"code":131052}]})", "text", "hola"},
      {R"({"type":"hologram","hologram":{"body":"x"}})", "unsupported", ""},
      {R"({"type":7})", "unsupported", ""},
      {"{}", "unsupported", ""}};
  for (const auto& [text, kind, words] : cases) {
    const Json message{text};
    EXPECT_EQ(kind_of(message), kind) << text;
    EXPECT_EQ(text_of(message, kind), words) << text;
  }
}

TEST(Body, ATapIsKnownByTheIdOfWhatWasTapped) {
  const auto tapped = [](const std::string& interactive) {
    return parse(with_messages(R"({"from":"1","id":"a","type":"interactive","interactive":)" + interactive + "}"))
        .messages.at(0)
        .choice;
  };
  EXPECT_EQ(tapped(R"({"type":"button_reply","button_reply":{"id":"yes:q1","title":"Sí"}})"), "yes:q1");
  EXPECT_EQ(tapped(R"({"type":"list_reply","list_reply":{"id":"room:1:double","title":"Doble"}})"), "room:1:double");
  EXPECT_EQ(tapped(R"({"type":"nfm_reply","nfm_reply":{"name":"flow","response_json":"{\"id\":\"x\"}"}})"), "");
  EXPECT_EQ(tapped("null"), "");
  const auto typed = R"({"from":"1","id":"a","type":"text","interactive":{"button_reply":{"id":"yes:q1"}}})";
  EXPECT_EQ(parse(with_messages(typed)).messages.at(0).choice, "");
}

TEST(Body, TheTargetIsWhatIsAnsweredReactedToEditedOrRevoked) {
  EXPECT_EQ(target_of(Json{R"({"context":{"id":"c"}})"}), "c");
  EXPECT_EQ(target_of(Json{R"({"context":{"forwarded":true}})"}), "");
  EXPECT_EQ(target_of(Json{R"({"reaction":{"message_id":"r"}})"}), "r");
  EXPECT_EQ(target_of(Json{R"({"edit":{"original_message_id":"e"}})"}), "e");
  EXPECT_EQ(target_of(Json{R"({"revoke":{"original_message_id":"v"}})"}), "v");
}

TEST(Body, TimesAreSecondsAsTextOrNumberAndZeroWhenTheyAreNeither) {
  const auto time_of = [](const std::string& timestamp) {
    return parse(with_messages(R"({"from":"1","id":"a","timestamp":)" + timestamp + "}")).messages.at(0).written_ms;
  };

  EXPECT_EQ(time_of(R"("1763200100")"), 1'763'200'100'000);
  EXPECT_EQ(time_of("1763200100"), 1'763'200'100'000);
  for (const auto* odd : {"null", R"("")", R"("yesterday")", "-5", "9223372036854775807", "1e9", "[]"})
    EXPECT_EQ(time_of(odd), 0) << odd;
}

TEST(Body, MessagesWithoutIdOrSenderAreCountedAndTheOthersStay) {
  const auto body = parse(with_messages(R"({"id":"a"},{"from":"1"},null,7,[],{"from":"1","id":")" +
                                        std::string(2000, 'x') + R"("},{"from":"1","id":"b"})"));

  ASSERT_THAT(body.messages, SizeIs(1));
  EXPECT_EQ(body.messages[0].id, "b");
  EXPECT_EQ(body.rest.at("incomplete"), 6U);
}

TEST(Body, OtherFieldsAreCountedByNameAndNeverGuestInput) {
  const auto body = parse(
      R"({"object":"whatsapp_business_account","entry":[{"changes":[
          {"field":"account_alerts","value":{"messages":[{"from":"1","id":"x"}]}},
          {"field":"smb_app_state_sync","value":{"messages":[{"from":"1","id":"y"}]}},
          {"field":"smb_app_state_sync"},{"field":"group_status_update","value":{}},{"field":"brand_new","value":7},
          {"field":"brand_new"}]}]})");

  EXPECT_THAT(body.messages, IsEmpty());
  EXPECT_EQ(body.rest,
            (std::map<std::string, std::size_t>{
                {"account_alerts", 1}, {"smb_app_state_sync", 2}, {"group_status_update", 1}, {"other", 2}}));
  EXPECT_EQ(body.unknown_fields, std::set<std::string>{"brand_new"});
}

std::string field(const std::string& name, const std::string& value) {
  return R"({"object":"whatsapp_business_account","entry":[{"changes":[{"field":")" + name +
         R"(","value":{"metadata":{"phone_number_id":"106540352242922"},)" + value + "}}]}]}";
}

TEST(Body, WhatStaffWroteByPhoneIsKeptWithTheGuestItWentTo) {
  const auto body = parse(field("smb_message_echoes", R"("messages":[{"from":"1","id":"x"}],"message_echoes":[
        {"from":"34900","to":"5491155550142","id":"e1","timestamp":"1763200115","type":"text","text":{"body":"Hola"}},
        {"from":"34900","to_user_id":"NL.1","id":"e2","type":"image","image":{"caption":"El menú"}},
        {"from":"34900","id":"e3"},{"from":"34900","to":"1"},null,7])"));

  ASSERT_THAT(body.messages, SizeIs(2));
  EXPECT_EQ(body.messages[0].sender, "5491155550142");
  EXPECT_EQ(body.messages[0].kind, "echo");
  EXPECT_EQ(body.messages[0].text, "Hola");
  EXPECT_EQ(body.messages[0].account, kAccount);
  EXPECT_EQ(body.messages[0].written_ms, 1'763'200'115'000);
  EXPECT_EQ(body.messages[1].sender, "NL.1");
  EXPECT_EQ(body.messages[1].text, "El menú");
  EXPECT_EQ(body.rest.at("incomplete"), 4U);
}

TEST(Body, OldChatsAreKeptByGuestWhoeverWroteThem) {
  const auto body =
      parse(field("history", R"("history":[{"metadata":{"phase":0},"threads":[{"id":"5491155550142","messages":[
        {"from":"5491155550142","id":"h1","timestamp":"1740000000","type":"text","text":{"body":"¿Hay sitio?"}},
        {"from":"34900","to":"5491155550142","id":"h2","type":"text","text":{"body":"Sí"}}]},{"messages":[{"id":"h3"}]}]},
        {"errors":[{"code":2593109}]}])"));

  ASSERT_THAT(body.messages, SizeIs(2));
  for (const auto& message : body.messages) {
    EXPECT_EQ(message.sender, "5491155550142");
    EXPECT_EQ(message.kind, "history");
  }
  EXPECT_EQ(body.messages[1].text, "Sí");
  EXPECT_EQ(body.rest.at("incomplete"), 1U);
}

TEST(Body, OfEndlessHistoryAPartIsKept) {
  std::string messages;
  for (int i = 0; i < 5'002; ++i) messages += (i == 0 ? "" : ",") + text_message("h" + std::to_string(i), "x");
  const auto body = parse(field("history", R"("history":[{"threads":[{"id":"1","messages":[)" + messages + "]}]}]"));

  EXPECT_THAT(body.messages, SizeIs(5'000));
  EXPECT_EQ(body.rest.at("left_out"), 2U);
}

TEST(Body, AStatusNamesWhomItWasForInWhateverPlace) {
  const auto ids_of = [](const std::string& more) {
    const auto body = parse(envelope(R"({"metadata":{"phone_number_id":"106540352242922"},)"
                                     R"("contacts":[{"wa_id":"34600111222","user_id":"ES.1"}],)"
                                     R"("statuses":[{"id":"wamid.1","status":"sent",)" +
                                     more + "}]}"));
    return body.statuses.at(0).ids;
  };
  const GuestIds both{.phone = "34600111222", .user = "ES.1"};
  EXPECT_EQ(ids_of(R"("recipient_user_id":"ES.1")"), both);
  EXPECT_EQ(ids_of(R"("recipient_id":"34600111222")"), both);
  EXPECT_EQ(ids_of(R"("recipient_id":"ES.1")"), both);
  EXPECT_EQ(ids_of(R"("recipient_id":"ES.2")"), (GuestIds{.user = "ES.2"}));
}

TEST(Body, WhatTheHostDoesNotTakeIsCountedAndTheRestOfTheBatchArrives) {
  const std::string endless(1025, 'x');
  for (const auto& bad : {endless, std::string{R"(a\u0000b)"}}) {
    const std::string ours{kAccount};
    using Ids = std::array<std::string, 3>;
    for (const auto& [account, key, id] :
         {Ids{bad, "out-1", "wamid.1"}, Ids{ours, bad, "wamid.1"}, Ids{ours, "out-1", bad}}) {
      const auto body =
          parse(envelope(R"({"metadata":{"phone_number_id":")" + account + R"("},"statuses":[{"id":")" + id +
                         R"(","status":"sent","biz_opaque_callback_data":")" + key +
                         R"("},{"id":"wamid.2","status":"sent"}],"messages":[)" + text_message(id, "Hola") + "]}"));
      const bool of_all = account == bad;
      EXPECT_THAT(body.statuses, SizeIs(of_all ? 0 : 1));
      EXPECT_THAT(body.messages, SizeIs(of_all || id == bad ? 0 : 1));
      EXPECT_EQ(body.rest.at("incomplete"), of_all ? 3U : id == bad ? 2U : 1U);
    }
  }
}

TEST(Body, OddValuesAnywhereAreNeitherGuestInputNorAFailure) {
  const std::string whole = with_messages(text_message("a", "hola"));
  auto model = nlohmann::json::parse(whole);
  const auto flat = model.flatten();
  for (const auto& [path, value] : flat.items()) {
    for (nlohmann::json::json_pointer at(path); !at.empty(); at.pop_back()) {
      for (const auto& odd : {nlohmann::json(), nlohmann::json(7), nlohmann::json("x"), nlohmann::json::array(),
                              nlohmann::json::object(), nlohmann::json::parse("[[{}],null]")}) {
        auto bent = model;
        bent[at] = odd;
        const auto body = parse(bent.dump());
        EXPECT_TRUE(body.readable);
        EXPECT_LE(body.messages.size(), 1U);
      }
    }
  }
}

TEST(Body, WhatIsNoJsonIsUnreadable) {
  for (const auto* text : {"", " ", "{", "hello", R"({"object":"whatsapp_business_account"}x)", "\xff", "{'a':1}"})
    EXPECT_FALSE(parse(text).readable) << text;
  for (const auto* text : {"null", "[]", "7", "{}", R"({"object":"page"})"}) {
    const auto body = parse(text);
    EXPECT_TRUE(body.readable) << text;
    EXPECT_THAT(body.messages, IsEmpty()) << text;
  }
}

/// The events of several bodies as a set.
std::set<std::string> ids_in(const std::vector<std::string>& bodies) {
  std::set<std::string> ids;
  for (const auto& text : bodies) {
    const auto body = parse(text);
    EXPECT_TRUE(body.readable);
    for (const auto& m : body.messages) ids.insert(m.account + "/" + m.id + "/" + m.sender + "/" + m.text);
  }
  return ids;
}

TEST(Body, HoweverMessagesAreSpreadOverBodiesTheSameOnesArrive) {
  std::mt19937 random{7};
  const auto pick = [&](int n) { return std::uniform_int_distribution<int>{0, n - 1}(random); };
  std::vector<std::string> all;
  for (int i = 0; i < 40; ++i) all.push_back(text_message("id" + std::to_string(i), "t" + std::to_string(i)));
  std::string joined;
  for (const auto& message : all) joined += (joined.empty() ? "" : ",") + message;
  const auto expected = ids_in({with_messages(joined)});
  ASSERT_THAT(expected, SizeIs(40));

  for (int round = 0; round < 50; ++round) {
    auto order = all;
    for (int i = 0; i < 10; ++i) order.push_back(all[static_cast<std::size_t>(pick(40))]);  // duplicates
    std::shuffle(order.begin(), order.end(), random);
    std::vector<std::string> bodies;
    for (std::size_t at = 0; at < order.size();) {
      std::string changes;
      for (auto parts = 1 + pick(3); parts > 0; --parts) {
        std::string messages;
        for (auto n = pick(4); n > 0 && at < order.size(); --n) messages += (messages.empty() ? "" : ",") + order[at++];
        changes += std::string(changes.empty() ? "" : ",") +
                   R"({"field":"messages","value":{"metadata":{"phone_number_id":"106540352242922"},"messages":[)" +
                   messages + "]}}";
      }
      bodies.push_back(R"({"object":"whatsapp_business_account","entry":[{"changes":[)" + changes + "]}]}");
    }
    EXPECT_EQ(ids_in(bodies), expected);
  }
}

}  // namespace
}  // namespace agente::whatsapp
