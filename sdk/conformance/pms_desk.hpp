#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "conformance/trial.hpp"

namespace agente::conformance {

/// Asks a PMS as the host does, each call once. Thread-safe; what it has booked it cancels when it goes.
class Desk {
 public:
  /// What a call said and wrote.
  struct Told {
    Outcome outcome;
    std::vector<Answer::Offer> offers{};
    std::vector<Answer::Booking> bookings{};
    std::string cursor{};

    [[nodiscard]] bool ok() const { return outcome.status == AGENTE_OK; }
    /// It wrote a booking that is not cancelled.
    [[nodiscard]] bool has_booked() const;
  };

  Desk(Trial& trial, Instance& instance)
      : trial_(trial), instance_(instance), table_(instance.table<agente_pms_v1>(AGENTE_PMS_V1)) {}
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;
  ~Desk();

  Told offers(const Stay& stay);
  Told book(const Stay& stay);
  Told find(const std::string& reference);
  Told get(const std::string& id) { return with_id("get", id); }
  Told cancel(const std::string& id) { return with_id("cancel", id); }
  Told changes(const std::string& cursor, std::uint32_t limit);

  /// Books as the host does: what did not happen is tried again, what may have happened is looked up first. `told` is
  /// what the first attempt said.
  Told settle(const Stay& stay, Told told);

  /// These nights under a reference that nobody has used, in any type.
  [[nodiscard]] Stay wish(agente_day checkin, agente_day nights);
  /// Makes `wish` one for the type with the fewest units left, at its price; false when none is left of any.
  static bool choose(const std::vector<Answer::Offer>& offers, Stay& wish);
  /// A wish for what is on offer then. Settles as skip when nothing is.
  Stay offered(agente_day checkin, agente_day nights);
  /// Units of the stay's type that are left in its nights.
  std::uint32_t left(const Stay& stay);
  /// Those with this reference that are not cancelled.
  std::vector<Answer::Booking> live(const std::string& reference);

 private:
  Told ask(const Job& job, const Asking& asking = {});
  Told with_id(std::string_view job, const std::string& id);

  Trial& trial_;
  Instance& instance_;
  const agente_pms_v1& table_;
  std::mutex mutex_;
  std::vector<std::string> made_;  ///< guarded by mutex_
};

/// "EUR 20000 (minor units)", or "none".
[[nodiscard]] std::string money_text(std::int64_t minor, const std::string& currency);
/// "2028-02-29".
[[nodiscard]] std::string day_text(agente_day day);

}  // namespace agente::conformance
