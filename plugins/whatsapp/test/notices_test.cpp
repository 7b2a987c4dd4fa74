// What Meta tells of the account, its numbers and its templates by webhook, and what goes out meanwhile.
#include "standing_support.hpp"

namespace agente::whatsapp {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using ::testing::HasSubstr;
using ::testing::SizeIs;

/// A webhook of a field about the account or a template, of the account `waba`, sent at `time` (0: it does not say).
std::string field(const std::string& name, const std::string& value, const std::string& waba = "1",
                  std::int64_t time = 0) {
  return R"({"object":"whatsapp_business_account","entry":[{"id":")" + waba + "\"" +
         (time == 0 ? "" : R"(,"time":)" + std::to_string(time)) + R"(,"changes":[{"field":")" + name +
         R"(","value":)" + value + "}]}]}";
}

std::string restriction(const std::string& type, const std::string& more = "") {
  return field("account_update", R"({"event":"ACCOUNT_RESTRICTION","restriction_info":[{"restriction_type":")" + type +
                                     "\"" + more + "}]}");
}

class Notices : public StandingTest {
 protected:
  void hear(const std::string& body) { EXPECT_EQ(post(body).status, 200); }
  void account(const std::string& event, const std::string& more = "") {
    hear(field("account_update", R"({"event":")" + event + "\"" + more + "}"));
  }
  std::string in_days(int days) const {
    return R"(,"expiration":)" + std::to_string(to_abi(fake.now() + hours{24} * days) / 1000);
  }
};

TEST_F(Notices, ARestrictionWithoutAnEndOrWithOneThatHasPassedIsToldForADay) {
  hear(read_file(WHATSAPP_PAYLOADS "/account_update_restriction.json"));
  EXPECT_EQ(stage().cause, "the account: ACCOUNT_RESTRICTION: RESTRICTED_BIZ_INITIATED_MESSAGING, until 2025-11-22");
  fake.advance(hours{25});
  EXPECT_TRUE(stage().ok);

  hear(restriction("RESTRICTED_ADD_PHONE_NUMBER_ACTION"));
  EXPECT_FALSE(stage().ok);
  fake.advance(hours{25});
  EXPECT_TRUE(stage().ok);
}

TEST_F(Notices, ARestrictionIsToldUntilItsEndAlsoAfterAReload) {
  hear(restriction("RESTRICTED_ADD_PHONE_NUMBER_ACTION", in_days(3)));
  fake.advance(hours{48});
  restart();
  EXPECT_THAT(stage().cause, HasSubstr("RESTRICTED_ADD_PHONE_NUMBER_ACTION, until 2026-09-18"));
  EXPECT_EQ(send("out-1"), AGENTE_OK);
  fake.advance(hours{24});
  EXPECT_TRUE(stage().ok);
  EXPECT_THAT(notes(), ::testing::Each(::testing::Key(::testing::StartsWith("heard/"))))
      << "what has ended is taken down";
}

TEST_F(Notices, AnotherHostSeesItWithinSeconds) {
  EXPECT_EQ(send("out-1"), AGENTE_OK);
  fake.set_kv("notice/of-another-host",
              R"({"about":"the account","topic":"account","reason":"ACCOUNT_DELETED","hold":2,"told":)" +
                  std::to_string(to_abi(fake.now())) + R"(,"ends":)" + std::to_string(to_abi(fake.now() + hours{1})) +
                  "}",
              1);
  fake.advance(std::chrono::seconds{5});

  EXPECT_EQ(send("out-2"), AGENTE_E_AUTH);
}

TEST_F(Notices, WhatTheAccountMayNotDoItDoesNotTry) {
  hear(restriction("RESTRICTED_BIZ_INITIATED_MESSAGING", in_days(3)));
  EXPECT_EQ(send("out-1"), AGENTE_OK) << "replies go on";
  EXPECT_EQ(send_template("out-2"), AGENTE_E_CONFLICT) << "it is held";
  EXPECT_THAT(said, HasSubstr("RESTRICTED_BIZ_INITIATED_MESSAGING"));

  hear(restriction("RESTRICTED_CUSTOMER_INITIATED_MESSAGING", in_days(2)));
  EXPECT_EQ(send("out-3"), AGENTE_E_AUTH);
  EXPECT_THAT(said, HasSubstr("RESTRICTED_CUSTOMER_INITIATED_MESSAGING"));
  EXPECT_THAT(stage().remedy, HasSubstr("plugin reload"));
  fake.advance(hours{48});
  EXPECT_EQ(send("out-4"), AGENTE_OK);
  EXPECT_EQ(send("out-5"), AGENTE_OK);
}

