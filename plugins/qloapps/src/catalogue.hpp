/// The room types of the hotel: our words, QloApps' ids, and what one of each holds.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <agente/sdk.hpp>

#include "api.hpp"

namespace qloapps {

struct Type {
  std::string word = {};  ///< ours: double, suite ...
  std::int64_t id = 0;    ///< id_room_type
  std::string name = {};  ///< as QloApps has it
  std::uint32_t count = 0;
  std::uint32_t max_adults = 0;
  std::uint32_t max_children = 0;
  std::uint32_t max_guests = 0;
};

/// Thread-safe. Asks QloApps at first use and again after a while, so that a new room is sold without a restart.
class Catalogue {
 public:
  Catalogue(agente::host host, const Api& api, const Settings& settings)
      : host_(host), api_(api), settings_(settings) {}

  /// Throws CONFIG when no type of the hotel has a word of ours.
  [[nodiscard]] std::vector<Type> types(agente::call call);
  /// Throws NOT_FOUND naming the types there are.
  [[nodiscard]] Type type(std::string_view word, agente::call call);

 private:
  [[nodiscard]] std::vector<Type> load(agente::call call) const;

  agente::host host_;
  const Api& api_;
  const Settings& settings_;
  std::mutex mutex_;
  std::vector<Type> known_;           ///< guarded by mutex_
  agente::time_point known_since_{};  ///< guarded by mutex_
};

/// Our word for a type by its name in any of the languages of the shop; empty when the name says none, or two.
[[nodiscard]] std::string word_in(std::string_view name);

}  // namespace qloapps
