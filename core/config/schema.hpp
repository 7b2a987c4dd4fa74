#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/result.hpp"
#include "config/document.hpp"

namespace agente::config {

/// One way in which a value does not fit a schema.
struct Misfit {
  Path path;
  std::string text;     ///< "hotels[0].currency must be 3 capital letters, is \"eur\""
  bool at_key = false;  ///< about the key (unknown, or something missing below it) and not about its value
};

/// Reads a JSON Schema (draft 7) that may come from any plugin and makes it safe to use: its size is bounded, `$ref`
/// may only point into the schema itself, never in a circle, and is put in place here; `patternProperties` is refused.
[[nodiscard]] Result<nlohmann::json> read_schema(std::string_view text);

/// What to call the value in sentences, and whose values must not be printed.
struct CheckOptions {
  std::string name{};            ///< of the root, e.g. "channels[0].config"; empty for the file itself
  std::set<Path> never_shown{};  ///< besides everything the schema marks `writeOnly`
};

/// Everything in `value` that does not fit `schema`, which comes from read_schema: one sentence per mistake.
[[nodiscard]] std::vector<Misfit> check(const nlohmann::json& schema, const nlohmann::json& value,
                                        const CheckOptions& options = {});

/// Calls `note` for every part of `schema` that applies to a part of `value`; where `value` has nothing, with null.
/// All branches of anyOf and the like are taken, so that a secret is found in whichever it is declared.
using Note = std::function<void(const nlohmann::json& schema, const Path& path, const nlohmann::json* value)>;
void annotate(const nlohmann::json& schema, const nlohmann::json* value, const Note& note);

/// "channels[0].config": how sentences name the value at `path` of a document.
[[nodiscard]] std::string shown_path(const nlohmann::json& root, const Path& path, const std::string& name = {});

}  // namespace agente::config
