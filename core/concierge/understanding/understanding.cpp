#include "concierge/understanding/understanding.hpp"

#include <array>

#include "concierge/understanding/dates.hpp"
#include "concierge/understanding/intents.hpp"
#include "concierge/understanding/language.hpp"
#include "concierge/understanding/slots.hpp"

namespace agente::concierge {
namespace {

Language language_before(const Context& context) {
  if (context.language) {
    if (const auto known = language_from(*context.language)) return *known;
  }
  return language_from(context.hotel_language).value_or(Language::es);
}

/// A sentence that tries to command the machine says nothing about a stay.
bool is_command(const IntentReading& reading) { return reading.intent == Intent::other && reading.confidence > 0.6; }

void keep_name_only(Understanding& result) {
  if (result.intent == Intent::other && result.slots.name) {
    result.intent = Intent::inform;
    result.confidence = 0.7;
  }
}

}  // namespace

std::string_view name_of(Intent intent) {
  static constexpr std::array<std::string_view, 24> kNames{"greet",
                                                           "thanks",
                                                           "goodbye",
                                                           "ask_availability",
                                                           "ask_price",
                                                           "make_reservation",
                                                           "modify_reservation",
                                                           "cancel_reservation",
                                                           "confirm",
                                                           "deny",
                                                           "ask_checkin_time",
                                                           "ask_checkout_time",
                                                           "ask_services",
                                                           "ask_location",
                                                           "ask_policy",
                                                           "complaint",
                                                           "feedback_score",
                                                           "human_handoff",
                                                           "check_in",
                                                           "check_out",
                                                           "late_checkout",
                                                           "invoice",
                                                           "inform",
                                                           "other"};
  return kNames[static_cast<std::size_t>(intent)];
}

Understanding understand(std::string_view text, const Context& context) {
  const auto tokens = tokenise(text);
  const auto language = detect_language(text, tokens, language_before(context));
  Reading reading{
      text.substr(0, kMaxBytes), tokens, language, context.expecting, std::vector<bool>(tokens.size(), false), {}};
  read_references(reading);
  read_words(reading);
  read_heads(reading);

  Understanding result;
  result.language = name_of(language);
  auto dates = find_dates(tokens, reading.masked, language, context);
  const bool dated = dates.stay.checkin || dates.stay.checkout;
  reading.slots.nights = dates.nights;
  read_name(reading, dated || !reading.slots.empty());
  result.slots = std::move(reading.slots);

  const auto intent = read_intent(tokens, language,
                                  {.values = dated || !result.slots.empty(),
                                   .dates = dated,
                                   .score = result.slots.score.has_value(),
                                   .asked_for = context.expecting != Expecting::nothing});
  result.intent = intent.intent;
  result.confidence = intent.confidence;
  result.second = intent.second;
  result.margin = intent.margin;
  keep_name_only(result);
  if (is_command(intent) && result.intent == Intent::other) {
    result.slots = {};
    return result;
  }
  result.checkin = dates.stay.checkin;
  result.checkout = dates.stay.checkout;
  result.dates_ambiguous = dates.ambiguous;
  result.dates_vague = dates.vague;
  result.weekday_disagrees = dates.stay.weekday_disagrees;
  return result;
}

}  // namespace agente::concierge
