#pragma once

#include <optional>
#include <vector>

#include "concierge/understanding/date_points.hpp"

namespace agente::concierge {

/// A stay as it was said: the words of its two ends and its length, before they are laid on the calendar.
struct StayWords {
  std::optional<DatePoint> in, out;
  std::optional<DatePoint> season;  ///< a holiday named besides the days: "carnaval, do sábado à quarta"
  std::optional<int> nights;
  bool joined = false;  ///< said as one range ("from X to Y"), not as two days

  [[nodiscard]] bool has_day() const { return in || out || season; }
};

struct DateWords {
  std::vector<StayWords> versions;  ///< parted by corrections, the last one said last
  std::optional<int> nights;        ///< the length in the guest's words, also without a day
  bool vague = false;
};

/// Puts the days, lengths and connecting words of a message together. `dates_asked`: the host just asked for dates, so
/// bare numbers may be days.
[[nodiscard]] DateWords read_dates(const Lexemes& lexemes, DateOrder order, bool dates_asked);

}  // namespace agente::concierge
