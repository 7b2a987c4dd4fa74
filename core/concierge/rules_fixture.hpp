#pragma once

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "concierge/test_hotel.hpp"

/// The rules of the booking dialogue, as whole conversations with the real understanding.
namespace agente::concierge::testing {

inline constexpr const char* kWanted =
    "quiero una doble del 5 al 9 de octubre para 2 adultos, a nombre de Laura Méndez";

inline std::string quoted(const Conversation& talk) { return talk.summary ? talk.summary->quote : ""; }

template <class A>
int asked(const TestPms& pms) {
  int count = 0;
  for (const auto& action : pms.asked) count += std::holds_alternative<A>(action) ? 1 : 0;
  return count;
}

inline pms::WriteOutcome outcome(pms::WriteOutcome::Kind kind, const std::string& text) {
  pms::WriteOutcome outcome;
  outcome.kind = kind;
  outcome.text = text;
  return outcome;
}

class Rules : public ::testing::Test {
 protected:
  void booked() {
    guest.say(kWanted);
    guest.say("sí");
    ASSERT_EQ(guest.talk.state, State::kConfirmed) << guest.lines.back();
  }
  TestPms pms;
  Talk guest{pms};
};

}  // namespace agente::concierge::testing
