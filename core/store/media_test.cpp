#include "store/media.hpp"

#include <gmock/gmock.h>

#include "store/both_stores.hpp"

namespace agente::store {

namespace {

using media::Row;
using media::State;
using sql::Connection;

/// Files of messages 1, 2, ... of one guest.
class MediaRows : public BothStores {
 protected:
  const Time now_ = parse_time("2026-09-15T12:00:00Z").value();

  void arrive(Id id) {
    write([&](Connection& c) {
      auto message = message_from("549", id);
      message.kind = "image";
      message.received_at = now_;
      inbound::insert(c, message);
      media::want(c, message);
    });
  }
  std::optional<Row> row(Id id) {
    return ask([&](Connection& c) { return media::find(c, id); });
  }
  std::vector<Id> due(Time at, int limit = 10) {
    std::vector<Id> ids;
    for (const auto& each : ask([&](Connection& c) { return media::list_due(c, at, limit); }))
      ids.push_back(each.message);
    return ids;
  }
  bool claim(const Row& of, Time until) {
    bool done = false;
    write([&](Connection& c) { done = media::claim(c, of, until); });
    return done;
  }
  /// As an attempt has it before it is settled; its time is over a second from now.
  Row stored_by_an_attempt(Id id) {
    EXPECT_TRUE(claim(*row(id), now_ + Millis{1000}));
    auto stored = *row(id);
    stored.state = State::kStored;
    stored.mime_type = "image/jpeg";
    stored.size = 7;
    stored.sha256 = "ab";
    stored.file_name = "señal.jpg";
    stored.transcript = "una doble, por favor";
    stored.path = "12/1-1";
    return stored;
  }
  bool settle(const Row& of) {
    bool done = false;
    write([&](Connection& c) { done = media::settle(c, of); });
    return done;
  }
};

using ::testing::ElementsAre;
using ::testing::IsEmpty;

}  // namespace

TEST_P(MediaRows, AFileIsWantedOnceAndAtOnce) {
  arrive(1);
  write([&](Connection& c) {
    auto message = message_from("549", 1);
    message.received_at = now_ + Millis{5};
    media::want(c, message);
  });
  EXPECT_THAT(due(now_), ElementsAre(1));
  EXPECT_THAT(due(now_ - Millis{1}), IsEmpty());
  EXPECT_EQ(row(1)->kind, "image");
  EXPECT_EQ(row(1)->state, State::kWanted);
  EXPECT_EQ(row(2), std::nullopt);
}

TEST_P(MediaRows, OneHostAtATimeFetchesIt) {
  arrive(1);
  const auto seen_by_both = *row(1);
  EXPECT_TRUE(claim(seen_by_both, now_ + Millis{1000}));
  EXPECT_FALSE(claim(seen_by_both, now_ + Millis{1000}));
  EXPECT_THAT(due(now_ + Millis{999}), IsEmpty());
  EXPECT_THAT(due(now_ + Millis{1000}), ElementsAre(1)) << "who had it may have died";
}

TEST_P(MediaRows, WhatWasFetchedIsSettledOnceOrTwiceAlike) {
  arrive(1);
  const auto stored = stored_by_an_attempt(1);
  EXPECT_TRUE(settle(stored));
  EXPECT_TRUE(settle(stored)) << "as after a commit in doubt";
  EXPECT_EQ(row(1)->file_name, "señal.jpg");
  EXPECT_EQ(row(1)->transcript, "una doble, por favor");
  EXPECT_EQ(row(1)->size, 7);
  EXPECT_THAT(due(now_ + std::chrono::hours{999}), IsEmpty());
}

TEST_P(MediaRows, AnAttemptThatAnotherHasOvertakenSettlesNothing) {
  arrive(1);
  const auto late = stored_by_an_attempt(1);
  ASSERT_TRUE(claim(*row(1), now_ + Millis{2000}));
  EXPECT_FALSE(settle(late));
  EXPECT_EQ(row(1)->state, State::kWanted);
  EXPECT_EQ(row(1)->path, "");
}

TEST_P(MediaRows, WhatIsForgottenSaysNothingAndIsToBeRemovedAtOnce) {
  arrive(1);
  ASSERT_TRUE(settle(stored_by_an_attempt(1)));
  write([&](Connection& c) { media::forget(c, "sol", {1, 2}); });
  const auto gone = *row(1);
  EXPECT_EQ(gone.state, State::kGone);
  EXPECT_EQ(gone.file_name + gone.transcript + gone.mime_type + gone.sha256 + gone.reason, "");
  EXPECT_NE(gone.path, "") << "where to look for what is to be removed";
  EXPECT_THAT(due(Time{}), ElementsAre(1));
  EXPECT_TRUE(claim(gone, now_)) << "for the removal";
  write([&](Connection& c) { media::remove(c, gone); });
  EXPECT_EQ(row(1), std::nullopt);
}

TEST_P(MediaRows, WhatIsForgottenWhileItIsFetchedIsRemovedOnceTheAttemptIsOver) {
  arrive(1);
  const auto under_way = stored_by_an_attempt(1);
  write([&](Connection& c) { media::forget(c, "sol", {1}); });
  EXPECT_THAT(due(now_ + Millis{999}), IsEmpty());
  EXPECT_THAT(due(now_ + Millis{1000}), ElementsAre(1));
  EXPECT_FALSE(settle(under_way)) << "the file of a guest who was forgotten meanwhile";
  EXPECT_EQ(row(1)->state, State::kGone);
}

TEST_P(MediaRows, AFileGoesWithItsMessage) {
  for (const Id id : {1, 2, 3}) {
    arrive(id);
    ASSERT_TRUE(settle(stored_by_an_attempt(id)));
  }
  write([&](Connection& c) {
    c.execute("UPDATE inbound_messages SET status = 'processed' WHERE id <> 2", {});
    EXPECT_EQ(retention::remove(c, retention::Table::kInbound, {.hotel = {}, .first = 1, .last = 2}), 1);
  });
  EXPECT_EQ(row(1)->state, State::kGone);
  EXPECT_EQ(row(2)->state, State::kStored) << "its message is not handled yet";
  EXPECT_EQ(row(3)->state, State::kStored) << "of the next batch";
}

INSTANTIATE_TEST_SUITE_P(OnBoth, MediaRows, on_both());

}  // namespace agente::store
