/// What the operator has set, without the key.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include <agente/sdk.hpp>

namespace qloapps {

struct Settings {
  std::string base_url = {};  ///< without a slash or /api at its end
  std::int64_t hotel_id = 0;
  std::map<std::string, std::int64_t> room_types = {};  ///< our word to id_room_type; empty: found by their names
  std::chrono::milliseconds timeout{5000};              ///< of one request
  int max_nights = 31;                                  ///< of one stay: what QloApps computes in time
  int confirmed_state = 3;                              ///< the order state of a confirmed booking; 0: left as it is
  int cancelled_state = 4;
};

/// Reads the config text. Throws CONFIG for what the schema cannot tell.
[[nodiscard]] Settings read_settings(std::string_view config_json);

}  // namespace qloapps
