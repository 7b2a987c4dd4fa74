#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "concierge/flow.hpp"
#include "messaging/bulkhead.hpp"
#include "pms/gateway.hpp"

namespace agente::messaging {

/// The hotels of this host as a conversation needs them: facts from the YAML, room types from the PMS. A hotel that has
/// moved to another PMS may have its former ones, too: what they hold stays there. Thread-safe.
class Hotels {
 public:
  static constexpr int kWorkers = 16;  ///< they wait for the disk and for PMS, mostly: one commit serves them all
  /// The plugins of each hotel's PMS, the one where it books and former ones.
  using Expected = std::map<std::string, std::set<std::string>>;

  /// `workers` handle the turns of all hotels.
  explicit Hotels(const Clock& clock, int workers = kWorkers) : clock_(clock), bulkhead_(workers) {}

  /// Those of the configuration, in place of an earlier list: their messages wait until the PMS is connected. A former
  /// PMS that is not among them is asked no more.
  void expect(Expected hotels);

  /// Takes the place of one with the same id, which from now on books in `gateway`; that must outlive this.
  /// `facts.room_types` is filled in from it.
  void add(concierge::Hotel facts, pms::Gateway& gateway);
  /// A PMS where the hotel books no more; it must outlive this.
  void add_former(const std::string& hotel, pms::Gateway& gateway);

  /// The PMS of this gateway is configured and not connected: until it is, `stand_in` takes what guests accepted and
  /// gives it up in time (pms::AbsentPms). `books_there`: it is the one where the hotel books. It must outlive this.
  void add_absent(concierge::Hotel facts, pms::Gateway& stand_in, bool books_there);

  /// It is found no more; who holds its gateway, or asks for it, may finish with it.
  void remove(const std::string& hotel);

  /// Room types are at most ten minutes old, or as last known while the PMS is down. kNotFound: no such hotel.
  /// kRetry: its PMS is not connected, or has not answered once since the start. kRate: the PMS is to be asked for
  /// them and there is no place at it.
  Result<concierge::Hotel> find(const std::string& hotel, std::string_view trace);
  /// The same without room types, for what needs none; also while its PMS is not connected, if it has a stand-in.
  Result<concierge::Hotel> without_rooms(const std::string& hotel) const;
  /// A place at a PMS of the hotel, to be had before it is called and given back afterwards; null: come again.
  [[nodiscard]] std::unique_ptr<Bulkhead::Place> place_at_pms(const std::string& hotel);
  /// Where it books, or its stand-in; nullptr when there never was such a hotel.
  pms::Gateway* gateway(const std::string& hotel);
  /// The PMS of this plugin. kRetry: it is not connected. kUnsupported: the hotel does not have it, or not any more.
  Result<pms::Gateway*> gateway(const std::string& hotel, const std::string& backend);
  /// The same for what a guest accepted: also a stand-in.
  Result<pms::Gateway*> gateway_to_write(const std::string& hotel, const std::string& backend);
  /// Where it books, then former ones in no order.
  [[nodiscard]] std::vector<pms::Gateway*> gateways(const std::string& hotel) const;
  /// The plugins of its PMS, connected or not: where it books, then former ones.
  [[nodiscard]] std::vector<std::string> backends(const std::string& hotel) const;
  /// Those whose PMS is connected.
  [[nodiscard]] std::vector<std::string> ids() const;
  /// Those of the configuration, too.
  [[nodiscard]] std::vector<std::string> all() const;
  /// Empty, which counts as UTC, until the PMS where it books is connected. kNotFound: no such hotel.
  [[nodiscard]] Result<std::string> timezone(const std::string& hotel) const;

 private:
  struct Entry {
    concierge::Hotel facts;
    pms::Gateway* gateway = nullptr;
    std::map<std::string, pms::Gateway*> former;  ///< by plugin
    Time asked{};
    bool removed = false;
  };
  /// What stands in for PMS that are not connected.
  struct Absent {
    concierge::Hotel facts;
    pms::Gateway* gateway = nullptr;             ///< where it books; null: that one is connected
    std::map<std::string, pms::Gateway*> all{};  ///< by plugin
  };
  [[nodiscard]] Result<concierge::Hotel> last_known(const std::string& hotel) const;
  [[nodiscard]] bool is_expected(const std::string& hotel, const std::string& backend) const;
  void forget_former(const std::string& hotel, Entry& entry) const;

  const Clock& clock_;
  Bulkhead bulkhead_;
  mutable std::mutex mutex_;
  std::map<std::string, Entry> entries_;
  std::map<std::string, Absent> absent_;
  Expected expected_;
};

}  // namespace agente::messaging
