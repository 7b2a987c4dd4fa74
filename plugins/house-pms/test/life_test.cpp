#include "hotel.hpp"

namespace house::testing {
namespace {

using ::testing::HasSubstr;

/// What becomes of a booking after it was made.
class Life : public ::testing::Test {
 protected:
  agente::testing::fake_host fake;
  Pms pms{fake, config()};
};

TEST_F(Life, IdsAreFoundWithoutRegardToCase) {
  book(pms, "A");
  EXPECT_EQ(pms.get("h-000001").reference, "A");
  EXPECT_EQ(pms.get("r-300").guest_name, "Rui Costa");
  EXPECT_EQ(pms.get("R-300").total, (agente::money{20000, "EUR"}));
  EXPECT_EQ(code_of([&] { pms.get("H-000002"); }), AGENTE_E_NOT_FOUND);
  EXPECT_EQ(code_of([&] { pms.get(""); }), AGENTE_E_NOT_FOUND);
  EXPECT_EQ(code_of([&] { pms.get(std::string(100'000, 'H')); }), AGENTE_E_NOT_FOUND);
}

TEST_F(Life, AChangeMovesTheStay) {
  book(pms, "A");
  fake.advance(std::chrono::hours{1});
  const auto changed = change(pms, "h-000001", "c1", {.type = "suite", .from = "2026-11-10", .to = "2026-11-13"});

  EXPECT_EQ(changed.room_type, "suite");
  EXPECT_EQ(changed.total.minor, 66000);
  EXPECT_EQ(changed.guest_name, "Ana Bello");
  EXPECT_EQ(changed.updated, fake.now());
  EXPECT_EQ(pms.get("H-000001"), changed);
  EXPECT_EQ(left(pms), 4U);
  EXPECT_EQ(left(pms, {.type = "suite", .from = "2026-11-12", .to = "2026-11-13"}), 0U);
}

TEST_F(Life, TheSameChangeAgainIsDoneOnce) {
  book(pms, "A");
  change(pms, "H-000001", "c1", {.to = "2026-11-08"});
  const auto second = change(pms, "H-000001", "c2", {.to = "2026-11-09"});

  EXPECT_EQ(change(pms, "H-000001", "c1", {.to = "2026-11-08"}), second);
}

TEST_F(Life, AChangeMayUseTheUnitsTheBookingHasAlready) {
  for (const auto* reference : {"A", "B", "C", "D"}) book(pms, reference);

  EXPECT_EQ(change(pms, "H-000001", "c1", {.from = "2026-11-06", .to = "2026-11-08"}).checkout, day("2026-11-08"));
  std::string why;
  EXPECT_EQ(code_of([&] { change(pms, "H-000002", "c2", {.adults = 4, .rooms = 2}); }, &why), AGENTE_E_CONFLICT);
  EXPECT_THAT(why, HasSubstr("sold out"));
}

TEST_F(Life, AChangeIsCheckedLikeABooking) {
  book(pms, "A");
  const auto before = pms.get("H-000001");

  EXPECT_EQ(code_of([&] { change(pms, "H-000009", "c1", {}); }), AGENTE_E_NOT_FOUND);
  EXPECT_EQ(code_of([&] { change(pms, "H-000001", "", {}); }), AGENTE_E_INVALID);
  EXPECT_EQ(code_of([&] { change(pms, "H-000001", std::string(129, 'k'), {}); }), AGENTE_E_INVALID);
  EXPECT_EQ(code_of([&] { change(pms, "H-000001", "c1", {.to = "2026-11-01"}); }), AGENTE_E_INVALID);
  EXPECT_EQ(code_of([&] { change(pms, "H-000001", "c1", {.adults = 3}); }), AGENTE_E_INVALID);
  EXPECT_EQ(code_of([&] { change(pms, "H-000001", "c1", {.type = "palace"}); }), AGENTE_E_NOT_FOUND);
  EXPECT_EQ(code_of([&] { change(pms, "H-000001", "c1", {.price_minor = 1}); }), AGENTE_E_CONFLICT);
  EXPECT_EQ(pms.get("H-000001"), before);
}

TEST_F(Life, ACancelledBookingGivesItsUnitBackAndStaysCancelled) {
  book(pms, "A");
  const auto cancelled = pms.cancel("h-000001", "plans changed");

  EXPECT_EQ(cancelled.status, stay_status::cancelled);
  EXPECT_EQ(left(pms), 4U);
  EXPECT_EQ(pms.cancel("H-000001", "again"), cancelled);
  EXPECT_EQ(code_of([&] { change(pms, "H-000001", "c1", {}); }), AGENTE_E_CONFLICT);
  EXPECT_EQ(code_of([&] { pms.cancel("H-000009"); }), AGENTE_E_NOT_FOUND);
}

TEST_F(Life, ABookingOfTheConfigCanBeChangedAndCancelled) {
  EXPECT_EQ(change(pms, "R-300", "c1", {.from = "2026-10-01", .to = "2026-10-04"}).booking_id, "R-300");
  EXPECT_EQ(left(pms, {.from = "2026-10-03", .to = "2026-10-04"}), 3U);
  EXPECT_EQ(pms.cancel("r-300").status, stay_status::cancelled);
  EXPECT_EQ(left(pms, {.from = "2026-10-01", .to = "2026-10-04"}), 4U);
}

TEST_F(Life, GuestsArriveAndLeaveInThisOrder) {
  book(pms, "A");
  EXPECT_EQ(code_of([&] { pms.set_stay_status("H-000001", stay_status::left); }), AGENTE_E_CONFLICT);
  EXPECT_EQ(pms.set_stay_status("H-000001", stay_status::in_house).status, stay_status::in_house);
  EXPECT_EQ(pms.set_stay_status("H-000001", stay_status::in_house).status, stay_status::in_house);
  EXPECT_EQ(code_of([&] { pms.cancel("H-000001"); }), AGENTE_E_CONFLICT);
  EXPECT_EQ(pms.set_stay_status("H-000001", stay_status::left).status, stay_status::left);
  EXPECT_EQ(pms.set_stay_status("H-000001", stay_status::left).status, stay_status::left);
  EXPECT_EQ(code_of([&] { pms.set_stay_status("H-000001", stay_status::in_house); }), AGENTE_E_CONFLICT);
  EXPECT_EQ(code_of([&] { pms.cancel("H-000001"); }), AGENTE_E_CONFLICT);
  EXPECT_EQ(code_of([&] { change(pms, "H-000001", "c1", {}); }), AGENTE_E_CONFLICT);
}

TEST_F(Life, OnlyArrivalAndDepartureCanBeSet) {
  book(pms, "A");
  for (const auto status : {stay_status::booked, stay_status::cancelled, static_cast<stay_status>(0),
                            static_cast<stay_status>(99), static_cast<stay_status>(-1)})
    EXPECT_EQ(code_of([&] { pms.set_stay_status("H-000001", status); }), AGENTE_E_INVALID);
  pms.cancel("H-000001");
  EXPECT_EQ(code_of([&] { pms.set_stay_status("H-000001", stay_status::in_house); }), AGENTE_E_CONFLICT);
}

TEST_F(Life, AGuestInHouseMayStayLongerButNotArriveAnotherDay) {
  book(pms, "A");
  pms.set_stay_status("H-000001", stay_status::in_house);

  EXPECT_EQ(code_of([&] { change(pms, "H-000001", "c1", {.from = "2026-11-06"}); }), AGENTE_E_CONFLICT);
  EXPECT_EQ(change(pms, "H-000001", "c2", {.to = "2026-11-10"}).status, stay_status::in_house);
}

TEST_F(Life, ChangesAreToldOldestFirstAndOnlyOnce) {
  auto news = pms.changes_since("");
  ASSERT_EQ(news.bookings.size(), 1U);
  EXPECT_EQ(news.bookings[0].booking_id, "R-300");
  book(pms, "A");
  book(pms, "B");
  pms.cancel("H-000001");

  news = pms.changes_since(news.next_cursor);
  ASSERT_EQ(news.bookings.size(), 2U);
  EXPECT_EQ(news.bookings[0].booking_id, "H-000002");
  EXPECT_EQ(news.bookings[1].booking_id, "H-000001");
  EXPECT_EQ(news.bookings[1].status, stay_status::cancelled);
  EXPECT_TRUE(pms.changes_since(news.next_cursor).bookings.empty());
  EXPECT_EQ(pms.changes_since(news.next_cursor).next_cursor, news.next_cursor);
}

TEST_F(Life, ChangesComeInPagesAndNoneIsMissed) {
  for (int i = 0; i < 4; ++i) book(pms, "A" + std::to_string(i));
  std::vector<std::string> told;
  std::string cursor;
  for (int page = 0; page < 5; ++page) {
    const auto news = pms.changes_since(cursor, 1);
    ASSERT_EQ(news.bookings.size(), 1U);
    told.push_back(news.bookings[0].booking_id);
    cursor = news.next_cursor;
  }

  EXPECT_THAT(told, ::testing::ElementsAre("R-300", "H-000001", "H-000002", "H-000003", "H-000004"));
  EXPECT_TRUE(pms.changes_since(cursor, 1).bookings.empty());
}

TEST_F(Life, ACursorThatIsNotOursBeginsAnew) {
  book(pms, "A");
  for (const auto* cursor : {"x", "1", "1.2", "..", "-1.a.0", "99999999999999999999.a.0", "7.a.99999999999999999999",
                             "1000.0000000000000000.0"})
    EXPECT_EQ(pms.changes_since(cursor).bookings.size(), 2U) << cursor;
}

TEST_F(Life, AnEntryAddedToTheConfigIsToldToAnOldCursor) {
  agente::testing::fake_host other;
  std::string cursor;
  {
    Pms before(other, config());
    book(before, "A");
    cursor = before.changes_since("").next_cursor;
  }
  auto text = config();
  text.replace(text.find("R-300"), 5, "R-301");
  Pms now(other, text);

  const auto news = now.changes_since(cursor);
  ASSERT_EQ(news.bookings.size(), 1U);
  EXPECT_EQ(news.bookings[0].booking_id, "R-301");
}

}  // namespace
}  // namespace house::testing
