// What Meta tells of a number besides answering a send: that all will fail, and that guests complain.
#include "standing_support.hpp"

namespace agente::whatsapp {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using ::testing::HasSubstr;
using ::testing::SizeIs;

TEST_F(StandingTest, AStatusThatSaysAllWillFailHaltsTheNumber) {
  EXPECT_EQ(send("out-1"), AGENTE_OK);
  failed("out-1", 131042);

  EXPECT_EQ(send("out-2"), AGENTE_E_AUTH);
  EXPECT_THAT(said, HasSubstr("131042 What went wrong: add a means of payment"));
  EXPECT_EQ(alarms("131042"), 1);
  EXPECT_THAT(stage().cause, HasSubstr("add a means of payment"));
  EXPECT_THAT(stage().remedy, HasSubstr("plugin reload"));
}

TEST_F(StandingTest, OneMessageEachFiveMinutesTriesIt) {
  failed("out-1", 131042);
  fake.advance(minutes{5});

  EXPECT_EQ(send("out-2"), AGENTE_OK);
  EXPECT_EQ(send("out-3"), AGENTE_E_AUTH);
  failed("out-2", 131042);
  fake.advance(minutes{4});
  EXPECT_EQ(send("out-3"), AGENTE_E_AUTH);
  fake.advance(minutes{1});
  EXPECT_EQ(send("out-3"), AGENTE_OK);
}

TEST_F(StandingTest, WhatElseFailsMeanwhilePutsNoTryOff) {
  failed("out-1", 131042);
  fake.advance(minutes{4});
  failed("out-0", 131042);
  fake.advance(minutes{1});
  EXPECT_EQ(send("out-2"), AGENTE_OK);
  failed("out-00", 131042);
  status("delivered", "out-2");

  EXPECT_EQ(send("out-3"), AGENTE_OK) << "the one that tried it got through";
}

TEST_F(StandingTest, AFailureOfAnotherToolsMessagesHaltsNothing) {
  failed("", 131042);
  EXPECT_EQ(send("out-2"), AGENTE_OK);
  EXPECT_TRUE(stage().ok);
}

TEST_F(StandingTest, AnOldFailureToldOnceMoreHaltsNothing) {
  const std::string unpaid = R"(,"errors":[{"code":131042,"title":"Unpaid"}])";
  EXPECT_EQ(send("out-1"), AGENTE_OK);
  status("failed", "out-0", unpaid, minutes{1});  // of before this generation
  EXPECT_EQ(send("out-2"), AGENTE_OK);

  fake.advance(hours{1});
  status("sent", "out-2");
  fake.advance(hours{1});
  status("failed", "out-1", unpaid, minutes{90});
  EXPECT_EQ(send("out-3"), AGENTE_OK);
  EXPECT_TRUE(stage().ok);
  status("failed", "out-3", unpaid);
  EXPECT_EQ(send("out-4"), AGENTE_E_AUTH);
}

TEST_F(StandingTest, WhatTriedItAndGotThroughEndsTheHalt) {
  failed("out-1", 131042);
  fake.advance(minutes{5});
  EXPECT_EQ(send("out-2"), AGENTE_OK);
  status("delivered", "out-2");

  EXPECT_EQ(send("out-3"), AGENTE_OK);
  EXPECT_EQ(send("out-4"), AGENTE_OK);
  EXPECT_TRUE(stage().ok);
}

TEST_F(StandingTest, StatusesOfMessagesOfBeforeEndNothing) {
  failed("out-2", 131042);
  status("sent", "out-1", "", minutes{1});
  status("delivered", "out-1");
  status("read", "out-1");
  EXPECT_EQ(send("out-3"), AGENTE_E_AUTH);

  fake.advance(minutes{1});
  status("sent", "out-9");  // by another host, since the halt
  EXPECT_EQ(send("out-3"), AGENTE_OK);
}

TEST_F(StandingTest, AFailureOfOneMessageHaltsNothing) {
  for (const auto code : {131026, 131047, 131049, 130472, 999999}) failed("out-1", code);
  EXPECT_EQ(send("out-2"), AGENTE_OK);
  EXPECT_TRUE(stage().ok);
}

TEST_F(StandingTest, WhatMetaNeverSaidBeforeIsToldAndHaltsNothing) {
  failed("out-1", 999999);
  EXPECT_EQ(alarms("999999"), 1);
  EXPECT_THAT(fake.log(), SizeIs(1));
  EXPECT_EQ(send_template("out-2"), AGENTE_OK);
  EXPECT_TRUE(stage().ok);

  fake.answer("POST", kMessagesUrl, {.status = 400, .body = R"({"error":{"code":999998,"message":"What is this"}})"});
  EXPECT_EQ(send("out-3"), AGENTE_E_INVALID);
  EXPECT_EQ(alarms("999998"), 1);
  fake.answer("POST", kMessagesUrl, {.status = 503, .body = R"({"error":{"code":999997,"message":"Not now"}})"});
  EXPECT_EQ(send("out-4"), AGENTE_E_RETRY);
  EXPECT_EQ(alarms("999997"), 0) << "it comes again";
}

TEST_F(StandingTest, AWarningRaisesAnAlarmForADayAndRepliesGoOn) {
  failed("out-1", 131048);
  failed("out-2", 131048);

  EXPECT_EQ(send("out-3"), AGENTE_OK);
  EXPECT_EQ(alarms("131048"), 2);
  EXPECT_THAT(stage().cause, HasSubstr("131048 What went wrong: guests report or block the number"));
  EXPECT_THAT(fake.log(), SizeIs(1)) << "once an hour is enough";
  fake.advance(hours{24} + minutes{1});
  EXPECT_TRUE(stage().ok);
}

TEST_F(StandingTest, AWarningThatIsOldOrOfAnotherToolsMessageHoldsNothing) {
  const std::string spam = R"(,"errors":[{"code":131048,"title":"Spam"}])";
  EXPECT_EQ(send("out-0"), AGENTE_OK);
  failed("", 131048);
  status("failed", "out-1", spam, minutes{1});  // of before this generation
  fake.advance(hours{30});
  status("failed", "out-2", spam, minutes{11});
  EXPECT_EQ(send_template("out-3"), AGENTE_OK);
  EXPECT_TRUE(stage().ok);
  EXPECT_EQ(alarms("131048"), 0);
  status("failed", "out-4", spam, minutes{9});
  EXPECT_EQ(send_template("out-5"), AGENTE_E_CONFLICT);
}

TEST_F(StandingTest, TemplatesAreHeldWhileMetaWarnsOfThem) {
  for (const auto* code : {"131048", "131064"}) {
    fake.answer("POST", kMessagesUrl,
                {.status = 400, .body = R"({"error":{"code":)" + std::string(code) + R"(,"message":"Limited"}})"});
    EXPECT_EQ(send_template("out-1"), AGENTE_E_CONFLICT);
    EXPECT_THAT(said, ::testing::AnyOf(HasSubstr("templates are held"), HasSubstr("they are held")));
    const auto asked = fake.requests().size();
    EXPECT_EQ(send_template("out-2"), AGENTE_E_CONFLICT);
    EXPECT_THAT(fake.requests(), SizeIs(asked)) << "it is not tried";
    fake.advance(hours{24} + minutes{1});
    EXPECT_EQ(send_template("out-1"), AGENTE_OK);
  }
}

TEST_F(StandingTest, AWarningHidesNoHalt) {
  failed("out-1", 131048);
  failed("out-2", 131064);
  failed("out-3", 131042);
  const auto line = stage();
  EXPECT_THAT(line.cause, ::testing::MatchesRegex(".*131042.*131048.*131064.*")) << "the halt first";
  EXPECT_THAT(line.remedy, HasSubstr("plugin reload"));
}

TEST_F(StandingTest, AWarningInTheAnswerToASendRaisesItToo) {
  fake.answer("POST", kMessagesUrl, {.status = 400, .body = R"({"error":{"code":131064,"message":"Limited"}})"});
  EXPECT_EQ(send("out-1"), AGENTE_E_RATE);
  EXPECT_EQ(alarms("131064"), 1);
  EXPECT_THAT(stage().cause, HasSubstr("correct the category of the templates"));
}

TEST_F(StandingTest, AStrangersNumberIsNoneOfOurs) {
  const auto body = envelope(R"({"metadata":{"phone_number_id":"999"},"statuses":[{"id":"wamid.9","status":"failed",)"
                             R"("timestamp":"1763200100","errors":[{"code":131042,"title":"Unpaid"}]}]})");
  EXPECT_EQ(post(body).status, 200);
  EXPECT_EQ(send("out-1"), AGENTE_OK);
}

TEST_F(StandingTest, BadNewsOfATemplateAreAnAlarmUntilBetterOnesCome) {
  const auto template_is = [&](const std::string& event) {
    const auto body = R"({"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":)"
                      R"("message_template_status_update","value":{"event":")" +
                      event +
                      R"(","message_template_name":"arrival","message_template_language":"es_AR","reason":"NONE",)"
                      R"("other_info":{"description":"Quality dropped."}}}]}]})";
    EXPECT_EQ(post(body).status, 200);
  };
  template_is("PAUSED");
  EXPECT_EQ(stage().cause, "template arrival (es_AR): PAUSED: Quality dropped.");
  EXPECT_THAT(fake.log().back().text, HasSubstr("Meta warns of template arrival (es_AR): PAUSED"));
  template_is("APPROVED");
  EXPECT_TRUE(stage().ok);
}

}  // namespace
}  // namespace agente::whatsapp
