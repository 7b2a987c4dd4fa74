#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/records.hpp"
#include "store/sql.hpp"

/// The mirror of a hotel's PMS: what it holds, as last seen, whoever booked it. The PMS is right where they differ.
/// Names stay there: nothing here needs those of guests who never wrote to us.
namespace agente::store {

enum class StayState { kBooked, kInHouse, kLeft, kCancelled };

struct PmsBooking {
  std::string hotel;
  std::string backend;  ///< the plugin that holds it
  std::string id;       ///< the PMS' own
  std::string reference;
  StayState state = StayState::kBooked;
  std::string room_type;
  Day checkin{};
  Day checkout{};
  int adults = 0;
  int children = 0;
  int rooms = 1;
  std::optional<Money> total;
  Time seen_at{};
};

[[nodiscard]] std::string_view name_of(StayState state);  ///< "BOOKED", "IN_HOUSE", "LEFT", "CANCELLED"

/// All take part in the caller's transaction and throw sql::Failure.
namespace pms_bookings {
/// Inserts or replaces.
void put(sql::Connection& connection, const PmsBooking& booking);
std::optional<PmsBooking> find(sql::Connection& connection, std::string_view hotel, std::string_view backend,
                               std::string_view id);
/// Stays that end on `day` or later, by id after `after`.
struct Page {
  std::string hotel;
  std::string backend;
  Day day{};
  std::string after;
  int limit = 500;
};
std::vector<PmsBooking> list(sql::Connection& connection, const Page& page);
/// Rooms of one type that one PMS has given to guests for a night.
struct Taken {
  std::string backend;
  std::string room_type;
  int rooms = 0;
};
/// For the night that begins on `day`, a line per booking. Who has left since is counted once that night is over
/// (`is_past`): he slept there.
std::vector<Taken> taken(sql::Connection& connection, std::string_view hotel, Day day, bool is_past);
}  // namespace pms_bookings

}  // namespace agente::store
