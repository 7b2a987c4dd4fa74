#pragma once

#include <optional>

#include "base/calendar.hpp"
#include "concierge/understanding/date_items.hpp"

namespace agente::concierge {

/// A stay on the calendar. A day not said (or said vaguely) is missing.
struct Stay {
  std::optional<Day> checkin, checkout;
  bool weekday_disagrees = false;
};

/// Lays a stay on the calendar, always looking forward from `today`. `month_of_draft` is where a bare day number of a
/// correction looks first.
[[nodiscard]] Stay resolve(const StayWords& words, Day today, std::optional<Day> month_of_draft);

/// A corrected stay: what `newer` does not say is taken from `older`.
[[nodiscard]] StayWords correct(const StayWords& older, StayWords newer);

}  // namespace agente::concierge
