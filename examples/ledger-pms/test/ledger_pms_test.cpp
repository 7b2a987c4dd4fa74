#include "ledger_pms.hpp"

#include <thread>

#include <agente/fake_host.hpp>
#include <gmock/gmock.h>

namespace {

constexpr const char* kConfig = R"({"rooms": {"double": {"count": 2, "capacity": 2, "rate_minor": 10000}}})";
const agente::day kMonday{std::chrono::days{20'700}};

class TestLedgerPms : public ::testing::Test {
 protected:
  static agente::booking_request request(std::string_view reference) {
    return {.reference = reference,
            .room_type = "double",
            .checkin = kMonday,
            .checkout = kMonday + std::chrono::days{3},
            .adults = 2,
            .guest_name = "Ana",
            .expected_total = {30000, "EUR"}};
  }
  std::uint32_t left() {
    return pms.availability({.checkin = kMonday, .checkout = kMonday + std::chrono::days{1}}).at(0).units_left;
  }
  template <class Work>
  static agente_status code_of(Work&& work) {
    try {
      work();
      return AGENTE_OK;
    } catch (const agente::error& e) {
      return e.code();
    }
  }

  agente::testing::fake_host fake;
  agente::testing::instance<LedgerPms> pms{fake, kConfig};
};

TEST_F(TestLedgerPms, TheSameReferenceIsOneBooking) {
  const auto first = pms.book(request("Q-1"));
  EXPECT_EQ(pms.book(request("Q-1")), first);

  EXPECT_EQ(left(), 1U);
  EXPECT_THAT(pms.find_by_reference("Q-1"), ::testing::ElementsAre(first));
  EXPECT_TRUE(pms.find_by_reference("Q-2").empty());
}

TEST(TestLedger, BookingsOutliveTheInstance) {
  agente::testing::fake_host fake;
  const auto book = [&](std::string_view reference) {
    return agente::testing::instance<LedgerPms>(fake, kConfig)
        .book({.reference = reference,
               .room_type = "double",
               .checkin = kMonday,
               .checkout = kMonday + std::chrono::days{1},
               .expected_total = {10000, "EUR"}});
  };
  const auto booked = book("Q-1");

  EXPECT_EQ(book("Q-1"), booked);
  EXPECT_EQ(book("Q-2").booking_id, "L-00002");
  EXPECT_EQ(agente::testing::instance<LedgerPms>(fake, kConfig).get("l-00001"), booked);
}

TEST_F(TestLedgerPms, SellsWhatThereIsAndNoMore) {
  pms.book(request("Q-1"));
  pms.book(request("Q-2"));
  EXPECT_EQ(left(), 0U);
  EXPECT_EQ(code_of([&] { pms.book(request("Q-3")); }), AGENTE_E_CONFLICT);

  pms.cancel("L-00001");
  pms.cancel("L-00001");
  EXPECT_EQ(left(), 1U);
  EXPECT_EQ(pms.book(request("Q-1")).status, agente::stay_status::cancelled);  // its reference is used up
}

TEST_F(TestLedgerPms, TheLastRoomIsSoldOnceHoweverManyAsk) {
  pms.book(request("Q-0"));
  std::vector<agente_status> codes(8);
  {
    std::vector<std::jthread> guests;
    for (std::size_t i = 0; i < codes.size(); ++i)
      guests.emplace_back([&, i] {
        const auto reference = "Q-1" + std::to_string(i);
        codes[i] = code_of([&] { pms.book(request(reference)); });
      });
  }
  EXPECT_EQ(std::count(codes.begin(), codes.end(), AGENTE_OK), 1);
  EXPECT_EQ(std::count(codes.begin(), codes.end(), AGENTE_E_CONFLICT), 7);
}

TEST_F(TestLedgerPms, AnotherPriceOrAnImpossibleStayIsRefused) {
  auto cheap = request("Q-1");
  cheap.expected_total.minor = 1;
  EXPECT_EQ(code_of([&] { pms.book(cheap); }), AGENTE_E_CONFLICT);
  auto backwards = request("Q-1");
  backwards.checkout = backwards.checkin;
  EXPECT_EQ(code_of([&] { pms.book(backwards); }), AGENTE_E_INVALID);
  auto crowd = request("Q-1");
  crowd.adults = 3;
  EXPECT_EQ(code_of([&] { pms.book(crowd); }), AGENTE_E_INVALID);
  auto palace = request("Q-1");
  palace.room_type = "palace";
  EXPECT_EQ(code_of([&] { pms.book(palace); }), AGENTE_E_NOT_FOUND);
  EXPECT_EQ(left(), 2U);
}

TEST_F(TestLedgerPms, AChangeIsMadeOnceByItsKey) {
  pms.book(request("Q-1"));
  const agente::booking_change longer{.booking_id = "L-00001",
                                      .key = "c1",
                                      .room_type = "double",
                                      .checkin = kMonday,
                                      .checkout = kMonday + std::chrono::days{4},
                                      .adults = 1,
                                      .expected_total = {40000, "EUR"}};
  const auto changed = pms.change(longer);
  EXPECT_EQ(changed.total.minor, 40000);
  EXPECT_EQ(pms.change(longer), changed);
}

TEST_F(TestLedgerPms, AStayBeginsAndEndsInThatOrder) {
  pms.book(request("Q-1"));
  constexpr auto in_house = agente::stay_status::in_house;
  EXPECT_EQ(code_of([&] { pms.set_stay_status("L-00001", agente::stay_status::left); }), AGENTE_E_CONFLICT);
  EXPECT_EQ(pms.set_stay_status("L-00001", in_house).status, in_house);
  EXPECT_EQ(code_of([&] { pms.cancel("L-00001"); }), AGENTE_E_CONFLICT);
  EXPECT_EQ(pms.set_stay_status("L-00001", agente::stay_status::left).status, agente::stay_status::left);
  EXPECT_EQ(left(), 2U);
}

TEST_F(TestLedgerPms, EveryChangeIsToldInOrderPieceByPiece) {
  pms.book(request("Q-1"));
  pms.book(request("Q-2"));
  pms.cancel("L-00001");

  const auto first = pms.changes_since("", 1);
  ASSERT_EQ(first.bookings.size(), 1U);
  EXPECT_EQ(first.bookings[0].booking_id, "L-00002");
  const auto second = pms.changes_since(first.next_cursor, 1);
  ASSERT_EQ(second.bookings.size(), 1U);
  EXPECT_EQ(second.bookings[0].status, agente::stay_status::cancelled);
  EXPECT_TRUE(pms.changes_since(second.next_cursor).bookings.empty());
}

}  // namespace
