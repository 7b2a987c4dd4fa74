#include <algorithm>

#include <nlohmann/json.hpp>

#include "concierge/conversation.hpp"

namespace agente::concierge {
namespace {

using nlohmann::json;

template <class T>
json or_null(const std::optional<T>& value) {
  return value ? json(*value) : json(nullptr);
}
json or_null(const std::optional<Day>& day) { return day ? json(format_day(*day)) : json(nullptr); }

const Draft* stay_of(const Conversation& talk, std::string_view booking_id) {
  const auto found =
      std::find_if(talk.held.begin(), talk.held.end(), [&](const Held& held) { return held.booking_id == booking_id; });
  return found == talk.held.end() ? nullptr : &found->stay;
}

/// The stay the conversation is about now: the one in an open summary, else the one wanted, else the one held.
Draft shown_stay(const Conversation& talk) {
  if (talk.summary) return talk.summary->stay;
  const bool at_rest = talk.wish == Wish::kNone && talk.state != State::kIdle && talk.state != State::kCollecting;
  const Draft* held = at_rest ? stay_of(talk, talk.booking_ref) : nullptr;
  return held ? *held : talk.draft;
}

json pause_at(const Conversation& talk, Time now) {
  if (!talk.pause || !talk.pause->holds_at(now)) return nullptr;
  const auto& [since, until, by] = *talk.pause;
  return {{"by", by.empty() ? json(nullptr) : json(by)},
          {"since", format_time(since)},
          {"until", until ? json(format_time(*until)) : json(nullptr)}};
}

}  // namespace

json summary_json(const Conversation& talk, Time now) {
  const auto stay = shown_stay(talk);
  const bool party = stay.adults.has_value();
  return {{"state", name_of(talk.state)},
          {"lang", talk.language.empty() ? json(nullptr) : json(talk.language)},
          {"checkin", or_null(stay.checkin)},
          {"checkout", or_null(stay.checkout)},
          {"nights", or_null(stay.nights)},
          {"adults", or_null(stay.adults)},
          {"children", stay.children || !party ? or_null(stay.children) : json(0)},
          {"rooms", stay.rooms || !party ? or_null(stay.rooms) : json(1)},
          {"room_type", or_null(stay.room_type)},
          {"name", or_null(stay.name)},
          {"email", or_null(stay.email)},
          {"booking_ref", talk.booking_ref.empty() ? json(nullptr) : json(talk.booking_ref)},
          {"reservations_created", talk.reservations_created},
          {"reservations_cancelled", talk.reservations_cancelled},
          {"handoff", talk.state == State::kHandoff},
          {"paused", pause_at(talk, now)}};
}

}  // namespace agente::concierge
