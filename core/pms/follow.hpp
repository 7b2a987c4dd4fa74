#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "pms/gateway.hpp"
#include "store/pms_bookings.hpp"

namespace agente::pms {

/// A PMS as it is followed: by its gateway, and past it to what others did, which waits for nobody and so never opens
/// the breaker. While that is open, it pauses, too.
struct Source {
  Gateway& gateway;

  [[nodiscard]] Result<plugins::Changes> changes(std::string_view cursor, std::string_view trace) const;
  [[nodiscard]] Result<std::vector<plugins::RoomType>> rooms(std::string_view trace) const;
};

/// Follows one hotel's PMS: keeps its mirror (pms_bookings) in line with it, and leads our reservations after it, since
/// a guest may be cancelled, moved or checked in at the front desk.
///
/// Reservations go forward only: to CHECKED_IN, CHECKED_OUT or CANCELLED, never back; what cannot follow is left to the
/// audit. A page counts only if nobody has written one meanwhile (also another host) and no reservation in it was
/// changed while the PMS was asked; otherwise it is to be asked for again (kConflict). Thread-safe.
class Follow {
 public:
  static constexpr int kPage = 50;

  Follow(const Source& source, store::Store& store, const Clock& clock)
      : source_(source), gateway_(source.gateway), hotel_(gateway_.hotel()), store_(store), clock_(clock) {}

  struct Step {
    int bookings = 0;        ///< that were taken over; kPage: there is more
    bool is_at_end = false;  ///< nothing was left: the mirror is as the PMS was when it was asked, and says so
  };
  /// Takes over the next page of what changed.
  Result<Step> next_changes(std::string_view trace);
  /// Notes how many rooms the PMS has.
  Result<void> count_rooms(std::string_view trace);

  /// Told after each page with what was done and what there is to do as far as known; false ends it (kCancelled).
  using Progress = std::function<bool(int done, int total)>;
  /// Takes over all that the PMS has. What ends on `today` or later and was not among it is asked for by its id, and
  /// cancelled here once the PMS says that it knows no such booking.
  Result<void> everything(Day today, const Progress& progress, std::string_view trace);

 private:
  struct Mark {
    std::string cursor;
    std::uint64_t revision = 0;
  };
  Result<Mark> mark() const;
  Result<plugins::Changes> take_over(const Mark& mark, std::string_view cursor, bool keep_cursor,
                                     std::string_view trace);
  Result<std::vector<std::string>> unseen(Day today, const std::set<std::string>& seen) const;
  Result<void> look_after(const std::string& booking_id, std::string_view trace);
  Result<void> save(const Mark& mark, const std::string& cursor, const std::vector<plugins::Booking>& bookings,
                    Time asked_at) const;
  void forget(store::sql::Connection& connection, const std::string& booking_id) const;

  Source source_;
  Gateway& gateway_;
  std::string hotel_;
  store::Store& store_;
  const Clock& clock_;
};

/// A booking as the mirror keeps it.
[[nodiscard]] store::PmsBooking mirrored(const std::string& hotel, const std::string& backend,
                                         const plugins::Booking& booking, Time seen_at);

/// Reads a PMS from the beginning to its end. A short page, even an empty one, is not the end: a plugin may have left
/// out what is another hotel's. The end is where the cursor stays.
class Pages {
 public:
  /// Takes up the page that was read; false at the end.
  bool go_on(const plugins::Changes& page);
  [[nodiscard]] const std::string& cursor() const { return cursor_; }

 private:
  std::string cursor_;
  int empty_ = 0;
};

/// `ours` as it is after the PMS; false when it need not change.
bool lead(store::Reservation& ours, const store::PmsBooking& theirs);

}  // namespace agente::pms
