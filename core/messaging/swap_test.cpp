// A hotel moves to another PMS while guests talk to it.
#include <gmock/gmock.h>

#include "messaging/test_support.hpp"
#include "messaging/turn.hpp"
#include "pms/absent_pms.hpp"
#include "pms/scripted_pms.hpp"

namespace agente::messaging {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kGuest = "34600111222";
constexpr const char* kRequest = "Hola, quiero reservar una doble del 12 al 15 de marzo para 2 personas";

struct SwapTest : ::testing::Test {
  ManualClock clock{parse_time("2026-09-15T12:00:00Z").value()};
  testing::TemporaryStore store{clock};
  Metrics metrics;
  Meter meter{metrics, [](std::string_view) { return std::string(); }};
  pms::testing::ScriptedPms old_pms{"old"};
  pms::testing::ScriptedPms new_pms{"new"};
  pms::Gateway old_gateway{"sol", old_pms, *store, clock, {}, {.call = [](auto, auto, auto) {}}};
  pms::Gateway new_gateway{"sol", new_pms, *store, clock, {}, {.call = [](auto, auto, auto) {}}};
  Hotels hotels{clock};
  Turn turn{*store, clock, hotels, meter, [](const auto&) {}};

  SwapTest() {
    hotels.expect({{"sol", {"old"}}});
    books_at(old_gateway);
  }

