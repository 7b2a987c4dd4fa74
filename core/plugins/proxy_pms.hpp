#pragma once

#include "plugins/pms_backend.hpp"
#include "plugins/route.hpp"

namespace agente::plugins {

/// A PmsBackend over agente.pms/1. Whatever breaks the rules of the headers on the way back is kInternal when reading,
/// kUnknownOutcome when writing (the PMS may have done it), with a sentence.
class ProxyPms final : public PmsBackend {
 public:
  explicit ProxyPms(Route& route) : route_(route) {}

  [[nodiscard]] const std::string& id() const override { return route_.instance(); }
  [[nodiscard]] std::string plugin() const override { return route_.plugin(); }

  Result<std::vector<RoomType>> rooms(std::string_view trace) override;
  Result<std::vector<Offer>> availability(const StayQuery& query, std::string_view trace) override;
  Result<Booking> book(const BookingRequest& request, std::string_view trace) override;
  Result<std::vector<Booking>> find_by_reference(std::string_view reference, std::string_view trace) override;
  Result<Booking> get(std::string_view booking_id, std::string_view trace) override;
  Result<Booking> change(const BookingChange& change, std::string_view trace) override;
  Result<Booking> cancel(std::string_view booking_id, std::string_view reason, std::string_view trace) override;
  Result<Booking> set_stay_status(std::string_view booking_id, StayStatus status, std::string_view trace) override;
  Result<Changes> changes_since(std::string_view cursor, int limit, std::string_view trace) override;
  Result<void> health(std::string_view trace) override;

 private:
  Route& route_;
};

}  // namespace agente::plugins
