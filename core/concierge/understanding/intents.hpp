#pragma once

#include "concierge/understanding/language.hpp"
#include "concierge/understanding/tokens.hpp"
#include "concierge/understanding/understanding.hpp"

namespace agente::concierge {

struct IntentReading {
  Intent intent = Intent::other;
  double confidence = 0;
  Intent second = Intent::other;
  double margin = 0;
};

/// What else the message says; it decides between intents whose words are alike.
struct Said {
  bool values = false;  ///< a slot or a date
  bool dates = false;
  bool vague_dates = false;
  bool score = false;
  bool booking_ref = false;
  bool asked_for = false;  ///< the values answer what the host just asked
  bool yes_or_no = false;  ///< the host just asked for a yes
};

[[nodiscard]] IntentReading read_intent(const Tokens& tokens, Language language, const Said& said);

}  // namespace agente::concierge
