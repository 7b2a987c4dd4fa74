#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "config/config.hpp"
#include "plugins/channel.hpp"
#include "plugins/house.hpp"
#include "plugins/pms_backend.hpp"

namespace agente::plugins {

/// How the last attempt to change an instance ended.
struct LastChange {
  std::string outcome{};  ///< "live", "refused", "rolled back", "unchanged"; empty: none since its start
  std::string version{};  ///< that was tried; empty when its file could not be read
  std::string reason{};   ///< empty when it went well
  Time at{};
};

/// A row of `agentctl plugin list`.
struct InstanceStatus {
  std::string plugin;
  std::string instance;
  std::string kind;
  std::string version;      ///< empty when it never started
  int generation = 0;       ///< from 1
  std::string state;        ///< live, restarting, draining, stuck, stopped or failed
  int in_flight = 0;        ///< calls under way
  int resident_images = 0;  ///< images of its plugin mapped into the process
  int stuck = 0;            ///< replaced generations that never ended
  int crashes = 0;          ///< of the live generation's own process
  std::string isolation;    ///< in-process or process
  std::string load_class;   ///< hot, pinned; empty when it never started
  std::string digest;       ///< SHA-256 of its file; empty when it never started
  std::string reason;       ///< why it is failed, pinned or restarting
  LastChange last;
};

struct HostOptions {
  std::vector<std::filesystem::path> search;  ///< folders with <plugin id>.so; as find_plugin
  std::filesystem::path state;                ///< private copies and kept versions go below it; created if missing
  std::optional<std::filesystem::path> lock;  ///< plugins.lock: only what it lists is loaded
  config::Stage stage = config::Stage::kProduction;
  std::vector<config::HotelConfig> hotels;
  /// The instance's config, checked against the schema of its plugin's file as it is now; asked at every upgrade. None:
  /// the config it has.
  std::function<Result<config::InstanceConfig>(const std::string& instance)> config_for{};
  /// Whether this host runs the polls and timers of an instance now, where several hosts share one store; asked before
  /// each, on any thread. None: it runs all of them.
  Duty::Instances works_for{};
  Millis drain{15'000};  ///< how long a replaced generation may go on with what it began; at least its deadline and 1 s
};

/// Runs the configured instances of plugins: starts them, puts new generations in place of live ones, ends them.
/// Thread-safe; changes happen one after the other, calls go on meanwhile.
class PluginHost {
 public:
  PluginHost(HostOptions options, Services services);
  ~PluginHost();  ///< stops what still runs, within 5 s
  PluginHost(const PluginHost&) = delete;
  PluginHost& operator=(const PluginHost&) = delete;

  /// Makes the instance live. On failure it stays in `list` as failed, with the reason, and others go on. kConflict
  /// when the id is taken.
  Result<void> start(const config::InstanceConfig& config);

  /// Upgrades the instance to its plugin's file as it is now: the new generation is created and tests itself beside the
  /// live one, takes over, and only then the old one ends. Whatever fails on the way leaves the old one untouched and
  /// is the error. A stage of the self-test that fails for the live one too is no reason to stay with it. Starts a
  /// failed instance. kNotFound: no such instance.
  Result<void> reload(const std::string& id);
  /// The same, with another config; another plugin of the same kind, too.
  Result<void> change(const config::InstanceConfig& config);
  /// Ends the instance, now that its place in the YAML is gone; those who hold its channel or PMS are told kRetry.
  void remove(const std::string& id);

  /// The hotels as the YAML has them now; what generations made from here on are told.
  void set_hotels(std::vector<config::HotelConfig> hotels);

  /// Takes up plugin files that have changed and come to rest. Call it again and again.
  void look_at_files();

  /// Valid as long as the PluginHost; null for an unknown, removed or failed instance, or one of another kind.
  [[nodiscard]] Channel* channel(std::string_view id);
  [[nodiscard]] PmsBackend* pms(std::string_view id);

  [[nodiscard]] std::vector<InstanceStatus> list() const;

  /// No poll or timer of these instances is under way; not one that overran its deadline, which commits nothing.
  [[nodiscard]] bool rests(const Duty::Instances& of);

  /// No instance changes any more; a change under way is given up. As the first part of `stop`: an operator who asks
  /// for the end waits for no upgrade, and from here on the end of the process is nobody's fault.
  void stop_changes();

  /// No call begins any more; those under way may end within `limit`, all instances together. What is busy longer is
  /// stuck: it is left alone, also by the destructor. Idempotent.
  void stop(Millis limit);

 private:
  struct State;
  std::shared_ptr<State> state_;  // shared_ptr: a plugin that hangs while it is created keeps it
};

/// The plugin's file in `search` (none: the folders beside this program); kNotFound names the folders.
[[nodiscard]] Result<std::filesystem::path> find_plugin(const std::vector<std::filesystem::path>& search,
                                                        const std::string& plugin);

/// The config schema of a plugin, read from its file without running it; empty if it has none. kNotFound; kConfig when
/// the plugin would be refused. Fits config::SchemaOf.
[[nodiscard]] Result<std::string> read_schema(const config::PluginsConfig& folders, const std::string& plugin,
                                              config::PluginKind kind);

/// File name and SHA-256 of every plugin in `folders` (none: those beside this program) that a host would admit, by
/// name: the lines of plugins.lock. kNotFound when a folder cannot be read.
[[nodiscard]] Result<std::map<std::string, std::string>> list_digests(
    const std::vector<std::filesystem::path>& folders);

/// What `agentctl plugin inspect` shows: {"file", "id", "version", "kind", "abi", "class", "reason", "schema"}; for a
/// refused file what could be read of it. Runs nothing. kNotFound when it cannot be read.
[[nodiscard]] Result<nlohmann::json> inspect(const std::filesystem::path& file);

}  // namespace agente::plugins
