#pragma once

#include "simulators/common/control.hpp"
#include "simulators/qloapps/world.hpp"

namespace agente::sim::qloapps {

/// `/__sim/...`: arms faults, works the back office, shows the book. Its own errors are `{"error":"..."}`. Thread-safe.
class Control {
 public:
  explicit Control(World& world);

  Reply answer(const Request& request) { return answer_at(desk_, request); }

 private:
  Reply log(const Request& request);
  Reply fault(const Request& request);
  Reply book(const Request& request);
  Reply shop(const Request& request);
  Reply rights(const Request& request);
  Reply numbers(const Request& request);
  Reply reset(const Request& request);

  World& world_;
  const Desk desk_;
};

}  // namespace agente::sim::qloapps
