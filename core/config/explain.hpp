#pragma once

#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "config/schema.hpp"

namespace agente::config {

/// Misfits by the keywords that config schemas live on, each as a sentence a person can act on. Keywords it does not
/// know are left to valijson. Part of `check`.
[[nodiscard]] std::vector<Misfit> explain(const nlohmann::json& schema, const nlohmann::json& value,
                                          const CheckOptions& options);

}  // namespace agente::config
