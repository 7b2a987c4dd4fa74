#include "messaging/mirror.hpp"

#include <gmock/gmock.h>

#include "messaging/test_support.hpp"
#include "pms/occupancy.hpp"
#include "pms/scripted_pms.hpp"

namespace agente::messaging {
namespace {

using testing::eventually;

struct MirrorTest : ::testing::Test {
  ManualClock clock{parse_time("2026-09-15T12:00:00Z").value()};
  testing::TemporaryStore store{clock};
  pms::testing::ScriptedPms pms;
  pms::Gateway gateway{"sol", pms, *store, clock, {}, {.call = [](auto, auto, auto) {}}};
  Hotels hotels{clock};
  std::atomic<bool> on_duty = true;
  Mirror mirror{*store, clock, hotels, [this](const std::string&) { return on_duty.load(); }};

  MirrorTest() {
    hotels.add({.id = "sol", .name = "Sol", .timezone = "Europe/Madrid", .currency = "EUR"}, gateway);
    pms.bookings.push_back({.booking_id = "H-1",
                            .room_type = "double",
                            .checkin = *parse_day("2026-09-15"),
                            .checkout = *parse_day("2026-09-16"),
                            .adults = 2,
                            .guest_name = "Ana",
                            .total = {10'000, "EUR"}});
  }
  bool is_mirrored(const std::string& id) {
    bool found = false;
    EXPECT_TRUE(store->read(
        [&](store::sql::Connection& c) { found = store::pms_bookings::find(c, "sol", "scripted", id).has_value(); }));
    return found;
  }
  bool in_time(const std::function<bool()>& condition) {
    return eventually([&] {
      clock.advance(Millis{1000});
      return condition();
    });
  }
  bool ended(const Mirror::Sync& sync) {
    return eventually([&] { return mirror.sync_with(sync.id)->state != Mirror::Sync::State::kRunning; });
  }
};

TEST_F(MirrorTest, WhatTheDeskBooksIsKnownSoon) {
  mirror.start();
  EXPECT_TRUE(in_time([&] { return is_mirrored("H-1"); }));
}

TEST_F(MirrorTest, SoonEveryHostCanTellHowFullTheHouseIs) {
  const pms::House house{.hotel = "sol", .backend = "scripted", .former = {}, .timezone = "Europe/Madrid"};
  const auto tonight = [&] { return pms::occupancy(*store, clock, house, *parse_day("2026-09-15")); };
  mirror.start();
  ASSERT_TRUE(in_time([&] { return tonight()->rate.has_value(); }));
  EXPECT_DOUBLE_EQ(*tonight()->rate, 20);
}

/// Hotels beside Sol, each with a PMS of its own.
struct HangingPms : MirrorTest {
  struct Hotel {
    Hotel(const std::string& id, HangingPms& of)
        : gateway{id, pms, *of.store, of.clock, {}, {.call = [](auto, auto, auto) {}}} {
      of.hotels.add({.id = id, .name = id, .timezone = "Europe/Madrid", .currency = "EUR"}, gateway);
    }
    pms::testing::ScriptedPms pms;
    pms::Gateway gateway;
  };
};

TEST_F(HangingPms, KeepsTheBooksOfNoOtherHotelFromBeingRead) {
  std::vector<std::unique_ptr<Hotel>> hanging;
  std::vector<std::unique_lock<std::mutex>> held;
  for (int i = 1; i < Mirror::kWorkers; ++i) {
    hanging.push_back(std::make_unique<Hotel>("a" + std::to_string(i), *this));
    held.push_back(hanging.back()->pms.hold());
  }
  mirror.start();
  EXPECT_TRUE(in_time([&] { return is_mirrored("H-1"); }));
  {
    const auto alone = pms.hold();
    pms.bookings[0].booking_id = "H-2";
  }
  EXPECT_TRUE(in_time([&] { return is_mirrored("H-2"); })) << "and goes on being read";
  held.clear();
  mirror.stop();
}

TEST_F(MirrorTest, WhatTheDeskChangesInAFormerPmsIsKnownToo) {
  pms::testing::ScriptedPms next{"next"};
  pms::Gateway books_now{"sol", next, *store, clock, {}, {.call = [](auto, auto, auto) {}}};
  hotels.expect({{"sol", {"scripted", "next"}}});
  hotels.add({.id = "sol", .name = "Sol", .timezone = "Europe/Madrid", .currency = "EUR"}, books_now);
  mirror.start();
  EXPECT_TRUE(in_time([&] { return is_mirrored("H-1"); }));
  mirror.stop();
}

TEST_F(MirrorTest, AHostWithoutTheDutyAsksNothing) {
  on_duty = false;
  std::atomic<int> asked = 0;
  pms.before_changes = [&] { ++asked; };
  mirror.start();
  for (int i = 0; i < 100; ++i) clock.advance(Millis{10'000});
  EXPECT_EQ(asked, 0);
  on_duty = true;
  EXPECT_TRUE(in_time([&] { return asked > 0; }));
}

TEST_F(MirrorTest, ASyncTellsHowFarItIsAndThatItIsDone) {
  const auto begun = mirror.sync();
  ASSERT_TRUE(ended(begun));
  const auto sync = *mirror.sync_with(begun.id);
  EXPECT_EQ(sync.state, Mirror::Sync::State::kDone) << sync.problem;
  EXPECT_EQ(sync.done, 1);
  EXPECT_EQ(sync.total, 1);
  EXPECT_TRUE(sync.ended);
  EXPECT_TRUE(is_mirrored("H-1"));
  EXPECT_FALSE(mirror.sync_with("another"));
}

TEST_F(MirrorTest, ASecondSyncWhileOneRunsIsTheSame) {
  {
    const auto held = pms.hold();  // the PMS answers nobody
    const auto first = mirror.sync();
    EXPECT_EQ(mirror.sync().id, first.id);
  }
  const auto first = mirror.sync();
  ASSERT_TRUE(ended(first));
  const auto next = mirror.sync();
  EXPECT_NE(next.id, first.id);
  EXPECT_TRUE(ended(next));
}

TEST_F(MirrorTest, ASyncThatFailsSaysWhichHotelAndWhy) {
  pms.fail_next({Code::kRetry, "QloApps is down"});
  const auto begun = mirror.sync();
  ASSERT_TRUE(ended(begun));
  const auto sync = *mirror.sync_with(begun.id);
  EXPECT_EQ(sync.state, Mirror::Sync::State::kFailed);
  EXPECT_EQ(sync.problem, "sol: QloApps is down");
}

/// A hotel that books in "next"; "scripted" holds H-1, of which the store does not know.
struct AuditTest : MirrorTest {
  pms::testing::ScriptedPms next{"next"};
  pms::Gateway books_now{"sol", next, *store, clock, {}, {.call = [](auto, auto, auto) {}}};

  AuditTest() {
    hotels.expect({{"sol", {"scripted", "next"}}});
    hotels.add({.id = "sol", .name = "Sol", .timezone = "Europe/Madrid", .currency = "EUR"}, books_now);
  }
};

TEST_F(AuditTest, NamesAFormerPmsThatIsDownBesideTheDifferencesOfTheOther) {
  std::swap(next.bookings, pms.bookings);
  pms.down = true;

  const auto audit = mirror.audit("sol", "t");

  ASSERT_TRUE(audit);
  ASSERT_EQ(audit->differences.size(), 1U);
  EXPECT_EQ(audit->differences[0].booking_id, "H-1");
  ASSERT_EQ(audit->unreachable.size(), 1U);
  EXPECT_EQ(audit->unreachable[0].pms, "scripted");
  EXPECT_EQ(audit->unreachable[0].reason, "down");
}

TEST_F(AuditTest, NamesThePmsWhereTheHotelBooksWhenItHasNeverAnsweredYet) {
  next.down = true;
  const auto audit = mirror.audit("sol", "t");
  ASSERT_TRUE(audit);
  ASSERT_EQ(audit->differences.size(), 1U);
  EXPECT_EQ(audit->differences[0].booking_id, "H-1");
  ASSERT_EQ(audit->unreachable.size(), 1U);
  EXPECT_EQ(audit->unreachable[0].pms, "next");
}

TEST_F(AuditTest, NamesAFormerPmsWhosePluginDidNotStart) {
  hotels.expect({{"sol", {"scripted", "next", "ancient"}}});
  const auto audit = mirror.audit("sol", "t");
  ASSERT_TRUE(audit);
  ASSERT_EQ(audit->unreachable.size(), 1U);
  EXPECT_EQ(audit->unreachable[0].pms, "ancient");
  EXPECT_THAT(audit->unreachable[0].reason, ::testing::HasSubstr("plugin list"));
}

TEST_F(AuditTest, OfAnUnknownHotelIsRefused) { EXPECT_EQ(mirror.audit("luna", "t").error().code, Code::kNotFound); }

}  // namespace
}  // namespace agente::messaging
