/// Bookings as QloApps keeps them: an order, a row for each booked room, and the guest.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <agente/sdk.hpp>
#include <nlohmann/json.hpp>

#include "api.hpp"
#include "stay.hpp"

namespace qloapps {

/// One booked room.
struct Row {
  std::int64_t id = 0;
  std::int64_t order = 0;
  std::int64_t type = 0;
  std::int64_t hotel = 0;
  std::int64_t room = 0;
  std::int64_t status = 0;  ///< 1 allotted, 2 checked in, 3 checked out
  bool live = true;         ///< neither refunded nor cancelled nor overbooked
  agente::day from = {};
  agente::day to = {};
  Party party = {};
  std::string type_name = {};

  [[nodiscard]] bool overlaps(const Row& other) const { return from < other.to && other.from < to; }
};

struct Order {
  std::int64_t id = 0;
  std::int64_t state = 0;
  std::string source = {};
  agente::money total = {};
  std::string firstname = {};
  std::string lastname = {};
  std::string phone = {};
  std::string email = {};
  std::vector<std::string> remarks = {};
  agente::time_point created = {};  ///< the shop's local time
  agente::time_point updated = {};
  std::vector<Row> rows = {};

  [[nodiscard]] std::vector<Row> live_rows() const;
  /// The rows first: an order whose room QloApps has taken away looks alive. Then whether its guest is here or has
  /// left, and only then the order's own state.
  [[nodiscard]] agente::stay_status status() const;
  /// From the first night to the last, and who comes; of a cancelled order as it was.
  [[nodiscard]] Stay stay() const;
  [[nodiscard]] std::int64_t type() const { return rows.empty() ? 0 : rows.front().type; }
  [[nodiscard]] std::string name() const { return std::to_string(id); }
};

/// Thread-safe.
class Orders {
 public:
  Orders(const Api& api, const Settings& settings) : api_(api), settings_(settings) {}

  /// The booking with this id. NOT_FOUND, also when it is another hotel's of the same shop.
  [[nodiscard]] Order read(agente::call call, std::string_view booking_id) const;
  /// The orders with these ids, in their order, in a few requests; without those of another hotel and those that have
  /// lost their rooms. `currencies`, by id_currency, is filled as they come to be known.
  [[nodiscard]] std::vector<Order> read_all(agente::call call, const std::vector<std::int64_t>& ids,
                                            std::map<std::int64_t, std::string>& currencies) const;
  /// Ids of the orders that carry our reference, oldest first.
  [[nodiscard]] std::vector<std::int64_t> with_reference(agente::call call, std::string_view reference) const;
  /// Live rows of other bookings on the same room in the same nights. QloApps locks nothing: two clients that come at
  /// once both get the last room, and both are told that all is well.
  [[nodiscard]] std::vector<Row> rivals(agente::call call, const Row& row) const;

 private:
  [[nodiscard]] std::vector<Order> read_some(agente::call call, const std::vector<std::int64_t>& ids,
                                             std::map<std::int64_t, std::string>& currencies) const;

  const Api& api_;
  const Settings& settings_;
};

/// What orders.source holds for a booking of ours, and back: empty for bookings made elsewhere.
[[nodiscard]] std::string source_of(std::string_view reference);
[[nodiscard]] std::string reference_in(std::string_view source);

}  // namespace qloapps
