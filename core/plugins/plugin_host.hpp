#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "config/config.hpp"
#include "plugins/channel.hpp"
#include "plugins/house.hpp"
#include "plugins/pms_backend.hpp"

namespace agente::plugins {

/// A row of `agentctl plugin list`.
struct InstanceStatus {
  std::string plugin;
  std::string instance;
  std::string kind;
  std::string version;      ///< empty when it never started
  int generation = 0;       ///< from 1
  std::string state;        ///< live, draining, stuck, stopped or failed
  int in_flight = 0;        ///< calls under way
  int resident_images = 0;  ///< images of its plugin mapped into the process
  std::string isolation;    ///< in-process or process
  std::string load_class;   ///< hot, pinned; empty when it never started
  std::string reason;       ///< why it is failed or pinned
};

struct HostOptions {
  std::vector<std::filesystem::path> search;  ///< folders with <plugin id>.so; as find_plugin
  std::filesystem::path state;                ///< private copies go below it; created if missing
  config::Stage stage = config::Stage::kProduction;
  std::vector<config::HotelConfig> hotels;
};

/// Starts the configured instances of plugins and ends them in order. Thread-safe.
class PluginHost {
 public:
  PluginHost(HostOptions options, Services services);
  ~PluginHost();  ///< stops what still runs, within 5 s
  PluginHost(const PluginHost&) = delete;
  PluginHost& operator=(const PluginHost&) = delete;

  /// Makes the instance live. On failure it stays in `list` as failed, with the reason, and others go on. kConflict
  /// when the id is taken.
  Result<void> start(const config::InstanceConfig& config);

  /// Valid as long as the PluginHost; null for an unknown or failed instance, or one of another kind.
  [[nodiscard]] Channel* channel(std::string_view id);
  [[nodiscard]] PmsBackend* pms(std::string_view id);

  [[nodiscard]] std::vector<InstanceStatus> list() const;

  /// No call begins any more; those under way may end within `limit`, all instances together. What is busy longer is
  /// stuck: it is left alone, also by the destructor. Idempotent.
  void stop(Millis limit);

 private:
  struct Instance;
  struct State;
  std::unique_ptr<State> state_;
};

/// The plugin's file in `search` (none: the folders beside this program); kNotFound names the folders.
[[nodiscard]] Result<std::filesystem::path> find_plugin(const std::vector<std::filesystem::path>& search,
                                                        const std::string& plugin);

/// The config schema of a plugin, read from its file without running it; empty if it has none. kNotFound; kConfig when
/// the plugin would be refused. Fits config::SchemaOf.
[[nodiscard]] Result<std::string> read_schema(const config::PluginsConfig& folders, const std::string& plugin,
                                              config::PluginKind kind);

/// What `agentctl plugin inspect` shows: {"file", "id", "version", "kind", "abi", "class", "reason", "schema"}; for a
/// refused file what could be read of it. Runs nothing. kNotFound when it cannot be read.
[[nodiscard]] Result<nlohmann::json> inspect(const std::filesystem::path& file);

}  // namespace agente::plugins
