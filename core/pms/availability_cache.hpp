#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "cache/cache.hpp"
#include "plugins/pms_backend.hpp"

namespace agente::pms {

/// What a PMS has just said to be free, for guests who ask the same within seconds: of one hotel and backend, shared by
/// hosts. For offers only: whether a booking is possible, the PMS itself says when it books.
///
/// All answers hang on one stamp, and a write of ours replaces it. So an answer that was on its way while we wrote is
/// filed under the old stamp, where nobody finds it. A write that Redis does not hear of leaves old offers for a while.
/// Thread-safe.
class AvailabilityCache {
 public:
  using Offers = std::vector<plugins::Offer>;
  /// How old an answer may be.
  struct Ages {
    Millis fresh{30'000};   ///< to be given instead of asking
    Millis stale{600'000};  ///< to be given when nobody can be asked
  };
  /// Without `cache`, nothing is ever found.
  AvailabilityCache(cache::Cache* cache, std::string hotel, std::string backend, const Clock& clock, Ages ages);

  /// The stamp of now: read it before the PMS is asked.
  [[nodiscard]] std::string stamp();
  /// A fresh answer.
  [[nodiscard]] std::optional<Offers> find(const std::string& stamp, const plugins::StayQuery& query);
  /// The last answer, fresh or stale, each offer with its `as_of`. One that offers nothing is worth nothing: none.
  [[nodiscard]] std::optional<Offers> last_known(const plugins::StayQuery& query);
  void keep(const std::string& stamp, const plugins::StayQuery& query, const Offers& offers);
  /// A write may have changed what is free.
  void forget();

 private:
  struct Answer {
    Time as_of;
    Offers offers;
  };
  static std::string written(const Answer& answer);
  static Answer read(const std::string& text);
  [[nodiscard]] std::optional<Answer> answer(const std::string& stamp, const plugins::StayQuery& query, Millis age);
  [[nodiscard]] std::string key(const std::string& stamp, const plugins::StayQuery& query) const;

  cache::Cache* cache_;
  std::string name_;
  const Clock& clock_;
  Ages ages_;
};

}  // namespace agente::pms
