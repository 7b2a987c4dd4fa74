#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pms/follow.hpp"

namespace agente::pms {

/// One thing in which our books and the PMS' differ.
struct Difference {
  std::string kind;           ///< missing_there, missing_here, given_up, state, dates, room, amount
  store::Id reservation = 0;  ///< 0: no guest of ours; known from the mirror only
  std::string booking_id;
  std::string ours;  ///< empty: nothing
  std::string theirs;
  std::string suggestion;
};

/// A PMS that did not answer, or not to the end.
struct Unreachable {
  std::string pms;  ///< its plugin
  std::string reason;
};

struct Audit {
  int checked = 0;  ///< bookings that were compared
  std::vector<Difference> differences;
  std::vector<Unreachable> unreachable;  ///< what stands in these books is not, or not all, among `checked`
};

/// Compares our reservations, and what the mirror knows beside them, with all that the PMS has now, as far as the stay
/// ends on `today` or later. Changes nothing on either side. A PMS that does not answer is no error, but told; errors
/// are the store's.
Result<Audit> audit(const Source& source, store::Store& store, Day today, std::string_view trace);

}  // namespace agente::pms