TEST_F(Notices, ADisabledAccountHoldsAllUntilItIsReinstated) {
  account("DISABLED_UPDATE", R"(,"ban_info":{"waba_ban_state":"SCHEDULE_FOR_DISABLE"})");
  EXPECT_EQ(send("out-1"), AGENTE_OK) << "not yet";
  account("DISABLED_UPDATE", R"(,"ban_info":{"waba_ban_state":"DISABLE","waba_ban_date":"April 17, 2026"})");
  EXPECT_EQ(send("out-2"), AGENTE_E_AUTH);
  EXPECT_THAT(said, HasSubstr("DISABLED_UPDATE: DISABLE, April 17, 2026, see Account Quality"));
  account("DISABLED_UPDATE", R"(,"ban_info":{"waba_ban_state":"REINSTATE"})");

  EXPECT_EQ(send("out-2"), AGENTE_OK);
  EXPECT_EQ(send("out-3"), AGENTE_OK);
  EXPECT_TRUE(stage().ok);
}

TEST_F(Notices, WhatMetaRepeatsForDaysUndoesNoNewerNotice) {
  const auto now = to_abi(fake.now()) / 1000;
  const auto ban = [&](const std::string& state, std::int64_t time) {
    hear(field("account_update", R"({"event":"DISABLED_UPDATE","ban_info":{"waba_ban_state":")" + state + "\"}}", "1",
               time));
  };
  ban("REINSTATE", now - 100);
  ban("DISABLE", now - 200);
  EXPECT_EQ(send("out-1"), AGENTE_OK);
  EXPECT_TRUE(stage().ok);
  ban("DISABLE", now - 50);
  EXPECT_EQ(send("out-2"), AGENTE_E_AUTH);
  ban("REINSTATE", now - 100);
  EXPECT_EQ(send("out-2"), AGENTE_E_AUTH);
  ban("REINSTATE", now - 10);
  EXPECT_EQ(send("out-2"), AGENTE_OK);
  restart();
  ban("DISABLE", now - 50);
  EXPECT_EQ(send("out-3"), AGENTE_OK);
}

TEST_F(Notices, WhatIsToldOnceMoreDoesNotLastLonger) {
  const auto deleted = field("account_update", R"({"event":"ACCOUNT_DELETED"})", "1", to_abi(fake.now()) / 1000);
  hear(deleted);
  const auto alarms_of = [&] {
    return fake.metric("whatsapp_account_alarms_total", {{"account", "the account"}, {"code", "ACCOUNT_DELETED"}});
  };
  fake.advance(hours{23});
  hear(deleted);
  EXPECT_EQ(alarms_of(), 1);
  fake.advance(hours{2});
  hear(deleted);
  EXPECT_EQ(send("out-1"), AGENTE_OK);
  EXPECT_EQ(alarms_of(), 1);
}

TEST_F(Notices, AHoldThatAMessageHasEndedIsNotPutUpByTheSameNoticeOnceMore) {
  const auto deleted = field("account_update", R"({"event":"ACCOUNT_DELETED"})", "1", to_abi(fake.now()) / 1000);
  hear(deleted);
  fake.advance(minutes{5});
  EXPECT_EQ(send("out-1"), AGENTE_OK);
  status("sent", "out-1");
  hear(deleted);
  EXPECT_EQ(send("out-2"), AGENTE_OK);
  EXPECT_EQ(send("out-3"), AGENTE_OK);
}

TEST_F(Notices, WhoHasLostTheAccountHoldsAllUntilItIsBack) {
  for (const auto* lost : {"PARTNER_REMOVED", "ACCOUNT_OFFBOARDED"}) {
    account(lost);
    EXPECT_EQ(send("out-1"), AGENTE_E_AUTH) << lost;
    account("ACCOUNT_RECONNECTED");
    EXPECT_EQ(send("out-2"), AGENTE_OK) << lost;
  }
}

