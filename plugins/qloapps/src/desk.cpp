#include "desk.hpp"

#include "values.hpp"

namespace qloapps {

using agente::error;
using namespace std::chrono;

Desk::Turn::Turn(Desk& desk, agente::call call) : desk_(desk) {
  std::unique_lock lock(desk_.mutex_);
  if (!desk_.is_free_.wait_for(lock, call.remaining(), [&] { return !desk_.is_taken_; }))
    throw error(AGENTE_E_TIMEOUT, "other bookings are being made in QloApps, one at a time; this one was not begun");
  desk_.is_taken_ = true;
}

Desk::Turn::~Turn() {
  const std::lock_guard lock(desk_.mutex_);
  desk_.is_taken_ = false;
  desk_.is_free_.notify_one();
}

agente::day Desk::today() const { return host.local_day(host.now(), host.instance().timezone); }

/// The host tells days only: how long this day still lasts tells the time.
agente::time_point Desk::local_now() const {
  const auto zone = host.instance().timezone;
  const auto now = host.now();
  const auto day = host.local_day(now, zone);
  seconds within{0};
  seconds beyond{hours{26}};  // a day with an hour more, and one to spare
  while (beyond - within > seconds{1}) {
    const auto middle = within + (beyond - within) / 2;
    (host.local_day(now + middle, zone) == day ? within : beyond) = middle;
  }
  return agente::time_point{day.time_since_epoch() + hours{24} - std::min<seconds>(beyond, hours{24})};
}

void sold_out(const std::string& word) {
  throw error(AGENTE_E_CONFLICT, "the " + word + " is sold out for these nights");
}

void must_cost(const agente::money& price, const agente::money& expected) {
  if (price == expected) return;
  throw error(AGENTE_E_CONFLICT, "the price is " + to_text(price) + ", not " + to_text(expected));
}

void must_be_sold_at(const Quote& quote, const Type& type, const Stay& stay, const agente::money& expected) {
  if (quote.free < stay.rooms.size()) sold_out(type.word);
  must_cost(quote.total, expected);
}

}  // namespace qloapps
