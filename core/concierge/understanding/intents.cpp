#include "concierge/understanding/intents.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "concierge/understanding/patterns.hpp"

namespace agente::concierge {
namespace {

constexpr std::size_t kIntents = static_cast<std::size_t>(Intent::other) + 1;
/// What a message is when nothing in it points anywhere; a single weak word beats it.
constexpr double kFloor = 0.9;
constexpr double kValues = 1.3;
constexpr double kVagueDates = 1.0;
constexpr double kAnswersTheHost = 0.6;
constexpr double kYesOrNoAsked = 1.6;
constexpr auto kNone = static_cast<Intent>(kIntents);
constexpr std::size_t kReadTokens = 256;

const IntentMatcher& matcher_of(Language language) {
  static const std::array kMatchers{IntentMatcher(spanish_intents()), IntentMatcher(english_intents()),
                                    IntentMatcher(portuguese_intents())};
  return kMatchers[static_cast<std::size_t>(language)];
}

class Scores {
 public:
  Scores(const Tokens& tokens, Language language) : values_(kIntents, 0.0) {
    if (tokens.size() <= kReadTokens) {
      matcher_of(language).score(tokens, values_);
    } else {
      const Tokens head(tokens.begin(), tokens.begin() + kReadTokens);
      matcher_of(language).score(head, values_);
    }
  }

  double& operator[](Intent intent) { return values_[static_cast<std::size_t>(intent)]; }

  [[nodiscard]] Intent best_but(Intent first, Intent second) const {
    auto winner = Intent::other;
    double most = -1;
    for (std::size_t i = 0; i < kIntents; ++i) {
      const auto intent = static_cast<Intent>(i);
      if (intent == first || intent == second || values_[i] <= most) continue;
      winner = intent;
      most = values_[i];
    }
    return winner;
  }

 private:
  std::vector<double> values_;
};

/// Rules for the pairs that share their words.
void settle(Scores& scores, const Said& said) {
  using enum Intent;
  if (said.values) scores[inform] += kValues + (said.asked_for ? kAnswersTheHost : 0);
  if (said.vague_dates) scores[inform] += kVagueDates;
  if (said.booking_ref) scores[make_reservation] *= 0.3;
  if (said.score) scores[feedback_score] += 2.5;
  // After a summary "sí, quiero reservar" is a yes.
  const bool yes_or_no = said.yes_or_no && !said.values;
  if (yes_or_no && scores[confirm] > 0) scores[confirm] += kYesOrNoAsked;
  if (yes_or_no && scores[deny] > 0) scores[deny] += kYesOrNoAsked;
  // "no, del 11 al 13" and "sí, somos 2" bring values: they are more than a yes or a no.
  if (said.values) {
    for (const auto courtesy : {greet, thanks, confirm, deny}) scores[courtesy] *= 0.3;
  }
  // "qué pasa si cancelo" asks about rules; a moved or cancelled booking is not a new one.
  if (scores[ask_policy] > 3) scores[cancel_reservation] *= 0.6;
  if (scores[cancel_reservation] > 2 || scores[modify_reservation] > 2) scores[make_reservation] *= 0.4;
  if (scores[cancel_reservation] > 2) scores[deny] *= 0.5, scores[modify_reservation] *= 0.6;
  if (scores[late_checkout] > 3) scores[ask_checkout_time] *= 0.8, scores[check_out] *= 0.3;
  if (scores[ask_checkout_time] > 3) scores[check_out] *= 0.3;
  if (scores[ask_checkin_time] > 3) scores[check_in] *= 0.3;
  if (scores[complaint] > 3) scores[ask_services] *= 0.6, scores[deny] *= 0.3;
  if (scores[make_reservation] >= 2) scores[ask_services] *= 0.6;
  if (said.dates && scores[make_reservation] >= 2) scores[make_reservation] += 0.8;
  if (said.dates && scores[ask_availability] >= 2) scores[ask_availability] += 0.5;
  if (scores[ask_price] > 2) scores[ask_availability] *= 0.8, scores[make_reservation] *= 0.8;
  if (scores[ask_services] < 1) scores[ask_services] = 0;
  if (!said.values && !said.vague_dates) scores[other] += kFloor;
}

double confidence_of(double score, double next) {
  const double strength = score / (score + 0.5);
  return strength * score / (score + next + 0.1);
}

}  // namespace

IntentReading read_intent(const Tokens& tokens, Language language, const Said& said) {
  Scores scores(tokens, language);
  settle(scores, said);
  IntentReading reading;
  reading.intent = scores.best_but(kNone, kNone);
  reading.second = scores.best_but(reading.intent, kNone);
  // Values support whatever else is said: `inform` is no rival to it.
  const auto rival =
      reading.second == Intent::inform ? scores.best_but(reading.intent, Intent::inform) : reading.second;
  reading.confidence = confidence_of(scores[reading.intent], scores[rival]);
  reading.margin = reading.confidence - confidence_of(scores[reading.second], scores[reading.intent]);
  return reading;
}

}  // namespace agente::concierge
