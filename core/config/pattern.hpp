#pragma once

#include <optional>
#include <string>

namespace agente::config {

/// Why `pattern` cannot be used, or nothing. A pattern may come from any plugin, so its size is bounded and
/// back-references are refused.
[[nodiscard]] std::optional<std::string> pattern_problem(const std::string& pattern);

/// `text` holds a match of `pattern` (ECMAScript). Takes time in proportion to both; a text over 4 KiB never matches.
[[nodiscard]] bool matches(const std::string& pattern, const std::string& text);

}  // namespace agente::config
