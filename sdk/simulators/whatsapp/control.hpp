#pragma once

#include "simulators/common/control.hpp"
#include "simulators/whatsapp/world.hpp"

namespace agente::sim::whatsapp {

/// `/__sim/...` and the page: arms faults, plays guests, tells what happened. Its own errors are `{"error":"..."}` with
/// 400, 404 or 409. Thread-safe.
class Control {
 public:
  explicit Control(World& world);

  Reply answer(const Request& request);

 private:
  Reply log(const Request& request);
  Reply report(const Request& request);
  Reply mix(const Request& request);
  Reply fault(const Request& request);
  Reply webhook(const Request& request);
  Reply guest(const Request& request);
  Reply clock(const Request& request);
  Reply token(const Request& request);
  Reply templates(const Request& request);
  Reply file(const Request& request);
  Reply reset(const Request& request);
  Reply post_nameless(Subject subject, const nlohmann::ordered_json& event, bool retry);
  nlohmann::json post(Parcel parcel, bool retry);

  World& world_;
  const Desk desk_;
};

/// The page at `/`: the conversations as on a telephone.
extern const char* const kPage;

}  // namespace agente::sim::whatsapp
