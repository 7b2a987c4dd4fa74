#include "pms/follow.hpp"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.hpp"
#include "pms/audit.hpp"
#include "pms/scripted_pms.hpp"
#include "store/guests.hpp"
#include "store/repositories.hpp"

namespace agente::pms {
namespace {

using plugins::StayStatus;
using store::ReservationStatus;
using store::sql::Connection;

Day day(std::string_view text) { return *parse_day(text); }
const Day kToday = day("2026-09-15");

/// A hotel with a booking H-1 that a guest made here, and whatever the front desk does.
struct FrontDesk : ::testing::Test {
  std::filesystem::path folder = std::filesystem::temp_directory_path() / ("agente-follow-" + random_hex(8));
  ManualClock clock{parse_time("2026-09-15T12:00:00Z").value()};
  std::unique_ptr<store::Store> store = std::move(*store::open("sqlite:" + (folder / "f.db").string(), clock));
  testing::ScriptedPms pms;
  Gateway gateway{"sol", pms, *store, clock, {}, {.call = [](auto, auto, auto) {}}};
  const Source source{gateway};
  Follow follow{source, *store, clock};

  FrontDesk() {
    desk_books("H-1");
    pms.bookings[0].reference = "SOL-1";
    write([&](Connection& c) { store::reservations::put(c, made_here("H-1")); });
    clock.advance(Millis{1000});
  }
  ~FrontDesk() override {
    store.reset();
    std::filesystem::remove_all(folder);
  }

