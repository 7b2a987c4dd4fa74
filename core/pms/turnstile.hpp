#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "plugins/serial_turn.hpp"
#include "store/pms_turns.hpp"
#include "store/store.hpp"

namespace agente::pms {

/// Lets one booking after the other through to a PMS, also of several hosts: there are PMS that sell the last room to
/// each of two who ask at the same moment. A host that dies with the turn in its hand loses it once the others find it
/// silent, after some seconds. Thread-safe.
class Turnstile {
 public:
  /// Without `turn.host`, there is no other host.
  Turnstile(store::Store& store, store::pms_turns::Turn turn) : store_(store), turn_(std::move(turn)) {}

  /// Gives the turn back at its end.
  class Pass {
   public:
    Pass(Turnstile& of, plugins::SerialTurn::Ticket ticket) : of_(&of), ticket_(ticket) {}
    ~Pass();
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;

   private:
    Turnstile* of_;
    plugins::SerialTurn::Ticket ticket_;
  };

  /// Waits for the turn; null when it did not come within `limit`.
  [[nodiscard]] std::unique_ptr<Pass> pass(Millis limit);

  /// Gives back what could not be given back because the store was away: else the other hosts would wait for ever. To
  /// be called now and then.
  void tidy();

 private:
  [[nodiscard]] bool take_from_other_hosts(Steady until) const;

  store::Store& store_;
  const store::pms_turns::Turn turn_;
  plugins::SerialTurn here_;
  std::atomic<bool> owed_ = false;  ///< other hosts may still see the turn as ours
};

}  // namespace agente::pms