TEST_F(Notices, OneMessageEachFiveMinutesTriesADisabledAccountAndEndsTheNoticeIfItGoes) {
  account("ACCOUNT_DELETED");
  EXPECT_EQ(send("out-1"), AGENTE_E_AUTH);
  fake.advance(minutes{5});
  EXPECT_EQ(send("out-1"), AGENTE_OK);
  EXPECT_EQ(send("out-2"), AGENTE_E_AUTH);
  status("sent", "out-1");

  EXPECT_EQ(send("out-2"), AGENTE_OK);
  EXPECT_EQ(send("out-3"), AGENTE_OK);
  EXPECT_TRUE(stage().ok);
}

TEST_F(Notices, ASelfTestThatFindsTheNumbersConnectedEndsTheHold) {
  config = R"({"graph_url":"http://graph","waba_id":"1"})";
  fake.otherwise([](const http_request& request) {
    const bool numbers = request.url.find("phone_numbers") != std::string::npos;
    return http_response{.status = 200,
                         .body = numbers ? R"({"data":[{"id":"106540352242922","status":"CONNECTED"}]})"
                                         : R"({"messages":[{"id":"wamid.X"}],"data":[]})"};
  });
  account("DISABLED_UPDATE", R"(,"ban_info":{"waba_ban_state":"DISABLE"})");
  hear(restriction("RESTRICTED_ADD_PHONE_NUMBER_ACTION", in_days(3)));
  EXPECT_EQ(send("out-1"), AGENTE_E_AUTH);
  EXPECT_THAT(stage().cause, HasSubstr("RESTRICTED_ADD_PHONE_NUMBER_ACTION")) << "of this it says nothing";

  EXPECT_EQ(send("out-1"), AGENTE_OK);
}

TEST_F(Notices, OnlyTheOppositeEndsWhatIsOpen) {
  const auto number = [&](const std::string& event) {
    hear(field("phone_number_quality_update",
               R"({"display_phone_number":"15550783881","event":")" + event + R"(","current_limit":"TIER_2K"})"));
  };
  hear(restriction("RESTRICTED_ADD_PHONE_NUMBER_ACTION", in_days(3)));
  number("DOWNGRADE");
  number("FLAGGED");
  account("VERIFIED_ACCOUNT");
  account("ACCOUNT_RECONNECTED");
  number("THROUGHPUT_UPGRADE");
  number("UNFLAGGED");
  EXPECT_THAT(stage().cause,
              ::testing::AllOf(HasSubstr("ADD_PHONE"), HasSubstr("DOWNGRADE"), ::testing::Not(HasSubstr("FLAGGED"))));
  number("UPGRADE");
  EXPECT_THAT(stage().cause, ::testing::Not(HasSubstr("DOWNGRADE")));
}

TEST_F(Notices, WhatIsSaidOfAnothersAccountIsNotOurs) {
  config = R"({"graph_url":"http://graph","waba_id":"1"})";
  hear(field("account_update", R"({"event":"ACCOUNT_DELETED"})", "2"));
  hear(field("account_update", R"({"event":"PARTNER_REMOVED","waba_info":{"waba_id":"2"}})", "77"));
  EXPECT_EQ(send("out-1"), AGENTE_OK);
  EXPECT_EQ(fake.metric("whatsapp_webhook_events_total", {{"kind", "foreign_account"}}), 2);

  hear(field("account_update", R"({"event":"PARTNER_REMOVED","waba_info":{"waba_id":"1"}})", "77"));
  EXPECT_EQ(send("out-2"), AGENTE_E_AUTH);
}

