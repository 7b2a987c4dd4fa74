#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace agente::config {

/// What an unquoted scalar means by the core rules of YAML 1.2: null, true, false, a number or text. A number that does
/// not fit in 64 bits stays text, so that no digit is lost.
[[nodiscard]] nlohmann::json plain_scalar(const std::string& text);

}  // namespace agente::config
