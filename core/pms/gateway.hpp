#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "plugins/pms_backend.hpp"
#include "pms/availability_cache.hpp"
#include "pms/breaker.hpp"
#include "pms/doubts.hpp"
#include "pms/turnstile.hpp"
#include "store/store.hpp"

/// The only way to a hotel's PMS: deadline, breaker, and writes that happen once whatever is killed on the way.
namespace agente::pms {

/// What a guest accepted: the summary with this quote id, to be carried out once, by the PMS that `backend` names.
struct AcceptedBooking {
  std::string quote;  ///< unique per accepted summary
  store::GuestKey guest;
  plugins::BookingRequest request;  ///< `reference` is filled in by the gateway
  std::string backend{};            ///< the plugin whose PMS made the offer
};

struct AcceptedChange {
  std::string quote;
  store::GuestKey guest;
  plugins::BookingChange change;  ///< `key` is filled in by the gateway
  std::string backend{};          ///< the plugin whose PMS holds the booking
};

struct AcceptedCancel {
  std::string quote;
  store::GuestKey guest;
  std::string booking_id;
  std::string reason;
  std::string backend{};  ///< the plugin whose PMS holds the booking
};

/// How an accepted write ended.
struct WriteOutcome {
  enum class Kind {
    kDone,      ///< `booking` is what the PMS has now
    kConflict,  ///< sold out, another price, already over: the guest must decide anew
    kRefused,   ///< the PMS will never do it; `text` says why, for staff
    kNotYet,    ///< PMS down or outcome in doubt: ask again with the same quote, after `wait`
    kGivenUp,   ///< it waited too long, is not done and never will be: a person takes over; `text` is the last trouble
  };
  Kind kind = Kind::kNotYet;
  plugins::Booking booking;
  std::string text;
  Millis wait{};
  bool overdue = false;  ///< of kNotYet: it has waited too long and may be done; `text` names the reference to look for
};

struct GatewaySettings {
  Millis call_deadline{10'000};     ///< of one PMS call; the plugin instance's own deadline
  Millis booking_settle{30'000};    ///< after that, how long a lost call may still take effect there
  Millis booking_wait{900'000};     ///< after that, what is certainly not done is given up
  cache::Cache* cache = nullptr;    ///< of availability, for offers only; outlives the gateway. None: the PMS is asked
  Millis availability_ttl{30'000};  ///< how old an offer from it may be
  Millis availability_stale{600'000};  ///< and while the PMS cannot be asked; 0: none is given
  Millis breaker_pause{30'000};        ///< how long the breaker stays open before one call tries the PMS
  Turnstile* turnstile = nullptr;      ///< outlives the gateway, and is that of each gateway to the PMS. None: its own
};

/// Counts what happens, for /metrics; injected by app/.
struct GatewayMetrics {
  std::function<void(std::string_view backend, std::string_view call, std::string_view outcome)> call;
};

/// The gateway to one PMS of one hotel, the one where it books or one that it had before. Thread-safe; calls block.
///
/// Writes: one intent row per accepted summary, unique on (hotel, quote), with a reference derived from the quote, is
/// committed before the PMS is called. Calling again with the same quote after a crash, a lost answer or a retry never
/// books twice: a doubtful attempt is looked up by reference once it has settled, the oldest live booking is kept and
/// any other is cancelled before the outcome is told. The PMS is asked for one booking or change at a time.
///
/// What has waited for `booking_wait` is given up as soon as it is certain that it was not done: no attempt is made any
/// more. While that is in doubt it goes on waiting, and the outcome says that it is overdue.
class Gateway {
 public:
  Gateway(std::string hotel, plugins::PmsBackend& backend, store::Store& store, const Clock& clock,
          GatewaySettings settings, GatewayMetrics metrics);

  [[nodiscard]] const std::string& hotel() const { return hotel_; }
  [[nodiscard]] std::string backend() const { return backend_.plugin(); }
  /// The PMS itself, past breaker and cache: for those who follow it.
  [[nodiscard]] plugins::PmsBackend& pms() const { return backend_; }

  Result<std::vector<plugins::RoomType>> rooms(std::string_view trace);
  /// What may be offered; it may be as old as `availability_ttl`, but never older than our last write. While the PMS
  /// cannot be asked, what it said in the last `availability_stale` is given, and says of when it is.
  Result<std::vector<plugins::Offer>> availability(const plugins::StayQuery& query, std::string_view trace);
  Result<plugins::Booking> find(std::string_view booking_id, std::string_view trace);

  WriteOutcome book(const AcceptedBooking& accepted, std::string_view trace);
  WriteOutcome change(const AcceptedChange& accepted, std::string_view trace);
  WriteOutcome cancel(const AcceptedCancel& accepted, std::string_view trace);

  /// Asks the PMS itself, past the breaker. For readiness detail and `GET /api/v1/admin/pms/health`.
  Result<void> health(std::string_view trace);
  [[nodiscard]] BreakerStatus breaker_status() const;

 private:
  /// One kind of write: how to do it, and how to see whether an attempt in doubt took effect.
  struct Write {
    store::Intent intent;
    std::function<Result<plugins::Booking>()> attempt;
    /// The booking as it should be now, if it is; kNotFound: the attempt had no effect.
    std::function<Result<plugins::Booking>()> look_up;
    std::optional<Money> agreed{};  ///< what a new booking may cost; none: the write sells nothing
  };
  WriteOutcome once(Write write, std::string_view trace);
  WriteOutcome try_now(Write& write, std::string_view trace);
  WriteOutcome attempt(Write& write, Breaker::Pass pass, std::string_view trace);  // the intent is stored as attempted
  Result<plugins::Booking> alone(const Write& write);
  void mark_attempt(store::Intent& intent) const;
  WriteOutcome judge(Write& write, Result<plugins::Booking> result, std::string_view trace);
  /// Ends a write that took effect; a booking at another price than the guest accepted is cancelled instead.
  WriteOutcome keep(Write& write, plugins::Booking booking, std::string_view trace);
  WriteOutcome finish(Write& write, WriteOutcome outcome);
  WriteOutcome not_yet(Write& write, Millis wait, std::string text, std::string_view trace);
  WriteOutcome give_up(Write& write, std::string why, std::string_view trace);
  /// How long it may still wait; none: it is overdue.
  [[nodiscard]] Millis patience_left(const store::Intent& intent) const;
  Result<plugins::Booking> oldest_live(const std::string& reference, std::string_view trace);
  [[nodiscard]] Millis settle() const { return settings_.call_deadline + settings_.booking_settle; }
  Result<void> save(const store::Intent& intent);

  [[nodiscard]] std::vector<plugins::Offer> ours(std::vector<plugins::Offer> offers) const;
  /// What was last known, in place of an answer that did not come.
  Result<std::vector<plugins::Offer>> stale(const plugins::StayQuery& query, const Error& why, std::string_view trace);

  template <class T, class Call>
  Result<T> guarded(std::string_view name, std::string_view trace, const Call& call);
  /// How a call ended; no error: well.
  struct Ended {
    std::string_view call;
    const Error* error;
  };
  void note(Breaker::Pass pass, const Ended& ended, std::string_view trace);
  /// The breaker's permission for one call; whether it is the probe goes into the log.
  std::optional<Breaker::Pass> permission();

  std::string hotel_;
  plugins::PmsBackend& backend_;
  store::Store& store_;
  const Clock& clock_;
  GatewaySettings settings_;
  GatewayMetrics metrics_;
  Breaker breaker_;
  Doubts doubts_;
  Turnstile own_turnstile_;
  Turnstile& turnstile_;
  AvailabilityCache cached_;
};

}  // namespace agente::pms