  void books_at(pms::Gateway& gateway) {
    hotels.add({.id = "sol", .name = "Hotel Sol", .timezone = "Europe/Madrid", .currency = "EUR"}, gateway);
  }
  void moves_to_the_new_one(bool old_is_configured = true) {
    hotels.expect({{"sol", old_is_configured ? std::set<std::string>{"old", "new"} : std::set<std::string>{"new"}}});
    if (old_is_configured) hotels.add_former("sol", old_gateway);
    books_at(new_gateway);
  }
  store::Inbound arrive(const std::string& text, const std::string& guest = kGuest) {
    store::Inbound message{.guest = {"sol", "whatsapp", guest},
                           .external_id = random_hex(8),
                           .received_at = clock.now(),
                           .kind = "text",
                           .text = text};
    EXPECT_TRUE(store->write([&](store::sql::Connection& connection) {
      message.id = connection.next_id();
      store::inbound::insert(connection, message);
    }));
    return message;
  }
  void hear(const std::string& text, const std::string& guest = kGuest) {
    auto message = arrive(text, guest);
    EXPECT_FALSE(turn.handle(message));
  }
  void books(const std::string& guest = kGuest) {
    for (const auto* text : {kRequest, "Ana Bello", "sí"}) hear(text, guest);
  }
  std::string last_reply() {
    std::vector<store::Outbound> rows;
    EXPECT_TRUE(store->read(
        [&](store::sql::Connection& c) { rows = store::outbound::list_unsent(c, store::kAllParts, 0, 1000); }));
    return rows.empty() ? "" : rows.back().text;
  }
  store::Reservation reservation(const std::string& guest = kGuest) {
    std::vector<store::Reservation> rows;
    EXPECT_TRUE(store->read([&](store::sql::Connection& c) {
      rows = store::reservations::list_of_guest(c, {"sol", "whatsapp", guest});
    }));
    return rows.empty() ? store::Reservation{} : rows.back();
  }
};

TEST_F(SwapTest, ABookingIsCancelledWhereItWasMade) {
  books();
  ASSERT_EQ(old_pms.live(), 1U);
  moves_to_the_new_one();

  hear("quiero cancelar mi reserva");
  hear("sí");

  EXPECT_EQ(old_pms.live(), 0U);
  EXPECT_EQ(new_pms.get_calls, 0);
  EXPECT_EQ(reservation().status, store::ReservationStatus::kCancelled);
  EXPECT_EQ(reservation().pms_backend, "old");
}

TEST_F(SwapTest, ABookingIsChangedWhereItWasMadeAtThatPrice) {
  books();
  new_pms.night = 99'000;
  moves_to_the_new_one();

  hear("quiero cambiar mi reserva, del 12 al 16 de marzo");
  EXPECT_THAT(last_reply(), HasSubstr("400"));
  hear("sí");

  EXPECT_EQ(old_pms.bookings[0].checkout, parse_day("2027-03-16"));
  EXPECT_EQ(new_pms.availability_calls, 0);
  EXPECT_EQ(reservation().pms_backend, "old");
}

TEST_F(SwapTest, NewBookingsAreMadeAtTheNewPms) {
  moves_to_the_new_one();
  books();
  EXPECT_EQ(old_pms.live(), 0U);
  EXPECT_EQ(new_pms.live(), 1U);
  EXPECT_EQ(reservation().pms_backend, "new");
}

TEST_F(SwapTest, AnOpenQuoteIsAskedAgainAtTheNewPmsAndNothingIsBookedAtAPriceTheGuestHasNotSeen) {
  new_pms.night = 12'000;
  hear(kRequest);
  hear("Ana Bello");
  ASSERT_THAT(last_reply(), HasSubstr("300"));
  moves_to_the_new_one();

  hear("sí");
  EXPECT_THAT(last_reply(), HasSubstr("360"));
  EXPECT_EQ(old_pms.book_calls + new_pms.book_calls, 0);

  hear("sí");
  EXPECT_EQ(new_pms.live(), 1U);
  EXPECT_EQ(old_pms.book_calls, 0);
  EXPECT_EQ(reservation().pms_backend, "new");
  EXPECT_EQ(reservation().total, (Money{36'000, "EUR"}));
}

TEST_F(SwapTest, ABookingBegunAtTheOldPmsIsFinishedThereAndMadeNowhereElse) {
  hear(kRequest);
  hear("Ana Bello");
  old_pms.lose_next_answer();
  auto yes = arrive("sí");
  ASSERT_TRUE(turn.handle(yes));
  moves_to_the_new_one();

  clock.advance(Millis{60'000});
  EXPECT_FALSE(turn.handle(yes));

  EXPECT_EQ(old_pms.live(), 1U);
  EXPECT_EQ(new_pms.live(), 0U);
  EXPECT_EQ(reservation().status, store::ReservationStatus::kConfirmed);
  EXPECT_EQ(reservation().pms_backend, "old");
}

TEST_F(SwapTest, ABookingBegunAtAPmsThatIsNotConfiguredAnyMoreIsLeftToAPersonAndNotMadeAgain) {
  hear(kRequest);
  hear("Ana Bello");
  old_pms.lose_next_answer();
  auto yes = arrive("sí");
  ASSERT_TRUE(turn.handle(yes));
  moves_to_the_new_one(false);

  clock.advance(Millis{60'000});
  EXPECT_FALSE(turn.handle(yes));

  EXPECT_EQ(new_pms.book_calls, 0);
  EXPECT_THAT(last_reply(), HasSubstr("Una persona del hotel"));
  EXPECT_NE(reservation().status, store::ReservationStatus::kConfirmed);
}

TEST_F(SwapTest, ABookingInAPmsThatIsNotConfiguredAnyMoreIsLeftToAPersonAndLookedForNowhereElse) {
  books();
  moves_to_the_new_one(false);
  books("34600999888");  // the new PMS gives the same id to somebody else
  ASSERT_EQ(reservation("34600999888").pms_booking_id, reservation().pms_booking_id);

  hear("quiero cancelar mi reserva");

  EXPECT_THAT(last_reply(), HasSubstr("ya no tengo acceso"));
  EXPECT_EQ(new_pms.get_calls, 0);
  EXPECT_EQ(old_pms.live(), 1U);
  EXPECT_EQ(new_pms.live(), 1U);
  EXPECT_EQ(reservation().status, store::ReservationStatus::kConfirmed);
}

TEST_F(SwapTest, OfTwoBookingsWithOneIdEachGuestCancelsHisOwn) {
  books();
  moves_to_the_new_one();
  books("34600999888");
  ASSERT_EQ(reservation("34600999888").pms_booking_id, reservation().pms_booking_id);

  hear("quiero cancelar mi reserva");
  hear("sí");

  EXPECT_EQ(old_pms.live(), 0U);
  EXPECT_EQ(new_pms.live(), 1U);
  EXPECT_EQ(reservation("34600999888").status, store::ReservationStatus::kConfirmed);
}

TEST_F(SwapTest, OfTwoBookingsOfOneGuestWithOneIdTheLaterIsMeantUntilItIsOver) {
  books();
  moves_to_the_new_one();
  books();
  ASSERT_EQ(old_pms.live() + new_pms.live(), 2U);

  hear("quiero cancelar mi reserva H-1");
  hear("sí");
  EXPECT_EQ(old_pms.live(), 1U);
  EXPECT_EQ(new_pms.live(), 0U);

  hear("quiero cancelar mi reserva H-1");
  hear("sí");
  EXPECT_EQ(old_pms.live(), 0U);
}

TEST_F(SwapTest, TheWayBackLeavesEachBookingWhereItIs) {
  books();
  moves_to_the_new_one();
  books("34600999888");
  hotels.add_former("sol", new_gateway);
  books_at(old_gateway);

  hear("quiero cancelar mi reserva", "34600999888");
  hear("sí", "34600999888");
  books("34600777666");

  EXPECT_EQ(new_pms.live(), 0U);
  EXPECT_EQ(old_pms.live(), 2U);
  EXPECT_THAT(last_reply(), Not(HasSubstr("persona del hotel")));
}

TEST_F(SwapTest, APmsThatIsConfiguredButNotConnectedIsWaitedFor) {
  books();
  hotels.expect({{"sol", {"old", "new"}}});
  EXPECT_EQ(hotels.gateway("sol", "new").error().code, Code::kRetry);
  EXPECT_EQ(hotels.gateway("sol", "other").error().code, Code::kUnsupported);
  EXPECT_EQ(*hotels.gateway("sol", "old"), &old_gateway);
}

TEST_F(SwapTest, ACancellationAtAFormerPmsWhosePluginNeverStartsIsGivenToAPersonAfterItsTime) {
  books();
  moves_to_the_new_one();
  hear("quiero cancelar mi reserva H-1");
  pms::AbsentPms absent{"sol/pms/old", "old"};
  pms::Gateway stand_in{"sol", absent, *store, clock, {}, {.call = [](auto, auto, auto) {}}};
  Hotels started{clock};
  started.expect({{"sol", {"old", "new"}}});
  const concierge::Hotel facts{.id = "sol", .name = "Hotel Sol", .timezone = "Europe/Madrid", .currency = "EUR"};
  started.add(facts, new_gateway);
  started.add_absent(facts, stand_in, false);
  Turn another{*store, clock, started, meter, [](const auto&) {}};

  auto yes = arrive("sí");
  ASSERT_TRUE(another.handle(yes));
  clock.advance(Millis{900'000});
  EXPECT_FALSE(another.handle(yes));
  EXPECT_THAT(last_reply(), HasSubstr("no se ha hecho nada"));
  EXPECT_EQ(old_pms.live(), 1U);
}

}  // namespace
}  // namespace agente::messaging
