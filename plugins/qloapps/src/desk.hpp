/// What all who write into QloApps share.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>

#include <agente/sdk.hpp>

#include "api.hpp"
#include "catalogue.hpp"
#include "orders.hpp"
#include "quotes.hpp"

namespace qloapps {

class Desk {
 public:
  Desk(agente::host services, Settings given) : host(services), settings(std::move(given)) {}
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;

  const agente::host host;
  const Settings settings;
  const Api api{host, settings};
  const Quotes quotes{api, settings};
  const Orders orders{api, settings};
  Catalogue catalogue{host, api, settings};

  /// Held by whoever writes: QloApps sells a room twice to two who come at once, so one after the other.
  class Turn {
   public:
    /// Waits for the others. Throws TIMEOUT when the call ends before.
    Turn(Desk& desk, agente::call call);
    ~Turn();
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    Desk& desk_;
  };

  [[nodiscard]] agente::day today() const;
  /// The hotel's local time now, as if it were UTC.
  [[nodiscard]] agente::time_point local_now() const;

 private:
  std::mutex mutex_;
  std::condition_variable is_free_;
  bool is_taken_ = false;  ///< guarded by mutex_
};

/// Runs what follows a write. Whatever fails in it but a CONFLICT leaves the outcome open: RETRY would say that nothing
/// happened.
template <class Work>
auto after_write(Work&& work) {
  try {
    return work();
  } catch (const agente::error& e) {
    if (e.code() == AGENTE_E_CONFLICT) throw;
    throw agente::error(AGENTE_E_UNKNOWN_OUTCOME, e.what());
  }
}

/// Throws CONFLICT when the type is sold out or costs something else than the guest accepted.
void must_be_sold_at(const Quote& quote, const Type& type, const Stay& stay, const agente::money& expected);
/// Throws CONFLICT when the price is another.
void must_cost(const agente::money& price, const agente::money& expected);
[[noreturn]] void sold_out(const std::string& word);

}  // namespace qloapps
