#include <gmock/gmock.h>

#include "store/columns.hpp"
#include "store/explaining.hpp"
#include "store/media.hpp"
#include "store/pms_bookings.hpp"
#include "store/store_fixture.hpp"

namespace agente::store {

namespace {

using sql::Connection;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class SqliteExplaining final : public Explaining {
 public:
  using Explaining::Explaining;

 private:
  void explain(std::string_view statement, std::span<const sql::Value> parameters) override {
    real_.query("EXPLAIN QUERY PLAN " + std::string(statement), parameters,
                [this](const sql::Row& row) { plan_.append(row.text(3)).append("\n"); });
  }
};

constexpr int kRows = 100'000;

/// Many messages that are done, a few that are not.
class QueryPlans : public StoreTest {
 protected:
  QueryPlans() {
    write([](Connection& c) {
      c.execute(kInbound, values(kRows));
      c.execute(kOutbound, values(kRows));
      for (Id id = kFirst + Id{kRows} * 4096; id < kFirst + Id{kRows + 3} * 4096; id += 4096) {
        inbound::insert(c, message_from("549", id));
        outbound::insert(c, reply_to(message_from("549", id), id));
      }
    });
  }
  std::string plan_of(const std::function<void(Connection&)>& work) {
    std::string plan;
    write([&](Connection& c) {
      SqliteExplaining explaining(c);
      work(explaining);
      plan = explaining.plan();
    });
    return plan;
  }

  static constexpr Id kFirst = Id{1'789'000'000'000} * 4096;
  static constexpr std::string_view kInbound = R"(
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ?1 - 1)
INSERT INTO inbound_messages (hotel_id, channel, account, provider_time, external_id, id, sender, received_at,
  sender_name, kind, body, reply_to, status, results, trace, processed_at, failure, raw, part)
SELECT 'sol', 'whatsapp', '1065', 1789000000000 + i, 'wamid.' || i,
  (1789000000000 + i) * 4096, '549' || (i % 1000), 0, '', 'text', '', '', 'processed', '', '', 0, '', '', 0 FROM n)";
  static constexpr std::string_view kOutbound = R"(
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ?1 - 1)
INSERT INTO outbound_messages (hotel_id, id, channel, account, sender, in_reply_to, kind, body, language,
  quotes_external_id, status, attempts, created_at, next_attempt_at, sent_at, external_id, failure_code,
  failure_reason, possibly_duplicated, trace, part)
SELECT 'sol', (1789000000000 + i) * 4096 + 1, 'whatsapp', '1065', '549' || (i % 1000),
  (1789000000000 + i) * 4096, 'text', '', 'es', '', 'delivered', 1, 0, NULL, 0, 'out.' || i, '', '', 0, '', 0 FROM n)";
};

}  // namespace

TEST_F(QueryPlans, WorkingSetsAreFoundWithoutTouchingWhatIsDone) {
  const auto received = AllOf(HasSubstr("inbound_received"), Not(HasSubstr("TEMP B-TREE")));
  EXPECT_THAT(plan_of([](Connection& c) { EXPECT_EQ(inbound::list_received(c, kAllParts, 0, 10).size(), 3U); }),
              received);
  EXPECT_THAT(plan_of([](Connection& c) { EXPECT_EQ(inbound::count_received(c), 3); }), received);
  EXPECT_THAT(plan_of([](Connection& c) { EXPECT_TRUE(inbound::oldest_received(c)); }), received);
  const auto unsent = AllOf(HasSubstr("outbound_unsent"), Not(HasSubstr("TEMP B-TREE")));
  EXPECT_THAT(plan_of([](Connection& c) { EXPECT_EQ(outbound::list_unsent(c, kAllParts, 0, 10).size(), 3U); }), unsent);
  EXPECT_THAT(plan_of([](Connection& c) { EXPECT_EQ(outbound::count_unsent(c), 3); }), unsent);
  EXPECT_THAT(plan_of([](Connection& c) { EXPECT_TRUE(outbound::oldest_unsent(c)); }), unsent);
  EXPECT_THAT(plan_of([](Connection& c) { intents::list_unfinished(c, 10); }), HasSubstr("intents_unfinished"));
}

