#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.hpp"
#include "base/money.hpp"
#include "base/result.hpp"
#include "plugins/channel.hpp"

/// The core's side of agente.pms/1 (plugin-api/include/agente/pms.h): the same records as owned C++ values.
namespace agente::plugins {

struct RoomType {
  std::string id{};                             ///< single, double, twin, triple, quadruple, family, suite
  std::string name_es{}, name_en{}, name_pt{};  ///< empty: the host's own word
  int count = 0;
  int capacity = 0;
};

struct StayQuery {
  Day checkin{};
  Day checkout{};
  int adults = 1;
  int children = 0;
  int rooms = 1;
  std::string room_type{};       ///< empty: all
  std::string except_booking{};  ///< its own units count as free
};

struct Offer {
  std::string room_type{};
  int units_left = 0;
  int capacity = 0;
  Money total{};                ///< whole stay, all rooms asked for, tax included
  std::string backend{};        ///< the plugin whose PMS offers it; filled in by the gateway
  std::optional<Time> as_of{};  ///< when the PMS said so, if it cannot be asked now; filled in by the gateway
};

enum class StayStatus { kBooked = 1, kInHouse = 2, kLeft = 3, kCancelled = 4 };

struct Booking {
  std::string booking_id{};
  std::string reference{};
  StayStatus status = StayStatus::kBooked;
  std::string room_type{};
  Day checkin{};
  Day checkout{};
  int adults = 0;
  int children = 0;
  int rooms = 1;
  std::string guest_name{}, phone{}, email{};
  Money total{};
  Time created{};
  Time updated{};
  std::string backend{};  ///< the plugin whose PMS holds it; filled in by the gateway
};

struct BookingRequest {
  std::string reference{};
  std::string room_type{};
  Day checkin{};
  Day checkout{};
  int adults = 1;
  int children = 0;
  int rooms = 1;
  std::string guest_name{}, phone{}, email{}, language{};
  Money expected_total{};
};

struct BookingChange {
  std::string booking_id{};
  std::string key{};
  std::string room_type{};
  Day checkin{};
  Day checkout{};
  int adults = 1;
  int children = 0;
  int rooms = 1;
  Money expected_total{};
};

struct Changes {
  std::vector<Booking> bookings{};
  std::string next_cursor{};
};

/// One PMS instance, whichever generation of its plugin is live now, but never another plugin: that would be another
/// hotel's books. Thread-safe and blocking, like Channel; it adds no promise of its own: deadlines, retries and
/// look-ups are the gateway's (core/pms).
class PmsBackend {
 public:
  virtual ~PmsBackend() = default;
  [[nodiscard]] virtual const std::string& id() const = 0;  ///< "<hotel>/pms", of a former one "<hotel>/pms/<plugin>"
  /// The plugin's id, e.g. "house-pms": label of metrics.
  [[nodiscard]] virtual std::string plugin() const = 0;

  virtual Result<std::vector<RoomType>> rooms(std::string_view trace) = 0;
  virtual Result<std::vector<Offer>> availability(const StayQuery& query, std::string_view trace) = 0;
  virtual Result<Booking> book(const BookingRequest& request, std::string_view trace) = 0;
  virtual Result<std::vector<Booking>> find_by_reference(std::string_view reference, std::string_view trace) = 0;
  virtual Result<Booking> get(std::string_view booking_id, std::string_view trace) = 0;
  virtual Result<Booking> change(const BookingChange& change, std::string_view trace) = 0;
  virtual Result<Booking> cancel(std::string_view booking_id, std::string_view reason, std::string_view trace) = 0;
  virtual Result<Booking> set_stay_status(std::string_view booking_id, StayStatus status, std::string_view trace) = 0;
  virtual Result<Changes> changes_since(std::string_view cursor, int limit, std::string_view trace) = 0;
  virtual Result<void> health(std::string_view trace) = 0;
};

}  // namespace agente::plugins
