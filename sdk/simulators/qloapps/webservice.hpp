#pragma once

#include <nlohmann/json_fwd.hpp>

#include "simulators/qloapps/asked.hpp"
#include "simulators/qloapps/bookings.hpp"
#include "simulators/qloapps/world.hpp"

namespace agente::sim::qloapps {

/// Plays QloApps' webservice below /api. Thread-safe.
class Webservice {
 public:
  explicit Webservice(World& world) : world_(world) {}

  /// Answers a request to any path, and notes it in the journal.
  Reply answer(const Request& request);

 private:
  Reply respond(Asked& asked, nlohmann::json& note);
  void check_key(const Asked& asked);
  void check_rights(const Asked& asked, bool full_rights) const;
  Reply dispatch(const Asked& asked);
  Reply generic(const Asked& asked);
  std::optional<FaultRule> strike(std::string_view moment, const Asked& asked);
  Reply fail_before(const FaultRule& fault, const Asked& asked) const;
  void fail_after(const FaultRule& fault, const Asked& asked, Reply& reply) const;

  World& world_;
  Bookings bookings_{world_};
};

}  // namespace agente::sim::qloapps