TEST_F(QueryPlans, AGuestsNextMessageAndReplyAreFoundByTheGuest) {
  const auto guest = message_from("549", 1).guest;
  const auto by_guest = [](const char* index) {
    return AllOf(HasSubstr(index), HasSubstr("(<expr>=? AND sender=?)"), Not(HasSubstr("SCAN inbound")),
                 Not(HasSubstr("SCAN outbound")));
  };
  EXPECT_THAT(
      plan_of([&](Connection& c) { EXPECT_EQ(inbound::waiting_of(c, guest)->first, kFirst + Id{kRows} * 4096); }),
      by_guest("inbound_by_sender"));
  EXPECT_THAT(plan_of([&](Connection& c) { EXPECT_FALSE(inbound::amendment_of(c, message_from("549", kFirst))); }),
              by_guest("inbound_by_sender"));
  EXPECT_THAT(plan_of([&](Connection& c) {
                auto revoke = message_from("549", kFirst);
                revoke.reply_to = "wamid.1";
                EXPECT_FALSE(inbound::amended_by(c, revoke));
              }),
              by_guest("inbound_by_sender"));
  EXPECT_THAT(
      plan_of([&](Connection& c) { EXPECT_FALSE(inbound::written_before(c, message_from("549", kFirst), {})); }),
      by_guest("inbound_by_sender"));
  EXPECT_THAT(plan_of([&](Connection& c) { EXPECT_EQ(outbound::next_to(c, guest), kFirst + Id{kRows} * 4096); }),
              by_guest("outbound_by_sender"));
  EXPECT_THAT(plan_of([&](Connection& c) {
                constexpr Id kWeek = Id{7} * 86'400'000 * 4096;
                outbound::list_offers(c, guest, kWeek, 2 * kWeek);
              }),
              by_guest("outbound_by_sender"));
  EXPECT_THAT(plan_of([&](Connection& c) { EXPECT_TRUE(inbound::last_written(c, guest, "1065")); }),
              by_guest("inbound_by_sender"));
  EXPECT_THAT(plan_of([&](Connection& c) { EXPECT_FALSE(inbound::last_written(c, guest, "another")); }),
              by_guest("inbound_by_sender"))
      << "also when every day is looked at";
}

TEST_F(QueryPlans, WhatIsHeldForAGuestIsFoundAmongWhatIsHeld) {
  const auto guest = message_from("549", 1).guest;
  EXPECT_THAT(plan_of([&](Connection& c) { EXPECT_EQ(outbound::count_held(c, guest, "1065"), 0); }),
              HasSubstr("outbound_held"));
  EXPECT_THAT(
      plan_of([&](Connection& c) { EXPECT_TRUE(outbound::release_held(c, guest, "1065", Time{}, {}).empty()); }),
      HasSubstr("outbound_held"));
}

TEST_F(QueryPlans, OneMessageIsFoundByAnIndexThatLeadsToItAlone) {
  const Id id = kFirst + 777 * 4096;
  EXPECT_THAT(plan_of([&](Connection& c) { EXPECT_TRUE(inbound::find(c, id)); }), HasSubstr("(id=?"));
  EXPECT_THAT(plan_of([&](Connection& c) { EXPECT_TRUE(outbound::find(c, id + 1)); }), HasSubstr("(id=?"));
  EXPECT_THAT(plan_of([&](Connection& c) { inbound::keep_results(c, *inbound::find(c, id), "{}"); }),
              HasSubstr("(id=? AND hotel_id=?)"));
  EXPECT_THAT(plan_of([&](Connection& c) { outbound::update(c, *outbound::find(c, id + 1)); }),
              HasSubstr("(hotel_id=? AND id=?)"));
  EXPECT_THAT(plan_of([&](Connection& c) { EXPECT_EQ(outbound::list_replies_to(c, id).size(), 1U); }),
              HasSubstr("outbound_replies (in_reply_to=?"));
  EXPECT_THAT(plan_of([](Connection& c) { EXPECT_TRUE(outbound::find_by_external_id(c, "whatsapp", "out.777")); }),
              AllOf(HasSubstr("outbound_by_external_id (<expr>=? AND external_id=?)"),
                    Not(HasSubstr("SCAN outbound_messages"))));
}

