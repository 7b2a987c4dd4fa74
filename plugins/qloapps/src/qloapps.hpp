#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <agente/sdk.hpp>
#include <agente_schema.hpp>

#include "changes.hpp"
#include "desk.hpp"
#include "reservations.hpp"
#include "watch.hpp"

namespace qloapps {

/// QloApps 1.7 by its webservice.
///
/// Thread-safe: reads run beside each other, writes one after the other.
class QloApps {
 public:
  static constexpr std::string_view id = "qloapps";
  static constexpr std::string_view version = "1.0.0";
  static constexpr std::string_view schema = agente_schema;

  QloApps(agente::host host, std::string_view config_json) : desk_(host, read_settings(config_json)) {}

  std::vector<agente::room_type> rooms(agente::call call);
  std::vector<agente::offer> availability(const agente::stay_query& query, agente::call call);
  agente::booking book(const agente::booking_request& request, agente::call call);
  std::vector<agente::booking> find_by_reference(std::string_view reference, agente::call call);
  agente::booking get(std::string_view booking_id, agente::call call);
  agente::booking change(const agente::booking_change& change, agente::call call);
  agente::booking cancel(std::string_view booking_id, std::string_view reason, agente::call call);
  agente::booking set_stay_status(std::string_view booking_id, agente::stay_status status, agente::call call);
  agente::changes changes_since(std::string_view cursor, std::uint32_t limit, agente::call call);
  void health(agente::call call);

 private:
  [[nodiscard]] agente::booking told(const Order& order, agente::call call);

  Desk desk_;
  Reservations reservations_{desk_};
  Changes changes_{desk_};
  Watch watch_{desk_};
};

}  // namespace qloapps
