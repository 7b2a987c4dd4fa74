#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include <agente/sdk.hpp>
#include <agente_schema.hpp>

#include "books.hpp"
#include "vault.hpp"

namespace house {

/// The hotel's own small PMS: units, prices and bookings, kept in a file or in the host's store.
///
/// Thread-safe: one mutex. A booking is durable before it is answered; what cannot be written did not happen.
class HousePms {
 public:
  static constexpr std::string_view id = "house-pms";
  static constexpr std::string_view version = "1.0.0";
  static constexpr std::string_view schema = agente_schema;

  HousePms(agente::host host, std::string_view config_json);

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
  void refresh();
  template <class Ask>
  auto read(Ask&& ask);
  template <class Decide>
  agente::booking write(Decide&& decide);

  agente::host host_;
  std::mutex mutex_;
  Books books_;                   ///< guarded by mutex_
  std::unique_ptr<Vault> vault_;  ///< guarded by mutex_
  bool loaded_ = false;           ///< guarded by mutex_
};

}  // namespace house
