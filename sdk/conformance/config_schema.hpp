#pragma once

#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace agente::conformance {

/// What hinders the host from using this as the schema of a plugin's config; nothing when it can.
[[nodiscard]] std::optional<std::string> schema_problem(const nlohmann::json& schema);

/// Why `value` does not fit; nothing when it does. The schema has no problem.
[[nodiscard]] std::optional<std::string> misfit(const nlohmann::json& schema, const nlohmann::json& value);

/// A config as an instance gets it: without the values marked writeOnly, which are answered by pointer.
struct GivenConfig {
  std::string text;
  std::map<std::string, std::string> secrets;
};
[[nodiscard]] GivenConfig without_secrets(const nlohmann::json& schema, nlohmann::json config);

/// Other configs that fit the schema, made from `example` by leaving out, adding and changing values.
[[nodiscard]] std::vector<nlohmann::json> variations(const nlohmann::json& schema, const nlohmann::json& example,
                                                     std::mt19937_64& random, std::size_t most);

}  // namespace agente::conformance
