#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/calendar.hpp"

namespace agente::concierge {

/// What a guest wants with one message. `inform` only answers a question (a date, a head count, a name, a room type);
/// `other` is everything this engine does not serve: chatter, emoji, keys at random, orders to the machine.
enum class Intent : std::uint8_t {
  greet,
  thanks,
  goodbye,
  ask_availability,
  ask_price,
  make_reservation,
  modify_reservation,
  cancel_reservation,
  confirm,
  deny,
  ask_checkin_time,
  ask_checkout_time,
  ask_services,
  ask_location,
  ask_policy,
  complaint,
  feedback_score,
  human_handoff,
  check_in,
  check_out,
  late_checkout,
  invoice,
  inform,
  other,
};

/// "make_reservation": the word used in JSON, events and metrics.
[[nodiscard]] std::string_view name_of(Intent intent);

/// What the host asked last; it decides how a bare "4" or "Laura Méndez" is read.
enum class Expecting : std::uint8_t { nothing, dates, guests, room_type, name, confirmation };

/// What is known when a message comes in. Language tags are "es", "en" or "pt".
struct Context {
  Day today;                              ///< local day of the hotel at the message's own time
  int hour = 12;                          ///< local hour of the hotel at the message's own time, 0..23
  std::string hotel_language = "es";      ///< taken when nothing else tells the language
  std::optional<std::string> language{};  ///< of the conversation so far
  Expecting expecting = Expecting::nothing;
  bool day_first_english = false;            ///< reads 5/10 in English as 5 October
  std::optional<Day> checkin{}, checkout{};  ///< the draft, for corrections like "no, del 11 al 13"
};

/// Only what the guest said; nothing is filled in. `guests` is a bare head count ("somos 4").
struct Slots {
  std::optional<int> adults{}, children{}, guests{}, rooms{}, nights{}, score{};
  std::vector<int> ages{};                 ///< of the children, in the order said
  std::optional<std::string> room_type{};  ///< single, double, twin, triple, quadruple, family, suite
  std::optional<std::string> name{}, email{}, phone{}, booking_ref{};  ///< as the guest wrote them

  [[nodiscard]] bool empty() const;
};

/// One message, understood. Days are local to the hotel, stays half open; a missing day was not said.
struct Understanding {
  std::string language;
  Intent intent = Intent::other;
  double confidence = 0;          ///< of `intent`, 0..1
  Intent second = Intent::other;  ///< the next best reading
  double margin = 0;              ///< confidence minus that of `second`
  Slots slots;
  std::optional<Day> checkin{}, checkout{};
  bool dates_ambiguous = false;    ///< day and month could be swapped: repeat the date with the month's name
  bool dates_vague = false;        ///< a span without a stay ("in October"): ask for the days
  bool weekday_disagrees = false;  ///< "Monday 12 May" when the 12th is no Monday; the date was taken
};

/// Reads one message of a guest. Pure, thread-safe, never throws on any bytes; the time is linear in what it reads,
/// which is at most the first 8 KiB.
[[nodiscard]] Understanding understand(std::string_view text, const Context& context);

/// {"lang","intent","confidence","slots":{…},"checkin","checkout"}: null for a day not said, only slots that were said.
[[nodiscard]] nlohmann::json to_json(const Understanding& understanding);

}  // namespace agente::concierge
