#include <chrono>
#include <cstdlib>
#include <ctime>
#include <string>

#include <fmt/format.h>

#include "conformance/check.hpp"
#include "conformance/pms_desk.hpp"

// Property management systems: dates and money come back as they were given.
namespace agente::conformance {
namespace {

using std::chrono::year;

/// What a booking says that is not what was agreed; empty: nothing.
std::string misfit(const Stay& stay, const Answer::Booking& booking) {
  if (booking.checkin != stay.checkin || booking.checkout != stay.checkout)
    return fmt::format("{} to {}, where {} to {} was asked for", day_text(booking.checkin), day_text(booking.checkout),
                       day_text(stay.checkin), day_text(stay.checkout));
  if (booking.minor != stay.total || booking.currency != stay.currency)
    return fmt::format("a total of {}, where {} was offered", money_text(booking.minor, booking.currency),
                       money_text(stay.total, stay.currency));
  return {};
}

/// The same of a call's answer, which must hold that one booking.
std::string misfit(const Stay& stay, const Desk::Told& told) {
  if (!told.ok() || told.bookings.size() != 1) return "no booking: " + described(told.outcome);
  return misfit(stay, told.bookings.front());
}

/// What book, get and find_by_reference tell that was not agreed.
std::string misfit_of_all(Desk& desk, const Stay& stay, const Desk::Told& booked) {
  if (auto why = misfit(stay, booked); !why.empty()) return "book tells " + why;
  if (auto why = misfit(stay, desk.get(booked.bookings[0].id)); !why.empty()) return "get tells " + why;
  if (auto why = misfit(stay, desk.find(stay.reference)); !why.empty()) return "find_by_reference tells " + why;
  return {};
}

Finding total_as_offered(Trial& trial) {
  constexpr agente_day kLater = 20;
  Desk desk(trial, trial.start().instance);
  const auto stay = desk.offered(trial.first_day() + kLater, 2);
  const auto booked = desk.book(stay);
  if (!booked.has_booked()) return fail("a booking at the total that availability told: " + described(booked.outcome));
  if (const auto why = misfit_of_all(desk, stay, booked); !why.empty())
    return fail(why +
                ": the host cancels a new booking whose total is not the one the guest accepted, so each booking has "
                "to tell the offer's total and currency");
  auto dearer = stay;
  dearer.reference = trial.reference();
  dearer.total += 1;
  if (const auto told = desk.book(dearer); told.has_booked())
    return fail("it books although expected_total is no longer the price: answer CONFLICT");
  return pass("each booking tells the total that was offered, and another price is refused");
}

agente_day day_of(year y, unsigned month, unsigned day) {
  const std::chrono::year_month_day date{y, std::chrono::month{month}, std::chrono::day{day}};
  return static_cast<agente_day>(std::chrono::sys_days{date}.time_since_epoch().count());
}

struct Nights {
  const char* what;
  agente_day from;
  agente_day to;
};

std::vector<Nights> hard_nights(agente_day first_day) {
  const std::chrono::sys_days first{std::chrono::days{first_day}};
  const auto next = std::chrono::year_month_day{first}.year() + std::chrono::years{1};
  auto leap = next;
  while (!leap.is_leap()) ++leap;
  const auto common = leap + std::chrono::years{1};
  const auto march = day_of(common, 3, 1);
  constexpr agente_day kYear = 365;
  return {{"the end of a month", day_of(next, 4, 30), day_of(next, 5, 1)},
          {"31 December", day_of(next, 12, 31), day_of(next + std::chrono::years{1}, 1, 1)},
          {"into 29 February", day_of(leap, 2, 28), day_of(leap, 2, 29)},
          {"out of 29 February", day_of(leap, 2, 29), day_of(leap, 3, 1)},
          {"over 29 February", day_of(leap, 2, 28), day_of(leap, 3, 1)},
          {"the end of a February of 28 days", day_of(common, 2, 28), day_of(common, 3, 1)},
          {"365 nights", march, march + kYear}};
}

/// Empty: it is booked as asked for, or refused as a thing that is not sold; `told` says which.
std::string trouble_of(Desk& desk, const Nights& nights, std::string& told) {
  auto stay = desk.wish(nights.from, nights.to - nights.from);
  const auto asked = desk.offers(stay);
  const bool offered = asked.ok() && Desk::choose(asked.offers, stay);
  const auto booked = offered ? desk.book(stay) : asked;
  if (offered && booked.ok()) {
    told += fmt::format(", {} booked", nights.what);
    auto trouble = misfit_of_all(desk, stay, booked);
    for (const auto& one : booked.bookings) desk.cancel(one.id);  // the next one may be for the same nights
    return trouble;
  }
  told += fmt::format(", {} not sold", nights.what);
  const auto status = booked.outcome.status;
  const bool clean = status == AGENTE_OK || status == AGENTE_E_INVALID || status == AGENTE_E_CONFLICT;
  return clean ? "" : described(booked.outcome) + "; answer INVALID or CONFLICT to what is not sold";
}

/// A year for the price of its first night.
std::string trouble_with_year(Desk& desk, const Nights& year) {
  const auto whole = desk.offers(desk.wish(year.from, year.to - year.from)).offers;
  const auto first = desk.offers(desk.wish(year.from, 1)).offers;
  for (const auto& offer : whole) {
    for (const auto& night : first) {
      if (offer.room_type == night.room_type && night.minor > 0 && offer.minor <= night.minor)
        return fmt::format("{} nights of type {} cost {}, and one night {}: count the nights", year.to - year.from,
                           offer.room_type, offer.minor, night.minor);
    }
  }
  return {};
}

Finding hard_dates(Trial& trial) {
  Desk desk(trial, trial.start().instance);
  const auto all = hard_nights(trial.first_day());
  std::string told;
  for (const auto& nights : all) {
    if (const auto trouble = trouble_of(desk, nights, told); !trouble.empty())
      return fail(fmt::format("{}, {} to {}: {}", nights.what, day_text(nights.from), day_text(nights.to), trouble));
  }
  if (auto trouble = trouble_with_year(desk, all.back()); !trouble.empty()) return fail(std::move(trouble));
  return pass(told.substr(2));
}

Finding any_time_zone(Trial& trial) {
  constexpr agente_day kLater = 25;
  struct Zone {
    const char* where;
    const char* tz;  ///< with its rule, as a machine may have no list of zones
  };
  constexpr Zone kZones[] = {{"Kiritimati", "<+14>-14"}, {"Adak", "<-10>10"}};
  std::vector<Stay> stays;
  for (const auto& [where, tz] : kZones) {
    ::setenv("TZ", tz, 1);  // NOLINT(concurrency-mt-unsafe): one thread
    ::tzset();
    Desk desk(trial, trial.start().instance);  // opened under this zone
    stays.push_back(desk.offered(trial.first_day() + kLater, 2));
    if (const auto made = desk.book(stays.back()); !made.has_booked())
      return fail(fmt::format("where the machine's clock is that of {}: {}", where, described(made.outcome)));
    for (const auto& stay : stays) {
      if (const auto why = misfit(stay, desk.find(stay.reference)); !why.empty())
        return fail(
            fmt::format("where the machine's clock is that of {}, find_by_reference tells {}: a stay's days are "
                        "days of the hotel's calendar; never turn them into moments of local time",
                        where, why));
    }
  }
  return pass("the same days under TZ of Kiritimati (UTC+14) and of Adak (UTC-10), also those booked under the other");
}

Finding impossible_stays(Trial& trial) {
  Desk desk(trial, trial.start().instance);
  for (const agente_day nights : {0, -3}) {
    const auto stay = desk.wish(trial.first_day(), nights);
    if (desk.offers(stay).ok())
      return fail(fmt::format("availability answers OK for a stay of {} nights: answer INVALID", nights));
    if (desk.book(stay).ok()) return fail(fmt::format("it books a stay of {} nights: answer INVALID", nights));
  }
  return pass("stays without a night are refused");
}

constexpr auto kPms = static_cast<std::uint32_t>(AGENTE_KIND_PMS);
constexpr std::string_view kBooks = "kind/one-booking-per-reference";
constexpr std::string_view kTotals = "kind/total-as-offered";

constexpr Check kChecks[] = {
    {.id = kTotals,
     .about = "What book, get and find_by_reference tell of a new booking has the total and the currency that "
              "availability offered, and a booking at another expected_total is refused. The host cancels a booking "
              "that was made at another total than the guest accepted, or that tells none.",
     .run = &total_as_offered,
     .needs = kBooks,
     .also = "kind/records-valid",
     .kind = kPms,
     .online = true},
    {.id = "kind/impossible-stays-refused",
     .about = "A stay that ends before or when it begins is neither offered nor booked.",
     .run = &impossible_stays,
     .needs = kWorks,
     .kind = kPms,
     .online = true},
    {.id = "kind/hard-dates",
     .about = "Stays over the end of a month and of a year, into, out of and over 29 February, over the end of a "
              "February of 28 days, and of 365 nights are booked with the very days and total that were asked for, or "
              "refused with INVALID or CONFLICT; a year costs more than a night. (The ABI counts days, so nobody can "
              "ask for a 29 February that is none: refuse it where you read dates yourself.)",
     .run = &hard_dates,
     .needs = kTotals,
     .kind = kPms,
     .online = true},
    {.id = "kind/any-time-zone",
     .about = "With the machine's TZ 14 hours ahead of UTC and then 10 behind it, a booking has the days that were "
              "asked for, also one that was made under the other zone: days are the hotel's, whatever clock the "
              "machine has.",
     .run = &any_time_zone,
     .needs = kBooks,
     .kind = kPms,
     .online = true},
};

}  // namespace

std::span<const Check> pms_stay_checks() { return kChecks; }

}  // namespace agente::conformance
