#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "config/config.hpp"
#include "config/problem.hpp"

namespace agente::config {

/// The config schema (JSON text, empty if the plugin takes no config) of the plugin with this id and kind, looked for
/// in `folders`. kNotFound: there is none; the loader adds which folders were searched. Other errors: it cannot be
/// used.
using SchemaOf =
    std::function<Result<std::string>(const PluginsConfig& folders, const std::string& plugin, PluginKind kind)>;

struct LoadOptions {
  Environment environment = process_environment;
  SchemaOf schema_of{};  ///< none: plugin configs are not checked, and no secret in them is known to be one
};

struct LoadResult {
  /// Present unless a problem concerns the whole file. Instances with problems of their own are in it, with the
  /// reasons.
  std::optional<Config> config;
  std::vector<Problem> problems;  ///< all of them, in the order of the file

  /// Nothing at all is wrong.
  [[nodiscard]] bool ok() const { return problems.empty(); }
};

/// Reads and checks a config file. Never throws.
///
/// At start, run with `config` if it is there and leave out the instances that have problems. On a reload, take over
/// the new config only if `ok()`.
[[nodiscard]] LoadResult load(const std::filesystem::path& file, const LoadOptions& options = {});

/// The same for text already read; relative paths start at the folder of `file`, which need not exist.
[[nodiscard]] LoadResult load_text(std::string_view text, const std::filesystem::path& file,
                                   const LoadOptions& options = {});

/// The JSON Schema of the config file itself: what the reference documentation is made of.
[[nodiscard]] std::string_view core_schema();

}  // namespace agente::config
