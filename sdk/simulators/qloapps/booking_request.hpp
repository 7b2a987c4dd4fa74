#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "simulators/qloapps/asked.hpp"

namespace agente::sim::qloapps {

struct WantedService {
  int id = 0;
  int quantity = 1;
};

struct WantedRoom {
  std::optional<int> room{};  ///< this one and no other
  int adults = 0;
  int children = 0;
  std::string child_ages = "[]";
  std::optional<double> unit_price{};
  std::optional<double> tax{};
  std::vector<WantedService> services{};
};

/// Rooms of one type for the same nights.
struct WantedStay {
  int room_type = 0;
  std::string from{};  ///< midnights
  std::string to{};
  double nights = 0;
  bool listed = false;  ///< the caller described each room
  std::vector<WantedRoom> rooms{};
};

struct WantedGuest {
  std::string firstname{};
  std::string lastname{};
  std::string email{};
  std::string phone{};
};

/// The body of POST and PUT /api/bookings.
struct WantedBooking {
  std::optional<int> id{};
  std::optional<int> booking_status{};
  int payment_status = 3;
  std::string source{};
  std::string remark{};
  int language = 1;
  WantedGuest guest{};
  double total_paid = 0;
  std::optional<double> total_price{};
  std::string payment_type{};
  std::string payment_method{};
  std::string transaction_id{};
  std::vector<WantedStay> stays{};
};

/// Reads JSON or XML. Throws what QloApps says of bad input: Refusal, or BareText where PHP dies of it.
WantedBooking read_new_booking(const Hotel& hotel, const std::string& body);
/// `exists` tells of the order the body names.
WantedBooking read_changed_booking(const Hotel& hotel, const std::string& body, const std::function<bool(int)>& exists);

}  // namespace agente::sim::qloapps
