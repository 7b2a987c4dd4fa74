#pragma once

#include <optional>
#include <vector>

#include "concierge/understanding/date_resolve.hpp"
#include "concierge/understanding/language.hpp"
#include "concierge/understanding/understanding.hpp"

namespace agente::concierge {

struct Dates {
  Stay stay;
  std::optional<int> nights;  ///< only when said
  bool ambiguous = false;
  bool vague = false;
};

/// The stay a message names. `masked` marks tokens already understood as something else (a phone, a booking's id).
[[nodiscard]] Dates find_dates(const Tokens& tokens, const std::vector<bool>& masked, Language language,
                               const Context& context);

}  // namespace agente::concierge
