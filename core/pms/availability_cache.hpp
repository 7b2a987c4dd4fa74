#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cache/cache.hpp"
#include "plugins/pms_backend.hpp"

namespace agente::pms {

/// What a PMS has just said to be free, for guests who ask the same within seconds: of one hotel and backend, shared by
/// hosts. For offers only: whether a booking is possible, the PMS itself says when it books.
///
/// All answers hang on one stamp, and a write of ours replaces it. So an answer that was on its way while we wrote is
/// filed under the old stamp, where nobody finds it. A write that Redis does not hear of leaves old offers for `ttl`.
/// Thread-safe.
class AvailabilityCache {
 public:
  using Offers = std::vector<plugins::Offer>;
  /// Without `cache`, nothing is ever found.
  AvailabilityCache(cache::Cache* cache, std::string hotel, std::string backend, Millis ttl);

  /// The stamp of now: read it before the PMS is asked.
  [[nodiscard]] std::string stamp();
  [[nodiscard]] std::optional<Offers> find(const std::string& stamp, const plugins::StayQuery& query);
  void keep(const std::string& stamp, const plugins::StayQuery& query, const Offers& offers);
  /// A write may have changed what is free.
  void forget();

 private:
  [[nodiscard]] std::string key(const std::string& stamp, const plugins::StayQuery& query) const;

  cache::Cache* cache_;
  std::string name_;
  Millis ttl_;
};

}  // namespace agente::pms
