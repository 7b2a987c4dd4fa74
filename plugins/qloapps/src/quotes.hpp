/// What is free and what it costs.
#pragma once

#include <cstdint>
#include <map>
#include <set>

#include <agente/sdk.hpp>

#include "api.hpp"
#include "stay.hpp"

namespace qloapps {

/// QloApps' offer of one type for a stay. Prices are of the whole stay and all its rooms, with the services that the
/// shop adds by itself.
struct Quote {
  std::uint32_t free = 0;
  double net = 0;
  agente::money total = {};  ///< tax included
};

/// Thread-safe.
class Quotes {
 public:
  Quotes(const Api& api, const Settings& settings) : api_(api), settings_(settings) {}

  /// By id_room_type; `type` 0 asks for all. A type that QloApps does not list is not there.
  [[nodiscard]] std::map<std::int64_t, Quote> ask(agente::call call, const Stay& stay, std::int64_t type = 0) const;

 private:
  const Api& api_;
  const Settings& settings_;
};

}  // namespace qloapps
