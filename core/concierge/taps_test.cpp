// What a guest may tap, and what becomes of taps below messages of long ago.
#include "concierge/replies/catalogue.hpp"
#include "concierge/rules_fixture.hpp"

namespace agente::concierge::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr const char* kAnyRoom = "quiero una habitación del 5 al 9 de octubre para 2 adultos";
constexpr const char* kNothingCounted = "ya no vale";

using Taps = Rules;

TEST_F(Taps, FreeRoomsAreOfferedWithTheirPriceAndATapChoosesOne) {
  guest.say(kAnyRoom);
  EXPECT_THAT(guest.last.choices.each, SizeIs(6));  // all but the one for one person
  EXPECT_EQ(guest.last.choices.label, "Ver habitaciones");
  EXPECT_EQ(guest.offered("Doble").description, "500.00 EUR, hasta 3 personas, quedan 5");

  EXPECT_THAT(guest.tap("Doble"), HasSubstr("¿A nombre de quién"));

  EXPECT_EQ(guest.talk.draft.room_type, "double");
  EXPECT_THAT(guest.last.choices.each, IsEmpty());
}

TEST_F(Taps, ASummaryOffersYesAndNoAndATappedYesBooks) {
  guest.say(kWanted);
  EXPECT_THAT(guest.last.choices.each, SizeIs(2));
  EXPECT_EQ(guest.offered("No").id, "no:q101-1");

  EXPECT_THAT(guest.tap("Sí"), HasSubstr("HP-1001"));

  EXPECT_EQ(asked<Book>(pms), 1);
  EXPECT_THAT(guest.last.choices.each, IsEmpty());
}

TEST_F(Taps, ATappedNoAsksWhatShallBeDifferent) {
  guest.say(kWanted);
  EXPECT_THAT(guest.tap("No"), HasSubstr("¿Qué desea cambiar"));
  EXPECT_FALSE(guest.talk.summary);
}

TEST_F(Taps, AYesBelowAnOlderSummaryBooksNothingAndThePresentOneIsShownAgain) {
  guest.say(kWanted);
  const auto old = guest.offered("Sí");
  guest.say("mejor una suite");

  const auto told = guest.tap(old);

  EXPECT_EQ(asked<Book>(pms), 0);
  EXPECT_THAT(told, HasSubstr(kNothingCounted));
  EXPECT_THAT(told, HasSubstr("Suite"));
  EXPECT_NE(guest.offered("Sí").id, old.id);
  EXPECT_THAT(guest.tap("Sí"), HasSubstr("HP-1001"));
  EXPECT_EQ(pms.bookings.back().room_type, "suite");
}

TEST_F(Taps, ANoBelowAnOlderSummaryTakesNothingBack) {
  guest.say(kWanted);
  const auto old = guest.offered("No");
  guest.say("mejor una suite");

  EXPECT_THAT(guest.tap(old), HasSubstr("Suite"));

  EXPECT_TRUE(guest.talk.summary);
}

TEST_F(Taps, AYesTappedTwiceBooksOnce) {
  guest.say(kWanted);
  const auto yes = guest.offered("Sí");
  guest.tap(yes);
  EXPECT_THAT(guest.tap(yes), HasSubstr(kNothingCounted));
  EXPECT_EQ(asked<Book>(pms), 1);
  EXPECT_EQ(guest.talk.state, State::kConfirmed);
}

TEST_F(Taps, TheYesThatBookedNeverCancels) {
  guest.say(kWanted);
  const auto yes = guest.offered("Sí");
  guest.tap(yes);
  guest.say("quiero cancelar mi reserva");
  ASSERT_EQ(guest.talk.state, State::kAwaitingConfirmation);

  EXPECT_THAT(guest.tap(yes), HasSubstr("¿La cancelo?"));
  EXPECT_EQ(asked<Cancel>(pms), 0);

  guest.tap("Sí");
  EXPECT_EQ(asked<Cancel>(pms), 1);
}

TEST_F(Taps, AnExpiredPriceIsAskedAnewBeforeATappedYesBooks) {
  guest.say(kWanted);
  const auto yes = guest.offered("Sí");
  guest.message.now += kQuoteHolds;
  pms.rates["double"] = 20000;

  EXPECT_THAT(guest.tap(yes), HasSubstr("800.00 EUR"));
  EXPECT_THAT(guest.tap(yes), HasSubstr(kNothingCounted));
  EXPECT_EQ(asked<Book>(pms), 0);
}

