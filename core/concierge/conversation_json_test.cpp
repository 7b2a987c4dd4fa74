#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "concierge/conversation.hpp"

namespace agente::concierge {
namespace {

using nlohmann::json;

TEST(ConversationJson, AMissingKeyHasItsDefault) {
  const auto read = from_json(json::object());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->state, State::kIdle);
  EXPECT_EQ(to_json(*read), to_json(Conversation{}));
}

TEST(ConversationJson, ANewerSchemaIsRefusedWithTheRemedy) {
  const auto read = from_json({{"schema", 2}});
  ASSERT_FALSE(read);
  EXPECT_NE(read.error().text.find("newer one"), std::string::npos);
}

TEST(ConversationJson, HostileDocumentsAreErrors) {
  for (const auto* text : {"null",
                           "[]",
                           "7",
                           "\"x\"",
                           R"({"state": 3})",
                           R"({"state": "king"})",
                           R"({"draft": []})",
                           R"({"held": {}})",
                           R"({"held": [null]})",
                           R"({"draft": {"checkin": "2026-02-30"}})",
                           R"({"draft": {"adults": "two"}})",
                           R"({"draft": {"adults": 1e300}})",
                           R"({"draft": {"adults": 18446744073709551615}})",
                           R"({"draft": {"adults": 99999999999}})",
                           R"({"inquiry": 1.5})",
                           R"({"handed_off": "soon"})",
                           R"({"summary": {"quote": "q1-1"}})",
                           R"({"schema": 0})",
                           R"({"schema": "1"})",
                           R"({"pause": 1})",
                           R"({"inquiry_status": "PAID"})",
                           R"({"summary": {"expires": ""}})",
                           R"({"question": "??"})"}) {
    EXPECT_FALSE(from_json(json::parse(text))) << text;
  }
}

TEST(ConversationJson, AFullConversationComesBackAsItWas) {
  Conversation talk;
  talk.state = State::kAwaitingConfirmation;
  talk.language = "pt";
  talk.draft = {.checkin = parse_day("2026-10-05"),
                .checkout = parse_day("2026-10-09"),
                .nights = 4,
                .adults = 2,
                .children = 1,
                .rooms = 1,
                .room_type = "double",
                .name = "Ñandú \"x\"",
                .email = "a@b.c",
                .phone = "123"};
  talk.summary = Summary{.kind = Summary::Kind::kChange,
                         .quote = "q1-1",
                         .booking_id = "7",
                         .stay = talk.draft,
                         .total = {123, "EUR"},
                         .expires = Time(Millis(1'800'000'000'123))};
  talk.question = Question::kConfirmation;
  talk.wish = Wish::kChange;
  talk.held = {{.reservation = 9, .booking_id = "7", .stay = talk.draft, .total = {1, "JPY"}, .cancelled = true}};
  talk.handed_off = Time(Millis(1'800'000'000'000));
  talk.text_asked = Time(Millis(1'800'000'002'000));
  talk.pause = Pause{.since = Time(Millis(1'800'000'001'000)), .until = Time(Millis(1'800'003'601'000)), .by = "marta"};
  talk.inquiry = 5;
  const auto read = from_json(json::parse(to_json(talk).dump()));
  ASSERT_TRUE(read) << read.error().text;
  EXPECT_EQ(to_json(*read), to_json(talk));
  EXPECT_EQ(read->held, talk.held);
}

}  // namespace
}  // namespace agente::concierge
