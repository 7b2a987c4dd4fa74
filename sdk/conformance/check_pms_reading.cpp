#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>

#include "conformance/check.hpp"
#include "conformance/pms_desk.hpp"

// Property management systems: what the host finds again, and how it follows what changed.
namespace agente::conformance {
namespace {

Finding unknown_bookings(Trial& trial) {
  const auto life = trial.start();
  const Asking asking{.text = [](std::string_view field, std::string_view ordinary) {
    return field == "booking_id" ? std::string("NO-SUCH-BOOKING-77") : std::string(ordinary);
  }};
  for (const auto& job : jobs_of(life.instance)) {
    if (job.name != "get" && job.name != "change" && job.name != "cancel" && job.name != "set_stay_status") continue;
    const auto outcome = perform(life.instance, job, asking);
    if (outcome.status == AGENTE_OK)
      return fail(job.name + " answers OK for a booking that does not exist: answer NOT_FOUND");
  }
  return pass("bookings that do not exist are refused");
}

/// A page of at most `limit`; settles when it cannot be one.
Desk::Told page_after(Desk& desk, const std::string& cursor, std::uint32_t limit) {
  auto told = desk.changes(cursor, limit);
  if (!told.ok()) throw Settled{skip("it tells no changes here: " + described(told.outcome))};
  if (told.bookings.size() > limit)
    throw Settled{
        fail(fmt::format("changes_since writes {} bookings where at most {} were asked", told.bookings.size(), limit))};
  if (!told.bookings.empty() && told.cursor == cursor)
    throw Settled{fail("changes_since writes bookings and the same cursor again: the host would read them for ever")};
  return told;
}

Finding changes_with_cursor(Trial& trial) {
  constexpr int kPages = 3;
  constexpr std::uint32_t kLimit = 50;
  Desk desk(trial, trial.start().instance);
  std::string cursor;
  for (int page = 0; page < kPages; ++page) cursor = page_after(desk, cursor, kLimit).cursor;
  return pass("each page ends with the next cursor");
}

/// All that is told from `cursor` on, by pages of `limit`; moves the cursor to the end.
std::vector<Answer::Booking> told_since(Desk& desk, std::string& cursor, std::uint32_t limit) {
  constexpr int kMostPages = 5000;
  std::vector<Answer::Booking> all;
  for (int page = 0; page < kMostPages; ++page) {
    auto told = page_after(desk, cursor, limit);
    cursor = std::move(told.cursor);
    if (told.bookings.empty()) return all;
    std::ranges::move(told.bookings, std::back_inserter(all));
  }
  throw Settled{
      fail(fmt::format("after {} pages changes_since still writes bookings: it has to come to an end", kMostPages))};
}

Finding changes_miss_nothing(Trial& trial) {
  constexpr agente_day kLater = 30;
  constexpr int kBookings = 5;
  constexpr std::array<std::uint32_t, 3> kLimits{1, 2, 50};
  Desk desk(trial, trial.start().instance);
  std::string before;
  told_since(desk, before, kLimits.back());
  std::vector<std::string> made;
  for (int i = 0; i < kBookings; ++i) {
    const auto told = desk.book(desk.offered(trial.first_day() + kLater + i, 1));
    if (!told.has_booked()) return skip("it books nothing here: " + described(told.outcome));
    made.push_back(told.bookings[0].id);
  }
  std::size_t twice = 0;
  std::string end;
  for (const auto limit : kLimits) {
    end = before;
    const auto told = told_since(desk, end, limit);
    for (const auto& id : made) {
      const auto times = std::ranges::count(told, id, &Answer::Booking::id);
      if (times == 0)
        return fail(
            fmt::format("read by pages of {}, changes_since does not tell booking {} of {} that were just "
                        "made: let the cursor stand at the last one that was written",
                        limit, id, kBookings));
      if (times > 1) ++twice;
    }
  }
  desk.cancel(made.front());
  const auto later = told_since(desk, end, kLimits.front());
  const auto is_it = [&](const auto& one) { return one.id == made.front() && one.status == AGENTE_STAY_CANCELLED; };
  if (std::ranges::none_of(later, is_it))
    return fail("changes_since does not tell that booking " + made.front() +
                " was cancelled after it had been told: each change moves a booking behind the cursor");
  return pass(fmt::format("{} bookings by pages of 1, 2 and 50: each told{}, and a cancellation after them", kBookings,
                          twice == 0 ? " once" : ", some more than once, which is allowed"));
}

constexpr auto kPms = static_cast<std::uint32_t>(AGENTE_KIND_PMS);

constexpr Check kChecks[] = {
    {.id = "kind/unknown-bookings-refused",
     .about = "get, change, cancel and set_stay_status do not answer OK for a booking that does not exist.",
     .run = &unknown_bookings,
     .needs = kWorks,
     .kind = kPms,
     .online = true},
    {.id = "kind/changes-with-cursor",
     .about = "changes_since writes at most as many bookings as asked for, and a cursor that moves on.",
     .run = &changes_with_cursor,
     .needs = kWorks,
     .kind = kPms,
     .online = true},
    {.id = "kind/changes-miss-nothing",
     .about =
         "Five new bookings are read by pages of 1, of 2 and of 50: each page holds at most so many, the pages come "
         "to an end, and every booking is told. One that is cancelled then is told again.",
     .run = &changes_miss_nothing,
     .needs = "kind/changes-with-cursor",
     .also = "kind/booking-lives",
     .kind = kPms,
     .online = true},
};

}  // namespace

std::span<const Check> pms_reading_checks() { return kChecks; }

}  // namespace agente::conformance
