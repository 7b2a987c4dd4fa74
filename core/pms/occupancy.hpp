#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "config/config.hpp"
#include "store/store.hpp"

namespace agente::pms {

/// The house whose occupancy is asked for.
struct House {
  std::string hotel;
  std::string backend;              ///< the plugin of the PMS where it books; empty: it has none
  std::vector<std::string> former;  ///< those of PMS that it had before and still has in its configuration
  std::string timezone;             ///< empty: UTC
};

[[nodiscard]] House house_of(const config::Config& config, const config::HotelConfig& hotel);

/// How full a house is in one night. What is not known is not there, and `reason` says why there is no rate.
///
/// Guests of a former PMS sleep in the same house and are counted with the others; how many rooms there are, the PMS
/// says where the hotel books now. Only rooms of the types that it tells are counted, on both sides.
struct Occupancy {
  Day day{};                    ///< the night that begins then
  std::optional<int> occupied;  ///< rooms that are taken
  std::optional<int> rooms;     ///< all that can be taken, taken or not
  std::optional<double> rate;   ///< percent, 0 to 100
  std::optional<Time> as_of;    ///< what happened in its PMS later than that is not in it
  std::string source;           ///< the plugins whose books were counted, "qloapps, house-pms"
  std::string reason;
};

/// Of `day`, or of today by the hotel's clock. From the store alone, so it is the same on every host and no PMS is
/// asked.
Result<Occupancy> occupancy(store::Store& store, const Clock& clock, const House& house,
                            std::optional<Day> day = std::nullopt);

}  // namespace agente::pms
