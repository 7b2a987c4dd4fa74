// Plugins that answer well, and plugins that break the rules.
#include <future>

#include <gmock/gmock.h>

#include "plugins/call_name.hpp"
#include "plugins/host_test_fixture.hpp"

namespace agente::plugins {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// ---- plugins that break the rules ----

TEST_F(PluginHostTest, ExceptionsThatCrossTheBoundaryAreCaught) {
  auto& thrower = channel("thrower");
  const auto sent = send(thrower, "guest");
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, Code::kUnknownOutcome) << "it may have gone out";
  EXPECT_THAT(sent.error().text, AllOf(HasSubstr("thrower"), HasSubstr("the bell broke")));
  EXPECT_FALSE(thrower.send({.key = "k", .attempt = 2}, ""));
  EXPECT_EQ(thrower.self_test().error().code, Code::kInternal);
  auto early = channel_config("thrower", "early");
  early.config = R"({"early": 1})";
  EXPECT_THAT(host->start(early).error().text, HasSubstr("born badly"));
  host->stop(Millis{1000});  // and once more while it is destroyed
}

struct PmsTest : PluginHostTest {
  PmsBackend& ledger() {
    EXPECT_TRUE(host->start(pms_config("ledger")));
    return *host->pms("sol/pms");
  }
};

TEST_F(PmsTest, APmsBooksAndAnswersWithItsOwnId) {
  auto& pms = ledger();
  const auto booking = pms.book({.reference = "R-7"}, "");

  ASSERT_TRUE(booking) << booking.error().text;
  EXPECT_EQ(booking->booking_id, "B-1");
  EXPECT_EQ(booking->reference, "R-7");
  EXPECT_EQ(booking->total, (Money{30000, "EUR"}));
  EXPECT_EQ(booking->guest_name, "Ana García");
  EXPECT_EQ(nights_between(booking->checkin, booking->checkout), 3);
  EXPECT_EQ(pms.plugin(), "ledger");
}

TEST_F(PmsTest, EveryCallReachesThePms) {
  auto& pms = ledger();
  const StayQuery stay{.checkin = Day{std::chrono::days{20000}}, .checkout = Day{std::chrono::days{20002}}};
  EXPECT_EQ(pms.rooms("")->front().id, "double");
  EXPECT_EQ(pms.availability(stay, "")->front().total.minor, 20000);
  EXPECT_EQ(pms.find_by_reference("R-1", "")->size(), 1U);
  EXPECT_TRUE(pms.find_by_reference("NOTHING", "")->empty());
  EXPECT_EQ(pms.get("NONE", "").error().code, Code::kNotFound);
  EXPECT_TRUE(pms.change({.booking_id = "B-1"}, ""));
  EXPECT_TRUE(pms.cancel("B-1", "guest asked", ""));
  EXPECT_TRUE(pms.set_stay_status("B-1", StayStatus::kInHouse, ""));
  const auto changes = pms.changes_since("", 3, "");
  EXPECT_EQ(changes->bookings.size(), 3U);
  EXPECT_EQ(changes->next_cursor, "42");
  EXPECT_EQ(pms.health("").error().text, "closed for lunch");
  EXPECT_EQ(pms.book({.reference = "FULL"}, "").error().code, Code::kConflict);
  EXPECT_EQ(pms.availability({}, "").error().code, Code::kInvalid);
}

TEST_F(PmsTest, WhoCallsThroughTheFormerPmsNeverReachesTheNewOne) {
  auto& former = ledger();
  ASSERT_TRUE(host->change(pms_config("daybook")));

  auto& now = *host->pms("sol/pms");
  EXPECT_EQ(now.plugin(), "daybook");
  EXPECT_TRUE(now.book({.reference = "R-7"}, ""));
  EXPECT_EQ(former.plugin(), "ledger");
  EXPECT_EQ(former.book({.reference = "R-7"}, "").error().code, Code::kRetry);
  ASSERT_EQ(host->list().size(), 1U);
  EXPECT_EQ(host->list()[0].plugin, "daybook");
}

TEST_F(PmsTest, AnotherPmsThatDoesNotStartLeavesTheHotelWhereItIs) {
  auto& pms = ledger();
  EXPECT_FALSE(host->change(pms_config("no-entry")));
  EXPECT_EQ(host->pms("sol/pms"), &pms);
  EXPECT_TRUE(pms.book({.reference = "R-7"}, ""));
  EXPECT_EQ(host->list()[0].last.outcome, "refused");
}

TEST_F(PmsTest, SerialCallsOfOneInstanceNeverOverlap) {
  auto& pms = ledger();
  std::vector<std::future<void>> callers;
  for (int i = 0; i < 4; ++i) {
    callers.push_back(std::async(std::launch::async, [&pms] {
      for (int call = 0; call < 200; ++call) {
        const auto changes = pms.changes_since("", 0, "");
        ASSERT_TRUE(changes) << changes.error().text;
        ASSERT_EQ(changes->next_cursor, "42");
      }
    }));
  }
  for (auto& caller : callers) caller.get();
}

TEST(CallNameTest, TheTagOfACallComesFromTheList) {
  EXPECT_TRUE(CallName("changes_since").serial);
  EXPECT_TRUE(CallName("poll").serial);
  EXPECT_TRUE(CallName("export_batch").serial);
  EXPECT_TRUE(CallName("fn", "timer").serial);
  EXPECT_STREQ(CallName("fn", "timer").text, "timer");
  EXPECT_FALSE(CallName("send").serial);
  EXPECT_FALSE(CallName("self_test").serial);
}

TEST_F(PmsTest, GarbageIsADefectWhenReadAndDoubtWhenWritten) {
  auto& pms = ledger();
  for (const auto* garbage : {"STATUS", "SHORT", "NULLTEXT", "HUGETEXT", "UTF8", "STATE", "NOID", "CURRENCY", "TWICE",
                              "NULLRECORD", "NOTHING"}) {
    const auto read = pms.get(garbage, "");
    ASSERT_FALSE(read) << garbage;
    EXPECT_EQ(read.error().code, Code::kInternal) << garbage;
    EXPECT_FALSE(read.error().text.empty());
    const auto booked = pms.book({.reference = garbage}, "");
    ASSERT_FALSE(booked) << garbage;
    EXPECT_EQ(booked.error().code, Code::kUnknownOutcome) << garbage << ": there may be a booking now";
  }
  EXPECT_EQ(pms.availability({.checkout = Day{std::chrono::days{1}}, .room_type = "negative"}, "").error().code,
            Code::kInternal);
  EXPECT_EQ(pms.availability({.checkout = Day{std::chrono::days{1}}, .room_type = "huge"}, "").error().code,
            Code::kInternal);
}

}  // namespace
}  // namespace agente::plugins
