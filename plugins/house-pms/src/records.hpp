#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <agente/sdk.hpp>
#include <nlohmann/json_fwd.hpp>

namespace house {

/// The layout of a record as it is kept. Version n+1 of the plugin reads n.
inline constexpr std::uint32_t kSchema = 1;

/// A booking and what else must be remembered of it.
struct Record {
  agente::booking booking{};
  std::uint64_t sequence = 0;  ///< of its last change; 0: from the config and never touched
  bool from_config = false;    ///< one of `existing`
  std::string cancel_reason{};
  std::vector<std::string> change_keys{};  ///< changes already made, the newest last

  bool operator==(const Record&) const = default;
};

/// Everything the hotel has written down. Bookings of the config appear here once they are changed.
struct Ledger {
  std::uint64_t last_number = 0;  ///< of a booking id; never given again
  std::uint64_t last_sequence = 0;
  std::map<std::string, Record> records{};  ///< by fold(booking_id)
};

/// Booking ids are compared without regard to case.
[[nodiscard]] std::string fold(std::string_view booking_id);

[[nodiscard]] nlohmann::json to_json(const Record& record);
/// Throws std::exception when it is not one of ours.
[[nodiscard]] Record record_of(const nlohmann::json& value);

}  // namespace house
