#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace agente::config {

/// The known word that `word` was most likely meant to be; empty if none is close.
[[nodiscard]] std::string nearest(std::string_view word, const std::vector<std::string>& known);

/// "a, b or c".
[[nodiscard]] std::string one_of(const std::vector<std::string>& words);

}  // namespace agente::config