TEST_F(Taps, ARoomOfTheSameListIsPricedForTheDaysThatAreWantedNow) {
  guest.say(kAnyRoom);
  const auto suite = guest.offered("Suite");
  guest.tap("Doble");
  guest.say("mejor del 5 al 7");
  guest.say("Laura Méndez");

  EXPECT_THAT(guest.tap(suite), HasSubstr("Habitación: Suite"));

  EXPECT_EQ(guest.talk.summary->stay.checkout, parse_day("2026-10-07"));
  EXPECT_EQ(guest.talk.summary->total, (Money{20000, "EUR"}));
}

TEST_F(Taps, ARoomOfTheListOfAnotherBookingChangesNothing) {
  guest.say(kAnyRoom);
  const auto suite = guest.offered("Suite");
  guest.tap("Doble");
  guest.say("Laura Méndez");
  guest.tap("Sí");

  EXPECT_THAT(guest.tap(suite), HasSubstr(kNothingCounted));
  EXPECT_EQ(guest.talk.state, State::kConfirmed);
  EXPECT_EQ(guest.talk.wish, Wish::kNone);

  guest.say(kWanted);
  EXPECT_THAT(guest.tap(suite), HasSubstr("Doble"));
  EXPECT_EQ(guest.talk.summary->stay.room_type, "double");
}

TEST_F(Taps, OfAChangeToASoldOutTypeTheOthersCanBeTapped) {
  booked();
  pms.closed.push_back({"suite", parse_day("2026-10-01").value(), parse_day("2026-10-30").value()});
  EXPECT_THAT(guest.say("quiero cambiar mi reserva a una suite"), HasSubstr("Sí tenemos"));

  EXPECT_THAT(guest.tap("Doble con dos camas"), HasSubstr("Cambio de la reserva HP-1001"));
  guest.tap("Sí");

  EXPECT_EQ(pms.bookings.front().room_type, "twin");
}

TEST_F(Taps, AYesBelowAMessageNobodyKnowsConfirmsNothing) {
  guest.say(kWanted);
  EXPECT_THAT(guest.tap(Choice{"", "Sí", ""}), HasSubstr("¿La confirmo?"));
  EXPECT_EQ(asked<Book>(pms), 0);
  guest.tap("Sí");
  EXPECT_EQ(asked<Book>(pms), 1);
}

TEST_F(Taps, WhatSomebodyElseOfferedIsReadByItsTitle) {
  EXPECT_THAT(guest.tap(Choice{"menu-3", "Quiero reservar", ""}), HasSubstr("¿Para qué fechas?"));
  guest.say(kWanted);
  EXPECT_THAT(guest.tap(Choice{"menu-1", "Sí", ""}), HasSubstr("¿La confirmo?"));
  EXPECT_EQ(asked<Book>(pms), 0);
}

TEST_F(Taps, ATapIsLeftToThePersonWhoHasTheWord) {
  guest.say(kWanted);
  const auto yes = guest.offered("Sí");
  guest.say("quiero hablar con una persona");
  guest.tap(yes);
  EXPECT_EQ(asked<Book>(pms), 0);
  EXPECT_EQ(guest.talk.state, State::kHandoff);
}

TEST_F(Taps, ManyTypesOfRoomsAreOfferedAsFarAsAListGoesAndAllAreNamed) {
  for (int i = 0; i < 12; ++i) {
    const auto id = "cabin" + std::to_string(i);
    pms.types[id] = {.id = id, .count = 1, .capacity = 2};
    pms.rates[id] = 20000 + i;
  }
  const auto told = guest.say(kAnyRoom);
  EXPECT_THAT(guest.last.choices.each, SizeIs(10));
  EXPECT_THAT(told, HasSubstr("cabin11"));
}

/// A channel without buttons shows the titles' words in the text, and a guest types what he would have tapped.
TEST(Choices, WhatIsOfferedIsUnderstoodWhenItIsTyped) {
  for (const auto* language : {"es", "en", "pt"}) {
    const auto& words = Catalogue::of(language);
    Context context;
    context.language = language;
    context.expecting = Expecting::confirmation;
    EXPECT_EQ(understand(words.text("choice_yes"), context).intent, Intent::confirm) << language;
    EXPECT_GE(understand(words.text("choice_yes"), context).confidence, 0.4) << language;
    EXPECT_EQ(understand(words.text("choice_no"), context).intent, Intent::deny) << language;
    EXPECT_THAT(words.text("summary_book"), HasSubstr(language == std::string("en") ? "yes" : "»")) << language;
  }
}

}  // namespace
}  // namespace agente::concierge::testing
