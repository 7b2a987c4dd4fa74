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

/// Whether the message answers what the host just asked.
bool answers(const Slots& slots, bool dated, Expecting expecting) {
  switch (expecting) {
    case Expecting::dates:
      return dated || slots.nights;
    case Expecting::guests:
      return slots.guests || slots.adults;
    case Expecting::room_type:
      return slots.room_type.has_value();
    case Expecting::name:
      return slots.name.has_value();
    case Expecting::nothing:
    case Expecting::confirmation:
      return false;
  }
  return false;
}

Said said(const Slots& slots, const Dates& dates, const Context& context) {
  const bool dated = dates.stay.checkin || dates.stay.checkout;
  return {.values = dated || !slots.empty(),
          .dates = dated,
          .vague_dates = dates.vague,
          .score = slots.score.has_value(),
          .booking_ref = slots.booking_ref.has_value(),
          .asked_for = answers(slots, dated, context.expecting),
          .yes_or_no = context.expecting == Expecting::confirmation};
}

/// A guest called Dale or Bar neither agrees nor asks for a drink: names and ids carry no intent.
Tokens without_masked(const Tokens& tokens, const std::vector<bool>& masked) {
  Tokens left;
  for (std::size_t at = 0; at < tokens.size(); ++at) {
    if (!masked[at]) left.push_back(tokens[at]);
  }
  return left;
}

void set_intent(Understanding& result, const IntentReading& reading) {
  result.intent = reading.intent;
  result.confidence = reading.confidence;
  result.second = reading.second;
  result.margin = reading.margin;
}

void set_dates(Understanding& result, const Dates& dates) {
  result.checkin = dates.stay.checkin;
  result.checkout = dates.stay.checkout;
  result.dates_ambiguous = dates.ambiguous;
  result.dates_vague = dates.vague;
  result.weekday_disagrees = dates.stay.weekday_disagrees;
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
  Reading reading{text, tokens, language, context.expecting, std::vector<bool>(tokens.size(), false), {}};
  read_references(reading);
  read_words(reading);
  read_name(reading, read_intent(tokens, language, {}).intent == Intent::other);
  read_heads(reading);
  const auto dates = find_dates(tokens, reading.masked, language, context);
  reading.slots.nights = dates.nights;
  const bool dated = dates.stay.checkin || dates.stay.checkout;
  if (dated || !reading.slots.empty()) read_listed_name(reading);

  Understanding result;
  result.language = name_of(language);
  result.slots = std::move(reading.slots);
  set_intent(result, read_intent(without_masked(tokens, reading.masked), language, said(result.slots, dates, context)));
  set_dates(result, dates);
  return result;
}

}  // namespace agente::concierge
