#include "conformance/pms_desk.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

namespace agente::conformance {
namespace {

constexpr std::uint32_t kHeads = 2;  // as many as every stay of this program has

bool comes_again(agente_status status) {
  return status == AGENTE_E_RETRY || status == AGENTE_E_RATE || status == AGENTE_E_TIMEOUT;
}

bool is_live(const Answer::Booking& booking) { return booking.status != AGENTE_STAY_CANCELLED; }

const Job& job_named(const std::vector<Job>& jobs, std::string_view name) {
  return *std::ranges::find_if(jobs, [&](const Job& job) { return job.name == name; });
}

}  // namespace

std::string money_text(std::int64_t minor, const std::string& currency) {
  if (minor == 0 && currency.empty()) return "none";
  return fmt::format("{} {} (minor units)", currency, minor);
}

std::string day_text(agente_day day) {
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day}}};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

bool Desk::Told::has_booked() const { return ok() && !bookings.empty() && is_live(bookings.front()); }

Desk::~Desk() {
  for (const auto& id : made_) cancel(id);
}

Desk::Told Desk::ask(const Job& job, const Asking& asking) {
  Answer answer;
  auto outcome = perform(instance_, job, asking, answer);
  return {std::move(outcome), std::move(answer.offers), std::move(answer.bookings), std::move(answer.cursor)};
}

Desk::Told Desk::offers(const Stay& stay) { return ask(availability_job(table_, stay)); }

Desk::Told Desk::book(const Stay& stay) {
  auto told = ask(book_job(table_, stay));
  const std::lock_guard lock(mutex_);
  for (const auto& booking : told.bookings) made_.push_back(booking.id);
  return told;
}

Desk::Told Desk::find(const std::string& reference) {
  return ask(job_named(jobs_of(instance_), "find_by_reference"), {.text = [&](auto, auto) { return reference; }});
}

Desk::Told Desk::with_id(std::string_view job, const std::string& id) {
  return ask(job_named(jobs_of(instance_), job), {.text = [&](std::string_view field, std::string_view ordinary) {
               return field == "booking_id" ? id : std::string(ordinary);
             }});
}

Desk::Told Desk::changes(const std::string& cursor, std::uint32_t limit) {
  return ask(changes_job(table_, limit), {.text = [&](auto, auto) { return cursor; }});
}

Desk::Told Desk::settle(const Stay& stay, Told told) {
  constexpr int kMostAttempts = 10;
  for (int attempt = 0; attempt < kMostAttempts; ++attempt) {
    const bool in_doubt = told.outcome.status == AGENTE_E_UNKNOWN_OUTCOME;
    if (!in_doubt && !comes_again(told.outcome.status)) return told;
    if (in_doubt) {
      auto found = find(stay.reference);
      if (found.has_booked()) return found;
      if (!found.ok()) continue;
    }
    told = book(stay);
  }
  return told;
}

Stay Desk::wish(agente_day checkin, agente_day nights) {
  Stay stay;
  stay.reference = trial_.reference();
  stay.checkin = checkin;
  stay.checkout = checkin + nights;
  return stay;
}

bool Desk::choose(const std::vector<Answer::Offer>& offers, Stay& wish) {
  const Answer::Offer* fewest = nullptr;
  for (const auto& offer : offers) {
    const bool fits = offer.units_left > 0 && offer.capacity >= kHeads;
    if (fits && (fewest == nullptr || offer.units_left < fewest->units_left)) fewest = &offer;
  }
  if (fewest == nullptr) return false;
  wish.room_type = fewest->room_type;
  wish.total = fewest->minor;
  wish.currency = fewest->currency;
  return true;
}

Stay Desk::offered(agente_day checkin, agente_day nights) {
  auto stay = wish(checkin, nights);
  const auto told = offers(stay);
  if (!choose(told.offers, stay)) throw Settled{skip("it offers nothing here: " + described(told.outcome))};
  return stay;
}

std::uint32_t Desk::left(const Stay& stay) {
  const auto told = offers(stay);
  const auto ours = std::ranges::find(told.offers, stay.room_type, &Answer::Offer::room_type);
  return ours == told.offers.end() ? 0 : ours->units_left;
}

std::vector<Answer::Booking> Desk::live(const std::string& reference) {
  auto told = find(reference);
  if (!told.ok()) throw Settled{fail("looking for reference " + reference + ": " + described(told.outcome))};
  std::erase_if(told.bookings, [](const auto& booking) { return !is_live(booking); });
  return std::move(told.bookings);
}

}  // namespace agente::conformance
