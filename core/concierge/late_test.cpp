// Providers bring messages late. What was written before something that has been answered already is no answer to it.
#include <gmock/gmock.h>

#include "concierge/test_hotel.hpp"

namespace agente::concierge::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Late : ::testing::Test {
  TestPms pms;
  Talk guest{pms};

  Late() { guest.message.is_dated = true; }

  /// He wrote it `minutes` before his last message, and it arrives only now.
  std::string late(const std::string& text, int minutes = 30) {
    const auto newest = guest.message.now;
    guest.message.now -= std::chrono::minutes(minutes + 1);
    auto told = guest.say(text);
    guest.message.now = newest;
    return told;
  }
  std::string ask_for_a_double() {
    return guest.say("Hola, quiero una doble del 12 al 15 de octubre para 2 adultos, a nombre de Ana Bello");
  }
};

TEST_F(Late, AYesFromBeforeTheSummaryBooksNothingAndTheSummaryIsShownOnceMore) {
  ASSERT_THAT(ask_for_a_double(), HasSubstr("¿"));
  ASSERT_EQ(guest.talk.state, State::kAwaitingConfirmation);
  EXPECT_THAT(late("sí"), HasSubstr("12 de octubre"));
  EXPECT_EQ(guest.talk.reservations_created, 0);
  EXPECT_TRUE(pms.bookings.empty());
  guest.say("sí");
  EXPECT_EQ(guest.talk.reservations_created, 1) << "the one from after it does";
}

TEST_F(Late, ANoFromBeforeTheSummaryTakesNothingBack) {
  ask_for_a_double();
  for (const auto* no : {"no", "olvídalo"}) {
    late(no);
    EXPECT_EQ(guest.talk.state, State::kAwaitingConfirmation) << no;
  }
  EXPECT_THAT(Late::late("no", 40), Not(HasSubstr("cambiar")));
}

TEST_F(Late, WhatWasSaidSinceStandsAndGapsAreFilled) {
  guest.say("quiero reservar del 12 al 15 de octubre");
  late("del 1 al 3 de octubre para 3 adultos");
  EXPECT_EQ(guest.talk.draft.checkin, parse_day("2026-10-12"));
  EXPECT_EQ(guest.talk.draft.checkout, parse_day("2026-10-15"));
  EXPECT_EQ(guest.talk.draft.adults, 3);
}

TEST_F(Late, AnotherStayDoesNotMixWithTheDayThatIsKnown) {
  guest.say("quiero llegar el 12 de octubre");
  ASSERT_EQ(guest.talk.draft.checkin, parse_day("2026-10-12"));
  EXPECT_THAT(late("del 1 al 3 de octubre"), Not(HasSubstr("anterior")));
  EXPECT_EQ(guest.talk.draft.checkin, parse_day("2026-10-12"));
  EXPECT_FALSE(guest.talk.draft.checkout);
}

TEST_F(Late, ACancellationFromBeforeDropsNothingThatIsBeingPutTogether) {
  ask_for_a_double();
  EXPECT_THAT(late("quiero cancelar"), HasSubstr("¿La confirmo?"));
  EXPECT_EQ(guest.talk.state, State::kAwaitingConfirmation);
}

TEST_F(Late, WhatWasSaidBeforeTheBookingChangesNothingThatIsBooked) {
  ask_for_a_double();
  guest.say("sí");
  ASSERT_EQ(guest.talk.reservations_created, 1);
  late("para 3 personas, del 1 al 3 de octubre");
  EXPECT_FALSE(guest.talk.summary) << "nothing that a yes could accept";
  EXPECT_EQ(guest.talk.state, State::kConfirmed);
}

TEST_F(Late, AnOkThatWasThereBeforeTheSummaryShowsItOnceMoreAndAYesBooks) {
  ask_for_a_double();
  guest.message.is_unasked = true;
  for (const auto* ok : {"ok", "vale", "perfecto, gracias"}) {
    EXPECT_THAT(guest.say(ok), HasSubstr("¿La confirmo?")) << ok;
  }
  for (const auto* sentence :
       {"dale, avisame si hay lugar", "si puede ser con vista al mar", "perfecto, gracias, avíseme si queda sitio",
        "vale, quedo pendiente por si me confirman", "sí, dígame", "sí, sigo aquí"}) {
    guest.say(sentence);
    EXPECT_TRUE(pms.bookings.empty()) << sentence;
  }
  EXPECT_THAT(guest.say("sí, confirmo"), HasSubstr("confirmada")) << "who knows the word needs not wait";
}

TEST_F(Late, TheBareWordBooksWhatWasNotYetShownButNotWhatIsStuck) {
  for (const auto* yes : {"sí", "Si!", "SÍ."}) {
    ask_for_a_double();
    guest.message.is_unasked = true;
    guest.message.is_untold = true;
    EXPECT_THAT(guest.say(yes), HasSubstr("¿La confirmo?")) << yes;
    guest.message.is_untold = false;
    EXPECT_THAT(guest.say(yes), HasSubstr("confirmada")) << yes;
    guest.message.is_unasked = false;
  }
}

TEST_F(Late, ANoThatWasThereBeforeTheSummaryIsOne) {
  ask_for_a_double();
  guest.message.is_unasked = true;
  EXPECT_THAT(guest.say("no"), HasSubstr("cambiar"));
}

TEST_F(Late, AQuestionIsAnsweredHoweverLate) {
  ask_for_a_double();
  EXPECT_THAT(late("¿aceptan mascotas?"), Not(HasSubstr("sí o no")));
  EXPECT_EQ(guest.talk.state, State::kAwaitingConfirmation);
}

TEST_F(Late, WhatIsTooOldToBeAnsweredGoesToAPersonAndTheGuestIsToldOnce) {
  ask_for_a_double();
  guest.message.is_stale = true;
  EXPECT_THAT(guest.say("sí"), HasSubstr("con retraso"));
  EXPECT_THAT(guest.last.staff.value_or(""), HasSubstr("llegó tarde"));
  EXPECT_EQ(guest.say("¿hola?"), "");
  EXPECT_THAT(guest.last.staff.value_or(""), HasSubstr("¿hola?")) << "a person is told of each";
  EXPECT_TRUE(pms.bookings.empty());
  guest.message.is_stale = false;
  EXPECT_THAT(guest.say("sí"), HasSubstr("confirmada"));
}

TEST_F(Late, WithoutAProvidersClockNothingIsLate) {
  guest.message.is_dated = false;
  ask_for_a_double();
  late("sí");
  EXPECT_EQ(guest.talk.reservations_created, 1) << "this host's clock was set back";
}

}  // namespace
}  // namespace agente::concierge::testing
