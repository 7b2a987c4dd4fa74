#pragma once

#include "messaging/lanes.hpp"
#include "messaging/turn.hpp"

namespace agente::messaging {

/// Guests' messages to turns: one at a time per guest, many guests at once. Thread-safe.
class Dispatch {
 public:
  /// `gives_way` as Lanes::Work.
  Dispatch(store::Store& store, const Clock& clock, Turn& turn, std::function<bool()> gives_way = {});

  void start(int workers) { lanes_.start(workers, "dispatch"); }
  void stop() { lanes_.stop(); }
  /// There are new messages in the store.
  void wake() { lanes_.wake(); }
  /// A message that was handled waits once more.
  void again(store::Inbound message) { lanes_.add(std::move(message)); }
  /// As Lanes.
  void hold(store::Parts parts) { lanes_.hold(parts); }
  [[nodiscard]] bool rests(store::Parts parts) { return lanes_.rests(parts); }
  void sweep() { lanes_.sweep(); }

 private:
  Lanes<store::Inbound> lanes_;
};

}  // namespace agente::messaging