TEST_F(Notices, EachIsOnePlainSentenceWithWhatToDo) {
  hear(field("business_capability_update", R"({"max_daily_conversations_per_business":250})"));
  EXPECT_THAT(stage().cause, HasSubstr("within 24 hours: 250; verify the business"));
  hear(field("business_capability_update", R"({"max_daily_conversations_per_business":2000})"));
  EXPECT_TRUE(stage().ok);

  const std::string arrival = R"({"message_template_name":"arrival","message_template_language":"es",)";
  hear(field("message_template_quality_update", arrival + R"("new_quality_score":"RED"})"));
  EXPECT_THAT(stage().cause, HasSubstr("template arrival (es): RED: guests block or report it"));
  hear(field("message_template_quality_update", arrival + R"("new_quality_score":"GREEN"})"));
  EXPECT_TRUE(stage().ok);

  const std::string name = R"({"display_phone_number":"15550783881","requested_verified_name":"Sol","decision":)";
  hear(field("phone_number_name_update", name + R"("REJECTED","rejection_reason":"NAME_NOT_MATCHING"})"));
  EXPECT_THAT(stage().cause, HasSubstr("\"Sol\" is REJECTED, NAME_NOT_MATCHING, ask for another"));
  hear(field("phone_number_name_update", name + R"("APPROVED","rejection_reason":"NONE"})"));
  EXPECT_TRUE(stage().ok);

  hear(field("security", R"({"display_phone_number":"15550783881","event":"PIN_CHANGED","requester":"77"})"));
  EXPECT_THAT(stage().cause, HasSubstr("PIN_CHANGED: somebody (user 77 at Meta) touched the PIN"));
  fake.advance(hours{25});
  EXPECT_TRUE(stage().ok);
}

TEST_F(Notices, TheDearerCategoryIsBadNewsAndTheCheaperEndsThem) {
  const auto category = [&](const std::string& now) {
    hear(field("template_category_update", R"({"message_template_name":"a","message_template_language":"es",)"
                                           R"("new_category":")" +
                                               now + "\"}"));
  };
  category("MARKETING");
  EXPECT_THAT(stage().cause, HasSubstr("counts it as MARKETING"));
  category("UTILITY");
  EXPECT_TRUE(stage().ok);
}

TEST_F(Notices, ASelfTestSpeaksWhileTheStoreIsDown) {
  fake.set_kv_down(true);
  EXPECT_NO_THROW(static_cast<void>(stage()));
}

std::string report(int code, const std::string& number = "106540352242922") {
  return envelope(R"({"metadata":{"phone_number_id":")" + number + R"("},"errors":[{"code":)" + std::to_string(code) +
                  R"(,"title":"What went wrong","error_data":{"details":"More of it"}}]})");
}

TEST_F(Notices, TroubleOfANumberThatMetaReportsIsAnAlarmWithItsMeaning) {
  for (const auto code : {131042, 131031, 368}) {
    hear(report(code));
    EXPECT_EQ(alarms(std::to_string(code)), 1) << code;
    EXPECT_THAT(stage().cause, HasSubstr(std::to_string(code) + " What went wrong: More of it: ")) << code;
  }
}

TEST_F(Notices, AReportIsLoggedOnceAnHourWithAccountCodeAndMeaning) {
  for (int i = 0; i < 100; ++i) hear(report(130429));
  ASSERT_THAT(fake.log(), SizeIs(1));
  EXPECT_EQ(fake.log()[0].fields.at("account"), kAccount);
  EXPECT_EQ(fake.log()[0].fields.at("code"), "130429");
  EXPECT_THAT(fake.log()[0].text, HasSubstr("What went wrong: More of it"));
  EXPECT_TRUE(stage().ok) << "a pause is no alarm";
}

TEST_F(Notices, AReportOfTooManyMessagesSlowsTheNumberDown) {
  EXPECT_EQ(send("out-1"), AGENTE_OK);
  hear(report(130429));
  EXPECT_EQ(send("out-2"), AGENTE_E_RATE);
}

TEST_F(Notices, AMessageThatNamesNoNumberMakesWhatNamesNoneNoStrangers) {
  fake.accounts.emplace_back("2");
  hear(envelope(R"({"messages":[)" + text_message("f", "x") + "]}"));
  hear(envelope(R"({"errors":[{"code":131042,"title":"What went wrong"}]})"));
  EXPECT_THAT(stage().cause, HasSubstr("our number: 131042"));
}

TEST_F(Notices, AReportOfAForeignNumberIsNotOurs) {
  hear(envelope(R"({"metadata":{"phone_number_id":"999"},"messages":[)" + text_message("f", "x") + "]}"));
  hear(report(131042, "999"));
  EXPECT_TRUE(stage().ok);
  EXPECT_EQ(fake.metric("whatsapp_webhook_events_total", {{"kind", "foreign_account"}}), 2);
  EXPECT_EQ(fake.metric("whatsapp_webhook_events_total", {{"kind", "account_report"}}), 0);
}

}  // namespace
}  // namespace agente::whatsapp
