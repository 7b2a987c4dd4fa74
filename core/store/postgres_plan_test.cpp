#include <gmock/gmock.h>

#include "store/both_stores.hpp"
#include "store/columns.hpp"
#include "store/explaining.hpp"
#include "store/pms_bookings.hpp"
#include "store/postgres_statement.hpp"

namespace agente::store {

namespace {

using sql::Connection;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string literal(const sql::Value& value) {
  const auto text = postgres::parameter(value);
  if (!text) return "NULL";
  if (std::holds_alternative<std::int64_t>(value)) return *text;
  std::string quoted = "'";
  for (const char c : *text) quoted += c == '\'' ? std::string("''") : std::string(1, c);
  return quoted + "'";
}

/// With these parameters, and with any, as it may from the sixth time on.
class PostgresExplaining final : public Explaining {
 public:
  using Explaining::Explaining;

 private:
  void explain(std::string_view statement, std::span<const sql::Value> parameters) override {
    std::string list;
    for (const auto& value : parameters) list += (list.empty() ? "" : ", ") + literal(value);
    real_.execute("PREPARE explained AS " + std::string(statement), {});
    for (const auto* mode : {"custom", "generic"}) {
      real_.execute("SET LOCAL plan_cache_mode = force_" + std::string(mode) + "_plan", {});
      real_.query("EXPLAIN EXECUTE explained" + (list.empty() ? "" : "(" + list + ")"), {},
                  [this](const sql::Row& row) { plan_.append(row.text(0)).append("\n"); });
    }
    real_.execute("DEALLOCATE explained", {});
  }
};

constexpr int kRows = 50'000;

/// Many messages that are done, a few that are not; the statistics are up to date, as autovacuum keeps them.
class PostgresPlans : public ::testing::Test, protected OpenStore {
 protected:
  PostgresPlans() : OpenStore(new_url(BackEnd::kPostgres)) {
    write([](Connection& c) {
      for (const auto statement : {kInbound, kOutbound, kConversations, kReservations, kChanges, kStays, kMedia}) {
        c.execute(statement, values(kRows));
      }
      for (Id id = kFirst + Id{kRows} * 4096; id < kFirst + Id{kRows + 3} * 4096; id += 4096) {
        inbound::insert(c, message_from("549", id));
        outbound::insert(c, reply_to(message_from("549", id), id));
      }
      c.execute("ANALYZE", {});
    });
  }
  std::string plan_of(const std::function<void(Connection&)>& work) {
    std::string plan;
    write([&](Connection& c) {
      PostgresExplaining explaining(c);
      work(explaining);
      plan = explaining.plan();
    });
    return plan;
  }
  /// By this index, in its order, and no table from end to end.
  static auto by(const std::string& index) {
    return AllOf(HasSubstr(index), Not(HasSubstr("Seq Scan")), Not(HasSubstr("Sort")));
  }

  static constexpr Id kFirst = Id{1'789'000'000'000} * 4096;
  static inline const GuestKey kGuest{"sol", "whatsapp", "549777"};
  static constexpr std::string_view kInbound = R"(
INSERT INTO inbound_messages SELECT 'sol', 'whatsapp', '1065', 1789000000000 + i, 'wamid.' || i,
  (1789000000000 + i) * 4096, '549' || (i % 1000), 0, '', 'text', '', '', 'processed', '', '', 0, '', '', 0
FROM generate_series(0, CAST(?1 AS INTEGER) - 1) AS n(i))";
  static constexpr std::string_view kOutbound = R"(
INSERT INTO outbound_messages SELECT 'sol', (1789000000000 + i) * 4096 + 1, 'whatsapp', '1065', '549' || (i % 1000),
  (1789000000000 + i) * 4096, 'text', '', 'es', '', 'delivered', 1, 0, NULL, 0, 'out.' || i, '', '', 0, '', 0
FROM generate_series(0, CAST(?1 AS INTEGER) - 1) AS n(i))";
  static constexpr std::string_view kMedia = R"(
INSERT INTO media SELECT 'sol', (1789000000000 + i) * 4096, 'image', 'stored', 'image/jpeg', 1, '', '', '', '1/1', '', 1, 0, 0
FROM generate_series(0, CAST(?1 AS INTEGER) - 1) AS n(i))";
  static constexpr std::string_view kConversations = R"(
INSERT INTO conversations SELECT 'sol', 'whatsapp', '549' || i, '1065', 'idle', 'es', '{}', 0
FROM generate_series(0, CAST(?1 AS INTEGER) - 1) AS n(i))";
  static constexpr std::string_view kReservations = R"(
