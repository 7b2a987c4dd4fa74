#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "config.hpp"
#include "records.hpp"

namespace house {

/// The party and the nights of a request that has been checked.
struct Stay {
  Nights nights{};
  std::uint32_t adults = 0;
  std::uint32_t children = 0;
  std::uint32_t units = 1;

  [[nodiscard]] std::uint64_t heads() const { return std::uint64_t{adults} + children; }
};

/// Throws INVALID for a stay that ends before it begins, is longer than a year, or asks for no unit at all.
[[nodiscard]] Stay checked_stay(Nights nights, std::uint32_t adults, std::uint32_t children, std::uint32_t units);

/// The hotel's rules over what is written down: what is free, what it costs, who is who. Pure; not thread-safe.
class Books {
 public:
  explicit Books(Config config) : config_(std::move(config)) {}

  [[nodiscard]] const Config& config() const { return config_; }
  Ledger ledger{};

  /// Throws NOT_FOUND naming the types there are.
  [[nodiscard]] const UnitType& type(std::string_view unit_type) const;

  /// Free units of a type over all these nights; the units `except` holds there count as free.
  [[nodiscard]] std::uint32_t units_left(const UnitType& type, Nights nights, std::string_view except) const;
  [[nodiscard]] agente::money price(const UnitType& type, const Stay& stay) const;

  /// Throws what forbids selling this stay at this price: INVALID too many heads, CONFLICT sold out or another price.
  void must_be_sellable(const UnitType& type, const Stay& stay, std::string_view except,
                        const agente::money& expected) const;

  /// By booking id, without regard to case, as it is now. Throws NOT_FOUND.
  [[nodiscard]] Record record(std::string_view booking_id) const;
  /// Oldest first.
  [[nodiscard]] std::vector<agente::booking> with_reference(std::string_view reference) const;

  /// At most `limit` bookings after `cursor`, oldest change first. A cursor that is not ours begins anew.
  [[nodiscard]] agente::changes changes_since(std::string_view cursor, std::uint32_t limit) const;

  /// The next booking id; no booking has or had it.
  [[nodiscard]] std::string take_id();
  /// Writes `record` into the ledger as the latest change.
  const Record& enter(Record record, agente::time_point now);

  /// Throws CONFIG when a ref of the config is the id of a booking made here.
  void must_agree_with_config() const;

 private:
  [[nodiscard]] bool is_untouched(const Record& of_config) const {
    return !ledger.records.contains(fold(of_config.booking.booking_id));
  }
  void for_each(const std::function<void(const Record&)>& visit) const;

  Config config_;
};

}  // namespace house
