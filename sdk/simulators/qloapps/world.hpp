#pragma once

#include <array>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <set>
#include <string>

#include "simulators/common/faults.hpp"
#include "simulators/common/http_server.hpp"
#include "simulators/common/journal.hpp"
#include "simulators/qloapps/book.hpp"
#include "simulators/qloapps/hotel.hpp"
#include "simulators/qloapps/ledger.hpp"
#include "simulators/qloapps/options.hpp"

namespace agente::sim::qloapps {

/// Every failure this simulator can play, and when: before a request is carried out, after it was, or while a booking
/// looks for its room.
inline constexpr std::array kFaults{
    FaultKind{"error_500", "before"},        FaultKind{"fatal_error", "before"},
    FaultKind{"database_down", "before"},    FaultKind{"webservice_off", "before"},
    FaultKind{"key_inactive", "before"},     FaultKind{"not_permitted", "before"},
    FaultKind{"timeout_before", "before"},   FaultKind{"reset_before", "before"},
    FaultKind{"error_500_after", "after"},   FaultKind{"php_warning_after", "after"},
    FaultKind{"fatal_error_after", "after"}, FaultKind{"timeout_after", "after"},
    FaultKind{"reset_after", "after"},       FaultKind{"truncated_body", "after"},
    FaultKind{"empty_body", "after"},        FaultKind{"slow_trickle", "after"},
    FaultKind{"race_double", "room"},        FaultKind{"race_lost", "room"},
};

/// What a back office can switch.
struct Shop {
  bool webservice = true;
  bool database = true;
  bool maintenance = false;  ///< of the storefront; the webservice does not care
  int languages = 1;
  /// The methods the key has for a resource, where they are not all.
  std::map<std::string, std::set<std::string>> rights;
};

/// Tells what happens, a line each, to whoever watches. Called from any thread.
using Story = std::function<void(const std::string& line)>;

/// What the parts of the simulator share. They only refer to it.
struct World {
  World(Options wanted, Now clock, Story teller)
      : options(std::move(wanted)),
        now(clock),
        story(std::move(teller)),
        journal(std::move(clock)),
        faults(options.seed, kFaults),
        chance(options.seed + book.orders.size()) {
    shop.languages = options.languages;
  }

  const Options options;
  const Now now;
  const Story story;
  const Hotel hotel;
  Journal journal;
  Faults faults;
  const Ledger ledger{options.book};

  std::mutex at_book;  ///< guards all below
  Book book = ledger.read();
  Shop shop;
  std::mt19937_64 chance;
};

}  // namespace agente::sim::qloapps