INSERT INTO reservations SELECT 'sol', i, 'whatsapp', '549' || i, 'CONFIRMED', '', 'double', '2026-03-12',
  '2026-03-15', 2, 0, 1, 100, 'EUR', 'pms', 'H-' || i, '', '', 0, 0
FROM generate_series(0, CAST(?1 AS INTEGER) - 1) AS n(i))";
  static constexpr std::string_view kChanges = R"(
INSERT INTO reservation_events SELECT 'sol', i, 1, 0, '', 'CONFIRMED', 'H-' || i, ''
FROM generate_series(0, CAST(?1 AS INTEGER) - 1) AS n(i))";
  static constexpr std::string_view kStays = R"(
INSERT INTO pms_bookings SELECT 'sol', 'pms', 'H-' || i, '', 'LEFT', '', 'double', '2026-03-12',
  '2026-03-' || (13 + i % 10), 2, 0, 1, 100, 'EUR', 0
FROM generate_series(0, CAST(?1 AS INTEGER) - 1) AS n(i))";
};

}  // namespace

TEST_F(PostgresPlans, WorkingSetsAreFoundWithoutTouchingWhatIsDone) {
  EXPECT_THAT(plan_of([](Connection& c) { EXPECT_EQ(inbound::list_received(c, kAllParts, 0, 10).size(), 3U); }),
              by("inbound_received"));
  EXPECT_THAT(plan_of([](Connection& c) { EXPECT_EQ(inbound::count_received(c), 3); }), by("inbound_received"));
  EXPECT_THAT(plan_of([](Connection& c) { EXPECT_TRUE(inbound::oldest_received(c)); }), by("inbound_received"));
  EXPECT_THAT(plan_of([](Connection& c) { EXPECT_EQ(outbound::list_unsent(c, kAllParts, 0, 10).size(), 3U); }),
              by("outbound_unsent"));
  EXPECT_THAT(plan_of([](Connection& c) { EXPECT_EQ(outbound::count_unsent(c), 3); }), by("outbound_unsent"));
  EXPECT_THAT(plan_of([](Connection& c) { EXPECT_TRUE(outbound::oldest_unsent(c)); }), by("outbound_unsent"));
}

TEST_F(PostgresPlans, AGuestsNextMessageAndReplyAreFoundAmongWhatWaits) {
  const GuestKey guest{"sol", "whatsapp", "549"};
  const auto next = [](const char* table) {
    return AllOf(HasSubstr(table), Not(HasSubstr("Seq Scan")), Not(HasSubstr("_pkey")));
  };
  EXPECT_THAT(plan_of([&](Connection& c) { EXPECT_TRUE(inbound::waiting_of(c, guest)); }), next("inbound_received"));
  EXPECT_THAT(plan_of([&](Connection& c) { EXPECT_FALSE(inbound::amendment_of(c, message_from("549", 1))); }),
              next("inbound_received"));
  EXPECT_THAT(plan_of([&](Connection& c) { EXPECT_FALSE(inbound::written_before(c, message_from("549", 1), {})); }),
              next("inbound_received"));
  EXPECT_THAT(plan_of([&](Connection& c) { EXPECT_TRUE(outbound::next_to(c, guest)); }), next("outbound_unsent"));
  EXPECT_THAT(plan_of([&](Connection& c) {
                auto revoke = message_from("549", 1);
                revoke.reply_to = "wamid.1";
                EXPECT_FALSE(inbound::amended_by(c, revoke));
              }),
              ::testing::HasSubstr("inbound_by_sender"));
}

TEST_F(PostgresPlans, WhatWasOfferedToAGuestIsFoundByTheGuest) {
  EXPECT_THAT(plan_of([](Connection& c) {
                constexpr Id kWeek = Id{7} * 86'400'000 * 4096;
                outbound::list_offers(c, kGuest, kWeek, 2 * kWeek);
              }),
              HasSubstr("outbound_by_sender"));
}

TEST_F(PostgresPlans, WhatIsHeldForAGuestIsFoundAmongWhatIsHeld) {
  EXPECT_THAT(plan_of([](Connection& c) { EXPECT_EQ(outbound::count_held(c, kGuest, "1065"), 0); }),
              AllOf(HasSubstr("outbound_held"), Not(HasSubstr("outbound_by_sender"))));
  EXPECT_THAT(
      plan_of([](Connection& c) { EXPECT_TRUE(outbound::release_held(c, kGuest, "1065", Time{}, {}).empty()); }),
      AllOf(HasSubstr("outbound_held"), Not(HasSubstr("outbound_by_sender"))));
}

