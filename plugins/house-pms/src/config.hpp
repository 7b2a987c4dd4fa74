#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "calendar.hpp"
#include "records.hpp"

namespace house {

/// A kind of unit, as the hotel sells it.
struct UnitType {
  agente::room_type told{};     ///< id, count, capacity, names
  std::int64_t rate_minor = 0;  ///< one night, tax included
};

struct SoldOut {
  std::string unit_type{};
  Nights nights{};
};

struct Config {
  std::vector<UnitType> types{};  ///< small ones first, cheap before dear
  std::vector<SoldOut> sold_out{};
  std::vector<Record> existing{};  ///< priced
  std::string file{};              ///< empty: the host's kv
  std::string currency{};
  std::string fingerprint{};  ///< changes when `existing` does

  [[nodiscard]] const UnitType* find(std::string_view unit_type) const;
};

/// Reads a config that has passed the schema. Throws CONFIG naming the key where it contradicts itself: an unknown unit
/// type, a day that does not exist, an end before its beginning, a ref that is there twice.
[[nodiscard]] Config read_config(std::string_view config_json, std::string_view currency);

}  // namespace house