  void desk_books(const std::string& id) {
    pms.bookings.push_back({.booking_id = id,
                            .room_type = "double",
                            .checkin = day("2026-10-05"),
                            .checkout = day("2026-10-09"),
                            .adults = 2,
                            .guest_name = "Ana",
                            .total = {40'000, "EUR"}});
  }
  plugins::Booking& there(std::size_t index = 0) { return pms.bookings.at(index); }
  [[nodiscard]] store::Reservation made_here(const std::string& booking_id) const {
    store::Reservation r;
    r.id = 1;
    r.guest = {"sol", "whatsapp", "549"};
    r.status = ReservationStatus::kConfirmed;
    r.guest_name = "Ana";
    r.room_type = "double";
    r.checkin = day("2026-10-05");
    r.checkout = day("2026-10-09");
    r.adults = 2;
    r.total = Money{40'000, "EUR"};
    r.pms_backend = "scripted";
    r.pms_booking_id = booking_id;
    r.created_at = r.updated_at = clock.now();
    return r;
  }
  void write(const std::function<void(Connection&)>& work) { ASSERT_TRUE(store->write(work)); }
  store::Reservation ours() {
    std::optional<store::Reservation> found;
    EXPECT_TRUE(store->read([&](Connection& c) { found = store::reservations::find(c, "sol", 1); }));
    return *found;
  }
  std::optional<store::PmsBooking> mirror(const std::string& id) {
    std::optional<store::PmsBooking> found;
    EXPECT_TRUE(store->read([&](Connection& c) { found = store::pms_bookings::find(c, "sol", "scripted", id); }));
    return found;
  }
  int changes() { return follow.next_changes("t")->bookings; }
  void sync() {
    EXPECT_TRUE(follow.everything(
        kToday, [](int, int) { return true; }, "t"));
  }
  std::vector<std::string> findings() {
    std::vector<std::string> kinds;
    const auto done = audit(source, *store, kToday, "t");
    EXPECT_TRUE(done);
    for (const auto& each : done->differences) {
      kinds.push_back(each.kind + " " + each.booking_id);
      EXPECT_NE(each.suggestion, "");
    }
    return kinds;
  }
};

using Kinds = std::vector<std::string>;

TEST_F(FrontDesk, WhatItDoesIsLedToOurReservation) {
  for (const auto& [there_is, here_is] : {std::pair{StayStatus::kInHouse, ReservationStatus::kCheckedIn},
                                          std::pair{StayStatus::kLeft, ReservationStatus::kCheckedOut}}) {
    there().status = there_is;
    EXPECT_EQ(changes(), 1);
    EXPECT_EQ(ours().status, here_is);
  }
}

TEST_F(FrontDesk, ACancellationIsOursToo) {
  there().status = StayStatus::kCancelled;
  EXPECT_EQ(changes(), 1);
  EXPECT_EQ(ours().status, ReservationStatus::kCancelled);
  EXPECT_EQ(ours().reason, "PMS");
  EXPECT_EQ(mirror("H-1")->state, store::StayState::kCancelled);
}

TEST_F(FrontDesk, OtherDatesRoomAndAmountAreTakenOver) {
  there().checkin = day("2026-12-30");
  there().checkout = day("2027-01-02");
  there().room_type = "suite";
  there().total = {90'000, "EUR"};
  EXPECT_EQ(changes(), 1);
  EXPECT_EQ(ours().checkin, day("2026-12-30"));
  EXPECT_EQ(ours().checkout, day("2027-01-02"));
  EXPECT_EQ(ours().room_type, "suite");
  EXPECT_EQ(ours().total->minor, 90'000);
}

TEST_F(FrontDesk, WhatIsCancelledHereDoesNotComeBackToLife) {
  auto gone = made_here("H-1");
  gone.status = ReservationStatus::kCancelled;
  write([&](Connection& c) { store::reservations::put(c, gone); });
  clock.advance(Millis{1000});
  EXPECT_EQ(changes(), 1);
  EXPECT_EQ(ours().status, ReservationStatus::kCancelled);
  EXPECT_EQ(findings(), Kinds{"state H-1"});
}

TEST_F(FrontDesk, APageIsAskedForAgainWhenTheGuestChangedHisBookingMeanwhile) {
  pms.before_changes = [&] {
    clock.advance(Millis{5});
    auto moved = made_here("H-1");
    moved.checkout = day("2026-10-12");
    write([&](Connection& c) { store::reservations::put(c, moved); });
  };
  EXPECT_EQ(follow.next_changes("t").error().code, Code::kConflict);
  EXPECT_EQ(ours().checkout, day("2026-10-12"));
  EXPECT_FALSE(mirror("H-1"));

  pms.before_changes = nullptr;
  there().checkout = day("2026-10-12");
  clock.advance(Millis{5});
  EXPECT_EQ(changes(), 1);
  EXPECT_EQ(ours().checkout, day("2026-10-12"));
}

TEST_F(FrontDesk, APageThatAnotherHostHasWrittenMeanwhileIsNotWrittenAgain) {
  Follow other{source, *store, clock};
  pms.before_changes = [&] {
    pms.before_changes = nullptr;
    EXPECT_TRUE(other.next_changes("t"));
  };
  EXPECT_EQ(follow.next_changes("t").error().code, Code::kConflict);
  EXPECT_EQ(changes(), 0) << "the other host's cursor stands";
}

TEST_F(FrontDesk, APageThatFailsIsAskedForAgain) {
  pms.fail_next({Code::kRetry, "down"});
  EXPECT_FALSE(follow.next_changes("t"));
  EXPECT_EQ(changes(), 1);
}

TEST_F(FrontDesk, AnErasedGuestStaysErased) {
  EXPECT_EQ(changes(), 1);
  write([&](Connection& c) {
    store::guests::erase_reservations(c, {.guest = {"sol", "whatsapp", "549"}, .name = "erased-1"}, {ours()});
  });
  there().total = {45'000, "EUR"};
  EXPECT_EQ(changes(), 1);
  EXPECT_EQ(ours().guest_name, "");
  EXPECT_EQ(ours().total->minor, 45'000);
}

TEST_F(FrontDesk, TheAuditNamesEachDifferenceAndASyncSettlesThem) {
  EXPECT_EQ(findings(), Kinds{}) << "a reservation that agrees is no difference, though the mirror is empty";
  desk_books("H-2");
  desk_books("H-3");
  EXPECT_EQ(findings(), (Kinds{"missing_here H-2", "missing_here H-3"}));
  sync();
  EXPECT_EQ(findings(), Kinds{});

  there(0).checkout = day("2026-10-10");
  there(0).total = {50'000, "EUR"};
  there(1).room_type = "suite";
  there(2).status = StayStatus::kCancelled;
  EXPECT_EQ(findings(), (Kinds{"dates H-1", "amount H-1", "room H-2", "state H-3"}));
  EXPECT_EQ(ours().total->minor, 40'000) << "the audit changes nothing";
  sync();
  EXPECT_EQ(findings(), Kinds{});
}

TEST_F(FrontDesk, TheAuditNamesABookingThatCameToBeAfterItWasGivenUp) {
  store::Intent given_up{.hotel = "sol", .quote = "q1", .kind = "book", .reference = "AH1"};
  given_up.guest = {"sol", "whatsapp", "549"};
  given_up.state = store::IntentState::kRefused;
  given_up.attempts = 1;
  given_up.backend = "scripted";
  write([&](Connection& c) { store::intents::insert(c, given_up); });
  desk_books("H-2");
  there(1).reference = "AH1";
  desk_books("H-3");
  there(2).reference = "AH2";
  EXPECT_EQ(findings(), (Kinds{"given_up H-2", "missing_here H-3"}));
  sync();
  EXPECT_EQ(findings(), Kinds{"given_up H-2"}) << "also when the mirror has it";
  there(1).status = StayStatus::kCancelled;
  sync();
  EXPECT_EQ(findings(), Kinds{});
}

TEST_F(FrontDesk, WhatWasDeletedThereIsFoundAndCancelledHere) {
  desk_books("H-2");
  sync();
  pms.bookings.clear();
  EXPECT_EQ(findings(), (Kinds{"missing_there H-1", "missing_there H-2"}));
  sync();
  EXPECT_EQ(findings(), Kinds{});
  EXPECT_EQ(ours().status, ReservationStatus::kCancelled);
  EXPECT_EQ(mirror("H-2")->state, store::StayState::kCancelled);
}

TEST_F(FrontDesk, APmsThatIsDownIsNoReasonToCancel) {
  sync();
  pms.fail_next({Code::kRetry, "down"});
  EXPECT_FALSE(follow.everything(
      kToday, [](int, int) { return false; }, "t"));
  EXPECT_EQ(ours().status, ReservationStatus::kConfirmed);
}

TEST_F(FrontDesk, AnEmptyPageIsNotTheEnd) {
  pms.empty_pages = 3;  // of another hotel
  desk_books("H-2");
  EXPECT_EQ(findings(), Kinds{"missing_here H-2"});
  pms.empty_pages = 3;
  sync();
  EXPECT_TRUE(mirror("H-2"));
}

TEST_F(FrontDesk, ManyBookingsComeInPages) {
  for (int i = 2; i <= 120; ++i) desk_books("H-" + std::to_string(i));
  int seen = 0;
  for (int page = Follow::kPage; page == Follow::kPage; seen += page) page = changes();
  EXPECT_EQ(seen, 120);
  EXPECT_EQ(changes(), 0);
}

}  // namespace
}  // namespace agente::pms
