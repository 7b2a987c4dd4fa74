#pragma once

#include <string>
#include <string_view>

namespace agente::pms {

/// What the PMS knows an accepted summary by: "AH" and 14 letters or digits, derived from hotel and quote alone, so
/// that it is the same at every attempt and in every process.
[[nodiscard]] std::string reference_of(std::string_view hotel, std::string_view quote);

}  // namespace agente::pms
