/// What has changed in QloApps, whoever changed it: the front desk, the web shop, a booking site, or we.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <agente/sdk.hpp>

#include "bookmark.hpp"
#include "desk.hpp"

namespace qloapps {

/// Follows two lists, since neither tells all: orders.date_upd stays when a guest is checked in, and
/// room_bookings.date_upd stays when a booking is cancelled. What moves neither (a guest's name, a clerk at work in the
/// database) is found by a slow pass over all stays that have not ended.
///
/// Not thread-safe: the host asks for changes one call after the other.
class Watch {
 public:
  explicit Watch(const Desk& desk) : desk_(desk) {}

  struct Sight {
    std::vector<Order> orders = {};  ///< as they are now, the longest unchanged first
    std::string next_cursor = {};
  };
  /// At most `limit` orders that changed since `cursor`. Throws what Api throws; then nothing has moved on, and the
  /// same cursor gives the same orders again.
  [[nodiscard]] Sight since(std::string_view cursor, std::uint32_t limit, agente::call call);

 private:
  struct List;
  /// Entries since the trail, oldest first: all of them, or as many as hold `wanted` that were not told.
  struct Listing {
    std::vector<Entry> entries = {};
    bool is_whole = false;
  };

  [[nodiscard]] Bookmark opened(std::string_view cursor, agente::call call) const;
  [[nodiscard]] Listing listed(const List& list, const Trail& trail, std::size_t wanted, agente::call call) const;
  void go_on_with_pass(Bookmark& bookmark, std::size_t most, std::vector<std::int64_t>& orders,
                       agente::call call) const;

  const Desk& desk_;
  std::map<std::int64_t, std::string> currencies_;  ///< by id_currency
};

}  // namespace qloapps