TEST_F(PostgresPlans, OneMessageIsFoundByAnIndexThatLeadsToItAlone) {
  const Id id = kFirst + 777 * 4096;
  EXPECT_THAT(plan_of([&](Connection& c) { EXPECT_TRUE(inbound::find(c, id)); }), by("inbound_by_id"));
  EXPECT_THAT(plan_of([&](Connection& c) {
                Inbound message = message_from("549777", id);
                inbound::keep_results(c, message, "{}");
                EXPECT_FALSE(inbound::finish(c, message, InboundStatus::kProcessed, {}, ""));
              }),
              AllOf(HasSubstr("inbound_by_id"), Not(HasSubstr("Seq Scan"))));
  EXPECT_THAT(plan_of([&](Connection& c) { EXPECT_TRUE(outbound::find(c, id + 1)); }), by("outbound_by_id"));
  EXPECT_THAT(plan_of([&](Connection& c) { outbound::update(c, *outbound::find(c, id + 1)); }),
              AllOf(HasSubstr("Update on outbound_messages"), HasSubstr("Index Cond: "), Not(HasSubstr("Seq Scan"))));
  EXPECT_THAT(plan_of([&](Connection& c) { EXPECT_EQ(outbound::list_replies_to(c, id).size(), 1U); }),
              by("outbound_replies"));
  EXPECT_THAT(plan_of([](Connection& c) { EXPECT_TRUE(outbound::find_by_external_id(c, "whatsapp", "out.777")); }),
              by("outbound_by_external_id"));
}

TEST_F(PostgresPlans, ATurnFindsWhatItKnowsOfItsGuestByTheGuest) {
  EXPECT_THAT(plan_of([](Connection& c) { EXPECT_TRUE(conversations::find(c, kGuest)); }), by("conversations_pkey"));
  EXPECT_THAT(
      plan_of([](Connection& c) { EXPECT_EQ(reservations::count_confirmed_since(c, kGuest, Time{}), 1); }),
      AllOf(HasSubstr("reservations_by_guest"), HasSubstr("reservation_events_pkey"), Not(HasSubstr("Seq Scan"))));
  EXPECT_THAT(plan_of([](Connection& c) { EXPECT_EQ(reservations::list_of_guest(c, kGuest).size(), 1U); }),
              by("reservations_by_guest"));
  EXPECT_THAT(plan_of([](Connection& c) { EXPECT_TRUE(reservations::find_by_booking_id(c, "sol", "pms", "H-777")); }),
              AllOf(HasSubstr("reservations_by_booking"), Not(HasSubstr("Seq Scan"))));
  EXPECT_THAT(plan_of([](Connection& c) {
                auto reservation = *reservations::find(c, "sol", 777);
                reservation.status = ReservationStatus::kCancelled;
                reservations::put(c, reservation);
              }),
              AllOf(HasSubstr("reservations_pkey"), HasSubstr("reservation_events_pkey"), Not(HasSubstr("Seq Scan"))));
}

TEST_F(PostgresPlans, WhoSleepsInAHouseIsFoundWithoutThoseWhoHaveLeftLongAgo) {
  const auto day = *parse_day("2026-04-01");
  EXPECT_THAT(plan_of([&](Connection& c) { EXPECT_TRUE(pms_bookings::taken(c, "sol", day, false).empty()); }),
              by("pms_bookings_by_checkout"));
}

TEST_F(PostgresPlans, AListOfMessagesDoesNotReadThemAll) {
  messages::Filter filter;
  filter.limit = 50;
  EXPECT_THAT(plan_of([&](Connection& c) { EXPECT_EQ(messages::list(c, filter).size(), 50U); }),
              AllOf(HasSubstr("Index Scan using inbound_by_id"), HasSubstr("Index Scan using outbound_by_id"),
                    Not(HasSubstr("Seq Scan"))));
  filter.sender = "549777";
  EXPECT_THAT(plan_of([&](Connection& c) { EXPECT_EQ(messages::list(c, filter).size(), 50U); }),
              Not(HasSubstr("Seq Scan")));
}

TEST_F(PostgresPlans, WhatIsOldIsFoundAndRemovedByItsIdsAlone) {
  using retention::Table;
  const Time end{Millis{1'789'000'000'000 + kRows}};
  for (const auto table : {Table::kInbound, Table::kOutbound}) {
    EXPECT_THAT(plan_of([&](Connection& c) {
                  const auto batch = retention::next(c, table, {}, end, 10);
                  ASSERT_TRUE(batch);
                  EXPECT_EQ(retention::remove(c, table, *batch), 10);
                }),
                by(table == Table::kInbound ? "inbound_by_id" : "outbound_by_id"));
  }
}

}  // namespace agente::store
