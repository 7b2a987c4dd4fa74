#include <algorithm>
#include <latch>
#include <string>
#include <thread>

#include <fmt/format.h>

#include "conformance/check.hpp"
#include "conformance/pms_desk.hpp"

// Property management systems: that a guest's booking is one booking, whatever happens meanwhile. Each check has nights
// of its own, so that they do not meet where they all ask one PMS.
namespace agente::conformance {
namespace {

/// Books it, or settles as skip where nothing can be booked.
Answer::Booking booked(Desk& desk, const Stay& stay) {
  const auto told = desk.book(stay);
  if (!told.has_booked()) throw Settled{skip("it books nothing here: " + described(told.outcome))};
  return told.bookings.front();
}

Finding one_booking_per_reference(Trial& trial) {
  Desk desk(trial, trial.start().instance);
  Desk other(trial, trial.start().instance);  // as after an upgrade
  const auto stay = desk.offered(trial.first_day(), 2);
  const auto first = booked(desk, stay);
  for (auto* again : {&desk, &other}) {
    const auto told = again->book(stay);
    const auto* who = again == &desk ? "" : " in another instance";
    if (!told.ok() || told.bookings.empty())
      return fail(fmt::format("booking again with the same reference{}: {}; answer the first booking", who,
                              described(told.outcome)));
    if (told.bookings[0].id != first.id)
      return fail(fmt::format("two bookings ({}, {}) for one reference{}: look for the reference before booking",
                              first.id, told.bookings[0].id, who));
  }
  if (const auto found = desk.find(stay.reference).bookings.size(); found != 1)
    return fail(fmt::format("find_by_reference finds {} bookings after one was made: it must find that one", found));
  return pass("booked three times, in two instances, and one booking was made");
}

Finding booking_lives(Trial& trial) {
  constexpr agente_day kLater = 5;
  Desk desk(trial, trial.start().instance);
  const auto stay = desk.offered(trial.first_day() + kLater, 2);
  auto id = booked(desk, stay).id;
  std::ranges::transform(id, id.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (const auto got = desk.get(id); !got.ok() || got.bookings.size() != 1)
    return fail("get does not find booking " + id + ", just made: " + described(got.outcome) +
                "; find it without regard to case");
  for (const char* time : {"", " a second time"}) {
    if (const auto gone = desk.cancel(id); !gone.ok())
      return fail("cancelling booking " + id + std::string(time) + ": " + described(gone.outcome) +
                  "; answer OK, also when it is cancelled already");
  }
  if (const auto found = desk.find(stay.reference).bookings.size(); found != 1)
    return fail(fmt::format("find_by_reference finds {} bookings once it is cancelled: cancelled ones too", found));
  return pass("booked, found without regard to case, cancelled twice, and still found");
}

/// Books until one unit is left.
void leave_one(Desk& desk, const Stay& wish) {
  constexpr std::uint32_t kMost = 60;
  auto left = desk.left(wish);
  if (left > kMost) throw Settled{skip(fmt::format("{} units are left of every type: too many to sell out", left))};
  while (left > 1) {
    booked(desk, desk.offered(wish.checkin, wish.checkout - wish.checkin));
    const auto now = desk.left(wish);
    if (now >= left)
      throw Settled{fail(
          fmt::format("availability tells {} units left, and after one more booking {}: count what was booked just now",
                      left, now))};
    left = now;
  }
}

struct Rival {
  Stay stay;
  Desk::Told told{};
};

/// All at once, each through the next of the desks.
void race(const std::vector<Desk*>& desks, std::vector<Rival>& rivals) {
  std::latch ready(static_cast<std::ptrdiff_t>(rivals.size()));
  std::vector<std::jthread> threads;
  threads.reserve(rivals.size());
  for (std::size_t i = 0; i < rivals.size(); ++i) {
    threads.emplace_back([&, i] {
      auto& [stay, told] = rivals[i];
      auto& desk = *desks[i % desks.size()];
      ready.arrive_and_wait();
      told = desk.settle(stay, desk.book(stay));
    });
  }
}

/// Empty: one has the room, and the others nothing.
std::string trouble_after(Desk& desk, const std::vector<Rival>& rivals) {
  const auto winners = std::ranges::count_if(rivals, [](const Rival& rival) { return rival.told.has_booked(); });
  if (winners != 1)
    return fmt::format(
        "{} of {} who asked at once for the last unit got it: look and book as one step (a lock, a revision, a read "
        "back after the booking)",
        winners, rivals.size());
  for (const auto& [stay, told] : rivals) {
    if (!told.has_booked() && told.outcome.status != AGENTE_E_CONFLICT)
      return "one who came too late for the last unit heard: " + described(told.outcome) + "; answer CONFLICT";
    if (const std::size_t wanted = told.has_booked() ? 1 : 0; desk.live(stay.reference).size() != wanted)
      return told.has_booked() ? "the booking of the one who got the last unit is not found by its reference"
                               : "who came too late for the last unit heard CONFLICT and has a booking all the same: "
                                 "cancel it before you answer";
  }
  if (const auto left = desk.left(rivals.front().stay); left != 0)
    return fmt::format("availability tells {} units left when the last was sold", left);
  return {};
}

Finding last_unit_once(Trial& trial) {
  constexpr agente_day kLater = 10;
  constexpr int kRounds = 3;
  constexpr std::size_t kRivals = 6;
  Desk one(trial, trial.start().instance);
  Desk two(trial, trial.start().instance);
  for (int round = 0; round < kRounds; ++round) {
    const auto night = trial.first_day() + kLater + round;
    leave_one(one, one.offered(night, 1));
    std::vector<Rival> rivals;
    rivals.reserve(kRivals);
    while (rivals.size() < kRivals) rivals.push_back({one.offered(night, 1)});
    race({&one, &two}, rivals);
    if (auto trouble = trouble_after(two, rivals); !trouble.empty()) return fail(std::move(trouble));
  }
  return pass(fmt::format("{} times {} asked at once for the last unit through two instances, and one got it", kRounds,
                          kRivals));
}

/// Empty: the booking that was cut off at its `at`th step is one booking now.
std::string trouble_of_cut(Desk& desk, const Stay& stay, std::uint32_t left_before, const Desk::Told& told) {
  const auto settled = desk.settle(stay, told);
  if (!settled.has_booked())
    return described(told.outcome) + ", and when the host looked it up and tried again: " + described(settled.outcome);
  if (const auto found = desk.live(stay.reference).size(); found != 1)
    return fmt::format("{}, and then find_by_reference finds {} bookings", described(told.outcome), found);
  if (const auto left = desk.left(stay); left + 1 != left_before)
    return fmt::format("{}, and then {} units were left where there had been {}: it was booked twice",
                       described(told.outcome), left, left_before);
  return {};
}

Finding cut_off_once(Trial& trial) {
  constexpr agente_day kLater = 15;
  const auto life = trial.start();
  Desk desk(trial, life.instance);
  int cuts = 0;
  for (const auto when : {TrialHost::Break::kAfter, TrialHost::Break::kBefore}) {
    for (int at = 1;; ++at) {
      const auto stay = desk.offered(trial.first_day() + kLater, 1);
      const auto left = desk.left(stay);
      life.host.break_at(at, when);
      const auto told = desk.book(stay);
      if (!life.host.mend()) break;  // it took fewer steps
      ++cuts;
      if (const auto trouble = trouble_of_cut(desk, stay, left, told); !trouble.empty())
        return fail(
            fmt::format("the connection broke {} step {} of a booking: {}; keep the reference with the booking "
                        "and look for it there",
                        when == TrialHost::Break::kAfter ? "after" : "at", at, trouble));
      for (const auto& booking : desk.live(stay.reference)) desk.cancel(booking.id);
    }
  }
  if (cuts == 0) return skip("it books without http and without kv: there is no connection to break");
  return pass(fmt::format("cut off at {} places, and each time one booking came of it", cuts));
}

constexpr auto kPms = static_cast<std::uint32_t>(AGENTE_KIND_PMS);
constexpr std::string_view kBooks = "kind/one-booking-per-reference";

constexpr Check kChecks[] = {
    {.id = kBooks,
     .about = "Something that the PMS offers is booked three times with the same reference, the last time by another "
              "instance: one booking comes of it, and find_by_reference finds that one. Skipped where nothing is on "
              "offer without the vendor.",
     .run = &one_booking_per_reference,
     .needs = kWorks,
     .kind = kPms,
     .online = true},
    {.id = "kind/booking-lives",
     .about = "A booking is found by its id without regard to case, can be cancelled, also twice, and is found by its "
              "reference even then. Skipped where nothing is on offer without the vendor.",
     .run = &booking_lives,
     .needs = kBooks,
     .kind = kPms,
     .online = true},
    {.id = "kind/last-unit-once",
     .about = "Six ask at the same moment for the last unit of a type, through two instances, three times over: one "
              "gets it, the others hear CONFLICT and have no booking, and then none is left.",
     .run = &last_unit_once,
     .needs = kBooks,
     .kind = kPms,
     .online = true},
    {.id = "kind/cut-off-booking-is-one",
     .about = "The connection to the provider or the store breaks while it books: at the first request or kv write of "
              "the call, at the second and so on, once it was carried out and once before. The host then does what it "
              "does: UNKNOWN_OUTCOME is looked up by find_by_reference, what did not happen is booked again. One "
              "booking must come of it, never two, and no unit may be lost.",
     .run = &cut_off_once,
     .needs = kBooks,
     .also = "kind/booking-lives",
     .kind = kPms,
     .online = true},
};

}  // namespace

std::span<const Check> pms_checks() { return kChecks; }

}  // namespace agente::conformance
