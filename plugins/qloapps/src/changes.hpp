/// Changes of dates, type or party.
#pragma once

#include <agente/sdk.hpp>

#include "booking_body.hpp"
#include "desk.hpp"

namespace qloapps {

/// Thread-safe.
class Changes {
 public:
  explicit Changes(Desk& desk) : desk_(desk) {}

  /// The booking as it is now. What was done under a key is not done again: the key stands in the booking's remarks.
  [[nodiscard]] Order change(const agente::booking_change& wish, agente::call call) const;

  /// Units free for `order` itself: QloApps counts a booking's own rooms as taken, but lets it keep its nights and add
  /// others.
  [[nodiscard]] std::uint32_t free_for(const Order& order, const Type& type, const Stay& stay, std::uint32_t free,
                                       agente::call call) const;

 private:
  struct Plan;
  [[nodiscard]] Order rebook(const Plan& plan, agente::call call) const;
  [[nodiscard]] Order reseat(const Plan& plan, agente::call call) const;
  [[nodiscard]] std::vector<Segment> kept_and_added(const Plan& plan, agente::call call) const;
  [[noreturn]] void must_be_left_to_a_person(const Plan& plan, agente::call call) const;
  void put(const Order& order, const std::vector<Segment>& segments, const agente::money& total,
           const std::string& remark, agente::call call) const;
  void put_back(const Plan& plan, agente::call call) const;

  Desk& desk_;
};

}  // namespace qloapps
