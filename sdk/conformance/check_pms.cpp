#include <algorithm>
#include <string>

#include "conformance/check.hpp"

// Property management systems: what can be judged without the vendor's.
namespace agente::conformance {
namespace {

const agente_pms_v1& table_of(const Instance& instance) { return instance.table<agente_pms_v1>(AGENTE_PMS_V1); }

/// Something this PMS sells, as it offers it; settles as skip when it offers nothing.
Stay offered_stay(Instance& instance) {
  Answer answer;
  const auto asked = perform(instance, availability_job(table_of(instance), {}), {}, answer);
  const auto found = std::ranges::find_if(answer.offers, [](const auto& offer) {
    constexpr std::uint32_t kHeads = 2;  // as many as every stay of this program has
    return offer.units_left > 0 && offer.capacity >= kHeads;
  });
  if (found == answer.offers.end()) throw Settled{skip("it offers nothing here: " + described(asked))};
  Stay stay;
  stay.room_type = found->room_type;
  stay.total = found->minor;
  stay.currency = found->currency;
  return stay;
}

std::size_t bookings_with(Instance& instance, const std::string& reference) {
  const auto jobs = jobs_of(instance);
  const auto find = std::ranges::find_if(jobs, [](const Job& job) { return job.name == "find_by_reference"; });
  Answer answer;
  const Asking asking{.text = [&](std::string_view, std::string_view) { return reference; }};
  perform(instance, *find, asking, answer);
  return answer.bookings.size();
}

Finding one_booking_per_reference(Trial& trial) {
  const auto life = trial.start();
  const auto stay = offered_stay(life.instance);
  const auto job = book_job(table_of(life.instance), stay);
  Answer first;
  Answer second;
  const auto booked = perform(life.instance, job, {}, first);
  if (booked.status != AGENTE_OK || first.bookings.empty()) return skip("it books nothing here: " + described(booked));
  const auto again = perform(life.instance, job, {}, second);
  if (again.status != AGENTE_OK || second.bookings.empty())
    return fail("booking again with the same reference: " + described(again) + "; answer the first booking");
  if (first.bookings[0].id != second.bookings[0].id)
    return fail("two bookings (" + first.bookings[0].id + ", " + second.bookings[0].id +
                ") for one reference: look for the reference before booking");
  if (const auto found = bookings_with(life.instance, stay.reference); found != 1)
    return fail("find_by_reference finds " + std::to_string(found) +
                " bookings after one was made: it must find that one");
  return pass("booked twice, and one booking was made");
}

/// Does the job of this name with a booking id of our own choice.
Outcome with_id(Instance& instance, std::string_view name, const std::string& id, Answer& answer) {
  const auto jobs = jobs_of(instance);
  const auto job = std::ranges::find_if(jobs, [&](const Job& one) { return one.name == name; });
  const Asking asking{.text = [&](std::string_view field, std::string_view ordinary) {
    return field == "booking_id" ? id : std::string(ordinary);
  }};
  return perform(instance, *job, asking, answer);
}

Finding booking_lives(Trial& trial) {
  const auto life = trial.start();
  const auto stay = offered_stay(life.instance);
  Answer booked;
  const auto made = perform(life.instance, book_job(table_of(life.instance), stay), {}, booked);
  if (made.status != AGENTE_OK || booked.bookings.empty()) return skip("it books nothing here: " + described(made));
  auto id = booked.bookings[0].id;
  std::ranges::transform(id, id.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  Answer got;
  if (const auto outcome = with_id(life.instance, "get", id, got);
      outcome.status != AGENTE_OK || got.bookings.size() != 1)
    return fail("get does not find booking " + id + ", just made: " + described(outcome) +
                "; find it without regard to case");
  for (const char* time : {"", " a second time"}) {
    Answer gone;
    if (const auto outcome = with_id(life.instance, "cancel", id, gone); outcome.status != AGENTE_OK)
      return fail("cancelling booking " + id + std::string(time) + ": " + described(outcome) +
                  "; answer OK, also when it is cancelled already");
  }
  if (const auto found = bookings_with(life.instance, stay.reference); found != 1)
    return fail("find_by_reference finds " + std::to_string(found) +
                " bookings once it is cancelled: cancelled ones too");
  return pass("booked, found without regard to case, cancelled twice, and still found");
}

Finding impossible_stays(Trial& trial) {
  const auto life = trial.start();
  for (const agente_day nights : {0, -3}) {
    Stay stay;
    stay.checkout = stay.checkin + nights;
    Answer answer;
    const auto outcome = perform(life.instance, availability_job(table_of(life.instance), stay), {}, answer);
    if (outcome.status == AGENTE_OK)
      return fail("availability answers OK for a stay of " + std::to_string(nights) + " nights: answer INVALID");
    const auto booked = perform(life.instance, book_job(table_of(life.instance), stay));
    if (booked.status == AGENTE_OK)
      return fail("it books a stay of " + std::to_string(nights) + " nights: answer INVALID");
  }
  return pass("stays without a night are refused");
}

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

Finding changes_with_cursor(Trial& trial) {
  const auto life = trial.start();
  constexpr std::size_t kPage = 50;
  const auto jobs = jobs_of(life.instance);
  const auto changes = std::ranges::find_if(jobs, [](const Job& job) { return job.name == "changes_since"; });
  std::string cursor;
  for (int page = 0; page < 3; ++page) {
    Answer answer;
    const auto outcome = perform(life.instance, *changes, {.text = [&](auto, auto) { return cursor; }}, answer);
    if (outcome.status != AGENTE_OK) return skip("it tells no changes here: " + described(outcome));
    if (answer.bookings.size() > kPage)
      return fail("changes_since writes " + std::to_string(answer.bookings.size()) +
                  " bookings where at most 50 were asked");
    if (!answer.bookings.empty() && answer.cursor == cursor)
      return fail("changes_since writes bookings and the same cursor again: the host would read them for ever");
    cursor = answer.cursor;
  }
  return pass("each page ends with the next cursor");
}

constexpr auto kPms = static_cast<std::uint32_t>(AGENTE_KIND_PMS);

constexpr Check kChecks[] = {
    {.id = "kind/one-booking-per-reference",
     .about = "Something that the PMS offers is booked twice with the same reference: one booking comes of it, and "
              "find_by_reference finds that one. Skipped where nothing is on offer without the vendor.",
     .run = &one_booking_per_reference,
     .needs = kWorks,
     .kind = kPms},
    {.id = "kind/booking-lives",
     .about = "A booking is found by its id without regard to case, can be cancelled, also twice, and is found by its "
              "reference even then. Skipped where nothing is on offer without the vendor.",
     .run = &booking_lives,
     .needs = "kind/one-booking-per-reference",
     .kind = kPms},
    {.id = "kind/impossible-stays-refused",
     .about = "A stay that ends before or when it begins is neither offered nor booked.",
     .run = &impossible_stays,
     .needs = kWorks,
     .kind = kPms},
    {.id = "kind/unknown-bookings-refused",
     .about = "get, change, cancel and set_stay_status do not answer OK for a booking that does not exist.",
     .run = &unknown_bookings,
     .needs = kWorks,
     .kind = kPms},
    {.id = "kind/changes-with-cursor",
     .about = "changes_since writes at most as many bookings as asked for, and a cursor that moves on.",
     .run = &changes_with_cursor,
     .needs = kWorks,
     .kind = kPms},
};

}  // namespace

std::span<const Check> pms_checks() { return kChecks; }

}  // namespace agente::conformance
