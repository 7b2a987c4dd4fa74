#include "messaging/front_desk.hpp"

#include <gmock/gmock.h>

#include "messaging/parts.hpp"
#include "messaging/test_support.hpp"

namespace agente::messaging {
namespace {

using ::testing::SizeIs;

struct FrontDeskTest : ::testing::Test {
  ManualClock clock{parse_time("2026-09-15T12:00:00Z").value()};
  testing::TemporaryStore store{clock};
  int acts = 0;
  int replies = 0;
  FrontDesk desk{*store, clock, {.act_came = [this] { ++acts; }, .reply_waits = [this] { ++replies; }}};
  const FrontDesk::Act marta{.guest = {"sol", "whatsapp", "34600111222"}, .actor = "marta"};

  void guest_has_written() {
    store::Inbound message{.guest = marta.guest, .account = "106", .external_id = "wamid.1", .kind = "text"};
    EXPECT_TRUE(store->write([&](store::sql::Connection& connection) {
      message.id = connection.next_id();
      store::inbound::insert(connection, message);
    }));
  }
  store::Inbound row(store::Id id) {
    std::optional<store::Inbound> found;
    EXPECT_TRUE(store->read([&](store::sql::Connection& c) { found = store::inbound::find(c, id); }));
    return found.value_or(store::Inbound{});
  }
  std::vector<store::Outbound> outbox() {
    std::vector<store::Outbound> rows;
    EXPECT_TRUE(store->read(
        [&](store::sql::Connection& c) { rows = store::outbound::list_unsent(c, store::kAllParts, 0, 9); }));
    return rows;
  }
};

TEST_F(FrontDeskTest, AnActIsARowAmongTheGuestsMessagesInItsOrder) {
  guest_has_written();
  const auto id = desk.pause(marta, clock.now() + Millis{60'000});
  ASSERT_TRUE(id) << id.error().text;
  const auto act = row(*id);
  EXPECT_EQ(act.kind, "staff_paused");
  EXPECT_EQ(act.sender_name, "marta");
  EXPECT_EQ(act.text, format_time(clock.now() + Millis{60'000}));
  EXPECT_EQ(act.account, "106");
  EXPECT_EQ(act.status, store::InboundStatus::kReceived);
  std::vector<store::Inbound> waiting;
  EXPECT_TRUE(store->read(
      [&](store::sql::Connection& c) { waiting = store::inbound::list_received(c, store::kAllParts, 0, 9); }));
  ASSERT_THAT(waiting, SizeIs(2));
  EXPECT_EQ(waiting.back().id, *id);
  EXPECT_EQ(acts, 1);
  EXPECT_EQ(replies, 0);
}

TEST_F(FrontDeskTest, WhatAPersonWritesLiesInTheOutboxUnderHerName) {
  guest_has_written();
  const auto said = desk.say(marta, "Hola, soy Marta.\n\n" + std::string(kLongestReply, 'a'));
  ASSERT_TRUE(said) << said.error().text;
  const auto sent = outbox();
  ASSERT_THAT(sent, SizeIs(2)) << "too long for one message";
  EXPECT_EQ(sent[0].id, said->messages[0]);
  for (const auto& message : sent) {
    EXPECT_EQ(message.written_by, "marta");
    EXPECT_EQ(message.account, "106");
    EXPECT_EQ(message.guest, marta.guest);
  }
  EXPECT_EQ(replies, 1);
}

TEST_F(FrontDeskTest, AGuestWhoNeverWroteIsNotWrittenTo) {
  const auto said = desk.say(marta, "Hola");
  ASSERT_FALSE(said);
  EXPECT_EQ(said.error().code, Code::kNotFound);
  EXPECT_THAT(outbox(), SizeIs(0));
  EXPECT_EQ(acts + replies, 0);
  EXPECT_FALSE(desk.resume(marta));
}

}  // namespace
}  // namespace agente::messaging
