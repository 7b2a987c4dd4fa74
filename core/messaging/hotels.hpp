#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "concierge/flow.hpp"
#include "pms/gateway.hpp"

namespace agente::messaging {

/// The hotels of this host as a conversation needs them: facts from the YAML, room types from the PMS. Thread-safe.
class Hotels {
 public:
  explicit Hotels(const Clock& clock) : clock_(clock) {}

  /// Those of the configuration, in place of an earlier list: their messages wait until the PMS is connected.
  void expect(std::set<std::string> hotels);

  /// Takes the place of one with the same id. `gateway` must outlive this. `facts.room_types` is filled in from it.
  void add(concierge::Hotel facts, pms::Gateway& gateway);

  /// It is found no more; who holds its gateway, or asks for it, may finish with it.
  void remove(const std::string& hotel);

  /// Room types are at most ten minutes old, or as last known while the PMS is down. kNotFound: no such hotel.
  /// kRetry: its PMS is not connected, or has not answered once since the start.
  Result<concierge::Hotel> find(const std::string& hotel, std::string_view trace);
  /// nullptr when there never was such a hotel.
  pms::Gateway* gateway(const std::string& hotel);
  [[nodiscard]] std::vector<std::string> ids() const;

 private:
  struct Entry {
    concierge::Hotel facts;
    pms::Gateway* gateway = nullptr;
    Time asked{};
    bool removed = false;
  };
  const Clock& clock_;
  mutable std::mutex mutex_;
  std::map<std::string, Entry> entries_;
  std::set<std::string> expected_;
};

}  // namespace agente::messaging
