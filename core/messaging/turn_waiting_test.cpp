// Turns whose PMS does not answer.
#include "messaging/dispatch.hpp"
#include "messaging/turn_fixture.hpp"
#include "pms/absent_pms.hpp"

namespace agente::messaging {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST_F(TurnTest, YesWhosePmsAnswerWasLostIsAskedForPatienceOnceAndEndsInOneBooking) {
  hear(kRequest);
  hear("Ana Bello");
  pms.lose_next_answer();
  auto yes = arrive("sí");
  const auto before = outbox().size();
  ASSERT_TRUE(turn.handle(yes));
  ASSERT_TRUE(turn.handle(yes));
  EXPECT_EQ(outbox().size(), before + 1);  // please wait, once
  clock.advance(Millis{60'000});
  EXPECT_FALSE(turn.handle(yes));
  EXPECT_EQ(pms.live(), 1U);
  EXPECT_EQ(pms.book_calls, 1);
  EXPECT_THAT(outbox().back().text, HasSubstr("H-1"));
}

TEST_F(TurnTest, WhoWritesWhileHisBookingIsInSuspenseIsToldSoOnceAMinuteAndAnsweredAfterIt) {
  Dispatch dispatch{*store, clock, turn};
  hear(kRequest);
  hear("Ana Bello");
  pms.lose_next_answer();
  const auto yes = arrive("sí");
  dispatch.start(2);
  const auto last = [&] { return outbox().back().text; };
  ASSERT_TRUE(testing::eventually([&] { return last().find("tarda un poco") != std::string::npos; }));

  const auto hello = arrive("¿hola?");
  dispatch.wake();
  ASSERT_TRUE(testing::eventually([&] { return last().find("aún no está hecha") != std::string::npos; }));
  const auto said = outbox().size();
  const auto again = arrive("¿sigue ahí?");
  dispatch.wake();
  turn.keep_company(yes, again);
  EXPECT_EQ(outbox().size(), said) << "once a minute";

  clock.advance(Millis{60'000});
  ASSERT_TRUE(testing::eventually([&] {
    std::int64_t left = -1;
    EXPECT_TRUE(store->read([&](store::sql::Connection& c) { left = store::inbound::count_received(c); }));
    return left == 0;
  }));
  dispatch.stop();
  EXPECT_EQ(pms.live(), 1U);
  EXPECT_EQ(reservations().size(), 1U);
  std::vector<store::Outbound> replies;
  EXPECT_TRUE(store->read([&](store::sql::Connection& c) { replies = store::outbound::list_replies_to(c, hello.id); }));
  EXPECT_EQ(replies.size(), 2U) << "that he must wait, and the answer";
}

TEST_F(TurnTest, AYesThatThePmsNeverAnswersIsGivenToAPersonAndTheGuestHearsIt) {
  hear(kRequest);
  hear("Ana Bello");
  pms.down = true;
  auto yes = arrive("sí");
  ASSERT_TRUE(turn.handle(yes));
  clock.advance(Millis{899'999});
  ASSERT_TRUE(turn.handle(yes));
  EXPECT_TRUE(staff_notes().empty());
  const auto before = outbox().size();

  clock.advance(Millis{1});
  EXPECT_FALSE(turn.handle(yes));

  ASSERT_EQ(outbox().size(), before + 1);
  EXPECT_THAT(outbox().back().text, HasSubstr("no se ha hecho nada"));
  ASSERT_EQ(staff_notes().size(), 1U);
  EXPECT_THAT(staff_notes()[0], HasSubstr("Ana Bello"));
  pms.down = false;
  clock.advance(Millis{3'600'000});
  EXPECT_FALSE(turn.handle(yes));
  EXPECT_FALSE(hear("¿y mi reserva?"));
  EXPECT_EQ(pms.live(), 0U);
  EXPECT_NE(reservations()[0].status, store::ReservationStatus::kConfirmed);
}

TEST_F(TurnTest, AYesIsGivenToAPersonAlsoByAHostThatWasStartedAfterThePmsWentAway) {
  hear(kRequest);
  hear("Ana Bello");
  pms.down = true;
  auto yes = arrive("sí");
  ASSERT_TRUE(turn.handle(yes));
  clock.advance(Millis{900'000});

  pms::Gateway gateway_now{"sol", pms, *store, clock, {}, {.call = [](auto, auto, auto) {}}};
  Hotels started{clock};
  started.add({.id = "sol", .name = "Hotel Sol", .timezone = "Europe/Madrid", .currency = "EUR"}, gateway_now);
  Turn another{*store, clock, started, meter, [](const auto&) {}};
  auto hello = arrive("Hola", "34600999888");
  EXPECT_TRUE(another.handle(hello)) << "who wants to know of rooms must wait";
  EXPECT_FALSE(another.handle(yes));

  EXPECT_THAT(outbox().back().text, HasSubstr("no se ha hecho nada"));
  EXPECT_EQ(staff_notes().size(), 1U);
}

/// A host that was started while the PMS' plugin does not start: it has a stand-in for it.
struct NeverConnected : TurnTest {
  pms::AbsentPms absent{"sol/pms", "scripted"};
  pms::Gateway stand_in{"sol", absent, *store, clock, {}, {.call = [](auto, auto, auto) {}}};
  Hotels started{clock};
  Turn another{*store, clock, started, meter, [](const auto&) {}};

  NeverConnected() {
    started.expect({{"sol", {"scripted"}}});
    started.add_absent({.id = "sol", .name = "Hotel Sol", .timezone = "Europe/Madrid", .currency = "EUR"}, stand_in,
                       true);
    hear(kRequest);
    hear("Ana Bello");
  }
};

TEST_F(NeverConnected, AYesFromBeforeIsGivenToAPersonAfterItsTime) {
  pms.down = true;
  auto yes = arrive("sí");
  ASSERT_TRUE(turn.handle(yes));
  clock.advance(Millis{899'999});
  ASSERT_TRUE(another.handle(yes));
  clock.advance(Millis{1});
  EXPECT_FALSE(another.handle(yes));
  EXPECT_THAT(outbox().back().text, HasSubstr("no se ha hecho nada"));
  ASSERT_EQ(staff_notes().size(), 1U);
  EXPECT_THAT(staff_notes()[0], AllOf(HasSubstr("Ana Bello"), HasSubstr("plugin scripted is not connected")));
}

TEST_F(NeverConnected, AYesThatNobodyHasHeardYetWaitsAsLongAndIsGivenToAPersonToo) {
  auto yes = arrive("sí");
  ASSERT_TRUE(another.handle(yes));
  EXPECT_THAT(outbox().back().text, Not(HasSubstr("no se ha hecho nada"))) << "he is asked for patience";
  clock.advance(Millis{900'000});
  EXPECT_FALSE(another.handle(yes));
  EXPECT_THAT(outbox().back().text, HasSubstr("no se ha hecho nada"));
  EXPECT_EQ(staff_notes().size(), 1U);
}

TEST_F(NeverConnected, ABookingInDoubtIsToldToStaffOnceAndKept) {
  pms.lose_next_answer();
  auto yes = arrive("sí");
  ASSERT_TRUE(turn.handle(yes));
  for (int i = 0; i < 3; ++i) {
    clock.advance(Millis{900'000});
    ASSERT_TRUE(another.handle(yes));
  }
  ASSERT_EQ(staff_notes().size(), 1U);
  EXPECT_THAT(staff_notes()[0], HasSubstr("No se sabe"));
}

TEST_F(NeverConnected, WhoAcceptedIsBookedOnceThePluginStartsInTime) {
  auto yes = arrive("sí");
  ASSERT_TRUE(another.handle(yes));
  started.add({.id = "sol", .name = "Hotel Sol", .timezone = "Europe/Madrid", .currency = "EUR"}, gateway);
  clock.advance(Millis{60'000});
  EXPECT_FALSE(another.handle(yes));
  EXPECT_EQ(pms.live(), 1U);
  EXPECT_THAT(outbox().back().text, HasSubstr("H-1"));
}

TEST_F(NeverConnected, WhatNeedsToKnowTheRoomsWaits) {
  const auto before = outbox().size();
  auto hello = arrive("Hola", "34600999888");
  EXPECT_TRUE(another.handle(hello));
  auto other_room = arrive("mejor una suite");
  EXPECT_TRUE(another.handle(other_room));
  clock.advance(Millis{900'000});
  EXPECT_TRUE(another.handle(hello));
  EXPECT_TRUE(another.handle(other_room));
  EXPECT_EQ(outbox().size(), before);
}

TEST_F(NeverConnected, AHotelThatIsNotConfiguredAnyMoreHasNoStandIn) {
  started.expect({});
  EXPECT_FALSE(started.without_rooms("sol"));
  EXPECT_EQ(started.gateway_to_write("sol", "scripted").error().code, Code::kUnsupported);
}

TEST_F(TurnTest, StaffHearsOnceOfABookingInDoubtAndTheGuestStillGetsIt) {
  hear(kRequest);
  hear("Ana Bello");
  pms.lose_next_answer();
  auto yes = arrive("sí");
  ASSERT_TRUE(turn.handle(yes));
  pms.down = true;
  const auto before = outbox().size();
  for (int i = 0; i < 3; ++i) {
    clock.advance(Millis{900'000});
    Turn another{*store, clock, hotels, meter, [](const auto&) {}};  // another host, or after a restart
    ASSERT_TRUE(another.handle(yes));
  }
  ASSERT_EQ(staff_notes().size(), 1U);
  EXPECT_THAT(staff_notes()[0], AllOf(HasSubstr("No se sabe"), HasSubstr("Ana Bello"), HasSubstr("AH")));
  EXPECT_EQ(outbox().size(), before) << "the guest waits";

  pms.down = false;
  clock.advance(Millis{900'000});
  EXPECT_FALSE(turn.handle(yes));
  EXPECT_EQ(pms.book_calls, 1);
  EXPECT_THAT(outbox().back().text, HasSubstr("H-1"));
  EXPECT_EQ(staff_notes().size(), 1U);
}

TEST_F(TurnTest, WhoWritesBehindAMessageThatWaitsForSomethingElseIsToldNothing) {
  const auto first = arrive("Hola");
  const auto later = arrive("¿hola?");
  turn.keep_company(first, later);
  EXPECT_TRUE(outbox().empty());
}

}  // namespace
}  // namespace agente::messaging
