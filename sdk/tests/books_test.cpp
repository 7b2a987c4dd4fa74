// PMS backends and exporters against the fake host.
#include <string>

#include <agente/fake_host.hpp>
#include <gmock/gmock.h>

#include "samples.hpp"

namespace {

using namespace std::chrono_literals;
using agente::testing::fake_host;
using agente::testing::instance;
using samples::Diary;
using samples::Ledger;

/// The code of the agente::error that `body` throws, or AGENTE_OK.
template <class Body>
agente_status code_of(Body&& body) {
  try {
    body();
  } catch (const agente::error& e) {
    return e.code();
  }
  return AGENTE_OK;
}

TEST(Pms, ABookingTravelsWholeThereAndBack) {
  using namespace std::chrono;
  fake_host fake;
  instance<Ledger> ledger(fake);
  EXPECT_EQ(code_of([&] { ledger.health(); }), AGENTE_E_RETRY);
  const agente::booking_request request{.reference = "SOL-1",
                                        .room_type = "double",
                                        .checkin = local_days{2026y / 3 / 12},
                                        .checkout = local_days{2026y / 3 / 15},
                                        .adults = 2,
                                        .children = 1,
                                        .rooms = 1,
                                        .guest_name = "Ana Núñez",
                                        .phone = "34600",
                                        .email = "ana@example.com",
                                        .expected_total = {30000, "EUR"}};

  const auto made = ledger.book(request);

  EXPECT_EQ(made, ledger.book(request)) << "the same reference gave a second booking";
  EXPECT_EQ(made.booking_id, "B1");
  EXPECT_EQ(made.checkout, request.checkout);
  EXPECT_EQ(made.guest_name, "Ana Núñez");
  EXPECT_EQ(made.total, (agente::money{30000, "EUR"}));
  EXPECT_EQ(made.created, fake.now());
  EXPECT_EQ(ledger.get("B1"), made);
  EXPECT_EQ(ledger.find_by_reference("SOL-1"), std::vector{made});
  EXPECT_TRUE(ledger.find_by_reference("SOL-2").empty());
  ledger.health();
}

TEST(Pms, OffersRoomsAndChangesArrive) {
  using namespace std::chrono;
  fake_host fake;
  instance<Ledger> ledger(fake);
  const local_days in{2026y / 3 / 12};

  const auto offers = ledger.availability({.checkin = in, .checkout = in + days{2}});
  EXPECT_EQ(code_of([&] { ledger.availability({.checkin = in, .checkout = in}); }), AGENTE_E_INVALID);

  ASSERT_EQ(offers.size(), 1U);
  EXPECT_EQ(offers[0].total.minor, 20000);
  ASSERT_EQ(ledger.rooms().size(), 2U);
  EXPECT_EQ(ledger.rooms()[0].name_es, "Doble");
  for (const auto* reference : {"R1", "R2", "R3"}) ledger.book({.reference = reference});
  const auto first = ledger.changes_since("", 2);
  EXPECT_EQ(first.bookings.size(), 2U);
  EXPECT_EQ(ledger.changes_since(first.next_cursor).bookings.size(), 1U);
}

TEST(Pms, StatusChangesAndCancelsCarryTheirArguments) {
  using namespace std::chrono;
  fake_host fake;
  instance<Ledger> ledger(fake);
  ledger.book({.reference = "R1"});

  EXPECT_EQ(ledger.set_stay_status("B1", agente::stay_status::in_house).status, agente::stay_status::in_house);
  const auto moved =
      ledger.change({.booking_id = "B1", .checkin = local_days{2026y / 4 / 1}, .expected_total = {5, "EUR"}});
  EXPECT_EQ(moved.checkin, local_days{2026y / 4 / 1});
  EXPECT_EQ(moved.total.minor, 5);
  EXPECT_EQ(ledger.cancel("B1", "guest is ill").status, agente::stay_status::cancelled);
  EXPECT_EQ(fake.log().at(0).fields.at("reason"), "guest is ill");
  EXPECT_EQ(code_of([&] { ledger.cancel("B9"); }), AGENTE_E_NOT_FOUND);
}

TEST(Exporter, SaysWhatItWantsAndIsFed) {
  fake_host fake;
  instance<Diary> diary(fake);

  EXPECT_EQ(diary.describe(), R"({"events": ["reservation.*", "odd \"one\""], "max_batch": 20})");
  diary.export_batch({.id = "b1", .events = {{.sequence = 7, .hotel = "sol", .type = "reservation.confirmed"}}});

  ASSERT_EQ(fake.log().size(), 1U);
  EXPECT_EQ(fake.log()[0].text, "reservation.confirmed");
  EXPECT_EQ(fake.log()[0].fields.at("batch"), "b1");
  EXPECT_EQ(fake.log()[0].fields.at("sequence"), "7");
  EXPECT_EQ(diary.self_test().size(), 1U);
}

}  // namespace