TEST_F(QueryPlans, TheBookingsOfAGuestOnADayAreCountedWithoutThoseOfTheOthers) {
  EXPECT_THAT(plan_of([](Connection& c) {
                EXPECT_EQ(reservations::count_confirmed_since(c, message_from("549", 1).guest, Time{}), 0);
              }),
              AllOf(HasSubstr("SEARCH r USING"), HasSubstr("(hotel_id=? AND channel=? AND sender=?)\n"),
                    HasSubstr("(hotel_id=? AND reservation_id=?)")));
}

TEST_F(QueryPlans, WhoSleepsInAHouseIsFoundWithoutThoseWhoHaveLeftLongAgo) {
  EXPECT_THAT(plan_of([](Connection& c) { pms_bookings::taken(c, "sol", Day{}, false); }),
              HasSubstr("pms_bookings_by_checkout (hotel_id=? AND checkout>?)"));
}

TEST_F(QueryPlans, AListOfMessagesDoesNotReadThemAll) {
  messages::Filter filter;
  filter.limit = 50;
  // Each half in the order of its index; only the two pages are put together.
  EXPECT_THAT(plan_of([&](Connection& c) { EXPECT_EQ(messages::list(c, filter).size(), 50U); }),
              AllOf(HasSubstr("USING INDEX inbound_by_id (id>?)\nSCAN page_of_inbound"),
                    HasSubstr("USING INDEX outbound_by_id (id>?)\nSCAN page_of_outbound")));
  filter.sender = "549777";
  filter.limit = 1000;
  EXPECT_THAT(plan_of([&](Connection& c) { EXPECT_EQ(messages::list(c, filter).size(), 200U); }),
              AllOf(HasSubstr("inbound_by_sender (<expr>=? AND sender=?"),
                    HasSubstr("outbound_by_sender (<expr>=? AND sender=?")));
}

TEST_F(QueryPlans, AFileIsFoundByItsMessageAndTheOnesToFetchWithoutTheOthers) {
  EXPECT_THAT(plan_of([](Connection& c) { media::list_due(c, Time{}, 10); }),
              AllOf(HasSubstr("media_due"), Not(HasSubstr("TEMP B-TREE"))));
  EXPECT_THAT(plan_of([](Connection& c) { media::find(c, kFirst); }), HasSubstr("media_by_message (message_id=?)"));
}

TEST_F(QueryPlans, WhatIsOldIsFoundAndRemovedByItsIdsAlone) {
  using retention::Table;
  const Time end{Millis{1'789'000'000'000 + kRows}};
  const auto next = [&](Table table) {
    return plan_of([&, table](Connection& c) { EXPECT_TRUE(retention::next(c, table, {}, end, 10)); });
  };
  const auto remove = [&](Table table) {
    return plan_of([&, table](Connection& c) {
      EXPECT_EQ(retention::remove(c, table, *retention::next(c, table, {}, end, 10)), 10);
    });
  };
  const auto by_id = [](const char* index) {
    return AllOf(HasSubstr(index), Not(HasSubstr("SCAN inbound")), Not(HasSubstr("SCAN outbound")),
                 Not(HasSubstr("TEMP B-TREE")));
  };
  EXPECT_THAT(next(Table::kInbound), by_id("inbound_by_id (id>? AND id<?)"));
  EXPECT_THAT(next(Table::kOutbound), by_id("outbound_by_id (id>? AND id<?)"));
  EXPECT_THAT(remove(Table::kInbound),
              AllOf(HasSubstr("SEARCH inbound_messages USING INDEX inbound_by_id (id>? AND id<?)"),
                    HasSubstr("SEARCH media USING INDEX media_by_message (message_id>? AND message_id<?)")));
  EXPECT_THAT(remove(Table::kOutbound),
              HasSubstr("SEARCH outbound_messages USING INDEX outbound_by_id (id>? AND id<?)"));
  write([](Connection& c) {
    for (Id id = kFirst; id < kFirst + 20; ++id) events::append(c, {id, "sol", {}, "message.failed", "{}"});
  });
  EXPECT_THAT(next(Table::kEvents), AllOf(HasSubstr("(hotel_id=? AND id>? AND id<?)"), HasSubstr("(hotel_id>?)"),
                                          Not(HasSubstr("SCAN events")), Not(HasSubstr("TEMP B-TREE"))));
  EXPECT_THAT(remove(Table::kEvents), HasSubstr("(hotel_id=? AND id>? AND id<?)"));
}

}  // namespace agente::store
