#pragma once

#include <string>
#include <utility>

#include "plugins/pms_backend.hpp"

namespace agente::pms {

/// Stands for a PMS whose plugin is not connected: every call is to be made again later (kRetry). A gateway to it keeps
/// what guests accepted, and gives it up in time. Thread-safe.
class AbsentPms final : public plugins::PmsBackend {
 public:
  AbsentPms(std::string id, std::string plugin) : id_(std::move(id)), plugin_(std::move(plugin)) {}

  [[nodiscard]] const std::string& id() const override { return id_; }
  [[nodiscard]] std::string plugin() const override { return plugin_; }

  Result<std::vector<plugins::RoomType>> rooms(std::string_view) override { return why(); }
  Result<std::vector<plugins::Offer>> availability(const plugins::StayQuery&, std::string_view) override {
    return why();
  }
  Result<plugins::Booking> book(const plugins::BookingRequest&, std::string_view) override { return why(); }
  Result<std::vector<plugins::Booking>> find_by_reference(std::string_view, std::string_view) override { return why(); }
  Result<plugins::Booking> get(std::string_view, std::string_view) override { return why(); }
  Result<plugins::Booking> change(const plugins::BookingChange&, std::string_view) override { return why(); }
  Result<plugins::Booking> cancel(std::string_view, std::string_view, std::string_view) override { return why(); }
  Result<plugins::Booking> set_stay_status(std::string_view, plugins::StayStatus, std::string_view) override {
    return why();
  }
  Result<plugins::Changes> changes_since(std::string_view, int, std::string_view) override { return why(); }
  Result<void> health(std::string_view) override { return why(); }

 private:
  [[nodiscard]] Error why() const {
    return {Code::kRetry, "the PMS plugin " + plugin_ + " is not connected; see agentctl plugin list"};
  }

  const std::string id_;
  const std::string plugin_;
};

}  // namespace agente::pms
