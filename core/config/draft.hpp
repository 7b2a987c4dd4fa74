#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>

#include "config/document.hpp"
#include "config/load.hpp"
#include "config/schema.hpp"

namespace agente::config {

/// A config while it is being checked: the document, and what has been found out so far. Part of `load`.
struct Draft {
  Document document;
  std::filesystem::path file;  ///< absolute
  const LoadOptions& options;
  Config config;
  /// Texts outside plugin configs that `${X}` or `file:` changed, as they were written.
  std::map<Path, std::string> written{};

  /// Notes a problem with the value at `path`, unless it or one around it is noted already. `sentence` goes on from the
  /// name of the value: "must be …".
  void at_value(const Path& path, const std::string& sentence, const std::string& instance = {});
  /// A misfit found below `base`.
  void misfit(const Path& base, const Misfit& misfit, const std::string& instance = {});
  [[nodiscard]] bool has_core_problem() const;

  /// The text at `path`; null if there is none or it is no text or refused already.
  [[nodiscard]] const std::string* text(const Path& path) const;
  /// The text at `path` in quotes; what came out of a variable or a file is not shown.
  [[nodiscard]] std::string shown(const Path& path) const;
  /// Number of items of the list at `path`, 0 if it is none.
  [[nodiscard]] std::size_t size(const Path& path) const;
  /// The secret at `path`, to be read at use.
  [[nodiscard]] SecretSource secret(const Path& path) const;
  /// `path` as an absolute path; relative ones start at the config file's folder.
  [[nodiscard]] std::filesystem::path resolve(const std::string& path) const;
};

/// `path` and one more step.
[[nodiscard]] Path operator/(Path path, std::string step);
[[nodiscard]] Path operator/(Path path, std::size_t index);

/// Expands the texts in `value`, which stands at `base`, except below the paths in `skip`. Problems are noted for
/// `instance`. Returns the paths (below `base`) of what was expanded.
std::set<Path> expand_texts(Draft& draft, nlohmann::json& value, const Path& base, const std::set<Path>& skip,
                            const std::string& instance);

/// Where the schema wants a number or true/false and an expanded text reads as one, puts it in.
void retype_expanded(const nlohmann::json& schema, nlohmann::json& value, const std::set<Path>& expanded);

/// What the schema of the file cannot say: ids, hotels, addresses, stores (rules.cpp).
void check_rules(Draft& draft);
/// Plugins and their configs; fills config.instances (instances.cpp).
void read_instances(Draft& draft);
/// Everything else of the Config, once there is no core problem (settings.cpp).
void read_settings(Draft& draft);
/// config.plugins only, as far as the file is right: the plugin folders are needed before the rest (settings.cpp).
void read_plugin_folders(Draft& draft);

/// The paths of every plugin config in the file.
struct InstancePlace {
  Path path;
  PluginKind kind;
  std::string id;       ///< empty if the file gives no usable one
  bool former = false;  ///< a PMS that the hotel had before
};
[[nodiscard]] std::vector<InstancePlace> instance_places(const Draft& draft);

}  // namespace agente::config
