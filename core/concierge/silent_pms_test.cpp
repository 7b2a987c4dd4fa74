// What a guest is told while the hotel's PMS does not answer.
#include "concierge/rules_fixture.hpp"

namespace agente::concierge::testing {
namespace {

using SilentPms = Rules;
using ::testing::HasSubstr;
using ::testing::Not;

TEST_F(SilentPms, ABookingThatWaitedTooLongGoesToAPersonWhoSeesWhatWasAccepted) {
  const std::map<std::string, std::string> apologies{
      {"es", "no se ha hecho nada"}, {"en", "nothing has been done"}, {"pt", "nada foi feito"}};
  for (const auto& [language, apology] : apologies) {
    Talk talk{pms};
    talk.say(kWanted);
    talk.talk.language = language;
    pms.next_writes = {outcome(pms::WriteOutcome::Kind::kGivenUp, "down")};

    const auto told = talk.say("sí");

    EXPECT_THAT(told, HasSubstr(apology));
    EXPECT_THAT(told, Not(HasSubstr("confirm")));
    EXPECT_EQ(talk.talk.state, State::kHandoff);
    EXPECT_FALSE(talk.talk.summary);
    ASSERT_TRUE(talk.last.staff);
    for (const auto* part : {"reserva de", "Laura Méndez", "500.00 EUR", "2 adultos", "down"}) {
      EXPECT_THAT(*talk.last.staff, HasSubstr(part)) << language;
    }
    EXPECT_EQ(talk.talk.reservations_created, 0);
  }
}

TEST_F(SilentPms, OldOffersAreShownWithTheirTimeInEachLanguage) {
  pms.as_of = parse_time("2026-09-15T09:41:00Z").value();  // in Buenos Aires, where the hotel is
  const std::map<std::string, std::string> warnings{
      {"¿qué habitaciones tenéis del 5 al 9 de octubre para 2 adultos?",
       "los que había a las 06:41, y se comprobarán de nuevo"},
      {"which rooms are free from 5 to 9 October for 2 adults?", "as of 06:41 and will be checked again"},
      {"quais quartos têm do dia 5 ao 9 de outubro para 2 adultos?", "das 06:41 e serão verificados de novo"}};
  for (const auto& [question, warning] : warnings) {
    Talk talk{pms};
    const auto told = talk.say(question);
    EXPECT_THAT(told, HasSubstr(warning));
    EXPECT_THAT(told, HasSubstr("500.00 EUR"));
  }
}

TEST_F(SilentPms, ASummaryOfAnOldPriceSaysSoAndThePmsHasTheLastWord) {
  pms.as_of = parse_time("2026-09-15T09:41:00Z").value();
  EXPECT_THAT(guest.say(kWanted), HasSubstr("06:41"));
  EXPECT_EQ(guest.talk.state, State::kAwaitingConfirmation);
  pms.as_of.reset();
  pms.rates["double"] = 20000;  // meanwhile

  const auto told = guest.say("sí");

  EXPECT_THAT(told, HasSubstr("no he reservado nada"));
  EXPECT_THAT(told, HasSubstr("800.00 EUR"));
  EXPECT_THAT(told, Not(HasSubstr("06:41")));
  EXPECT_TRUE(pms.bookings.empty());
}

}  // namespace
}  // namespace agente::concierge::testing
