#include <gmock/gmock.h>

#include "store/store_fixture.hpp"

namespace agente::store {

namespace {

using retention::Batch;
using retention::Table;
using sql::Connection;
using ::testing::IsEmpty;

constexpr Millis kDay{86'400'000};
constexpr Time kNow{Millis{1'789'000'000'000}};

Id id_at(Time moment) { return Id{moment.time_since_epoch().count()} * 4096; }

class Retention : public StoreTest {
 protected:
  void add_inbound(Id id, InboundStatus status) {
    auto message = message_from("549", id);
    message.status = status;
    write([&](Connection& c) { ASSERT_TRUE(inbound::insert(c, message)); });
  }
  void add_outbound(Id id, OutboundStatus status) {
    auto message = reply_to(message_from("549", 1), id);
    message.status = status;
    write([&](Connection& c) { outbound::insert(c, message); });
  }
  void add_event(const std::string& hotel, Id id) {
    write([&](Connection& c) { events::append(c, {id, hotel, kNow, "message.failed", "{}"}); });
  }
  /// Removes batch by batch; the sizes of the batches.
  std::vector<std::int64_t> remove_all(Table table, Time older_than, int limit) {
    std::vector<std::int64_t> sizes;
    Batch batch;
    for (;;) {
      const auto next = ask([&](Connection& c) { return retention::next(c, table, batch, older_than, limit); });
      if (!next) return sizes;
      batch = *next;
      write([&](Connection& c) { sizes.push_back(retention::remove(c, table, batch)); });
    }
  }
  std::string left(Table table) {
    return text_of("SELECT id FROM " + std::string(retention::name_of(table)) + " ORDER BY id");
  }
};

using Sizes = std::vector<std::int64_t>;

}  // namespace

TEST_F(Retention, AMessageGoesWhenItsTimeHasComeAndNotAMillisecondBefore) {
  const auto cut = kNow - 30 * kDay;
  add_inbound(id_at(cut - Millis{1}), InboundStatus::kProcessed);
  add_inbound(id_at(cut), InboundStatus::kProcessed);

  EXPECT_EQ(remove_all(Table::kInbound, cut, 10), (Sizes{1}));
  EXPECT_EQ(left(Table::kInbound), std::to_string(id_at(cut)) + "\n");
}

TEST_F(Retention, WhatIsNotDoneStaysHoweverOldItIs) {
  add_inbound(1, InboundStatus::kReceived);
  add_inbound(2, InboundStatus::kProcessed);
  add_inbound(3, InboundStatus::kFailed);
  add_inbound(4, InboundStatus::kReceived);
  for (int i = 0; i <= static_cast<int>(OutboundStatus::kFailed); ++i) {
    add_outbound(10 + i, static_cast<OutboundStatus>(i));
  }

  EXPECT_EQ(remove_all(Table::kInbound, kNow, 10), (Sizes{2}));
  EXPECT_EQ(left(Table::kInbound), "1\n4\n");
  EXPECT_EQ(remove_all(Table::kOutbound, kNow, 10), (Sizes{4}));
  EXPECT_EQ(text_of("SELECT status FROM outbound_messages ORDER BY id"), "pending\nsending\ndoubtful\n");
}

TEST_F(Retention, ABatchHasAsManyRowsAsItMayAndOldUnfinishedOnesAreNotLookedAtAgain) {
  for (Id id = 1; id <= 4; ++id) add_inbound(id, InboundStatus::kReceived);
  for (Id id = 5; id <= 11; ++id) add_inbound(id, InboundStatus::kProcessed);

  EXPECT_EQ(remove_all(Table::kInbound, kNow, 3), (Sizes{3, 3, 1}));
  EXPECT_EQ(left(Table::kInbound), "1\n2\n3\n4\n");
}

TEST_F(Retention, ADeadLetterThatIsSentAgainMeanwhileStays) {
  add_outbound(1, OutboundStatus::kFailed);
  add_outbound(2, OutboundStatus::kSent);
  const auto batch = ask([](Connection& c) { return retention::next(c, Table::kOutbound, {}, kNow, 10); });
  ASSERT_TRUE(batch);
  write([](Connection& c) {
    auto again = outbound::find(c, 1).value();
    again.status = OutboundStatus::kPending;
    outbound::update(c, again);
  });

  write([&](Connection& c) { EXPECT_EQ(retention::remove(c, Table::kOutbound, *batch), 1); });
  EXPECT_EQ(left(Table::kOutbound), "1\n");
}

TEST_F(Retention, EventsGoHotelByHotelAlsoOfHotelsNobodyKnowsAnyMore) {
  for (const auto* hotel : {"gone", "luna", "sol"}) {
    for (Id id = 1; id <= 3; ++id) add_event(hotel, id);
  }
  add_event("luna", id_at(kNow));

  EXPECT_EQ(remove_all(Table::kEvents, kNow, 2), (Sizes{2, 1, 2, 1, 2, 1}));
  EXPECT_EQ(left(Table::kEvents), std::to_string(id_at(kNow)) + "\n");
  EXPECT_THAT(remove_all(Table::kEvents, kNow, 2), IsEmpty());
}

TEST_F(Retention, AMessageThatIsStillThereIsRecognisedWhenItComesAgain) {
  add_inbound(id_at(kNow), InboundStatus::kProcessed);
  add_inbound(5, InboundStatus::kProcessed);
  remove_all(Table::kInbound, kNow, 10);

  write([](Connection& c) {
    EXPECT_FALSE(inbound::insert(c, message_from("549", id_at(kNow))));
    EXPECT_TRUE(inbound::insert(c, message_from("549", 5)));
  });
}

}  // namespace agente::store
