/// New bookings and cancellations.
#pragma once

#include <agente/sdk.hpp>

#include "booking_body.hpp"
#include "desk.hpp"

namespace qloapps {

/// Thread-safe.
class Reservations {
 public:
  explicit Reservations(Desk& desk) : desk_(desk) {}

  /// The booking with this reference, made now or before. A room that QloApps sold twice is given back by whoever came
  /// second: CONFLICT.
  [[nodiscard]] Order book(const agente::booking_request& request, agente::call call) const;
  /// Bookings with this reference, oldest first. One whose making was cut short is finished, or undone, first.
  [[nodiscard]] std::vector<Order> find(std::string_view reference, agente::call call) const;
  [[nodiscard]] Order cancel(std::string_view booking_id, agente::call call) const;

 private:
  [[nodiscard]] GuestCard guest_of(const agente::booking_request& request, agente::call call) const;
  [[nodiscard]] std::int64_t post(const agente::booking_request& request, const Type& type, const Segment& segment,
                                  agente::call call) const;
  [[nodiscard]] std::int64_t found_after_doubt(std::string_view reference, agente::call call) const;
  void must_be_ours_alone(const Order& order, agente::call call) const;
  void undo(const Order& order, agente::call call) const;
  [[nodiscard]] Order confirmed(Order order, agente::call call) const;
  [[nodiscard]] bool is_settled(const Order& order) const;

  Desk& desk_;
};

/// Throws CONFLICT when an earlier booking has one of these rooms; a later one is only logged, for it has to yield.
void must_not_be_second(const Order& order, const Desk& desk, agente::call call);

}  // namespace qloapps
