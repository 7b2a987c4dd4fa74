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

}  // namespace
}  // namespace agente::concierge::testing
