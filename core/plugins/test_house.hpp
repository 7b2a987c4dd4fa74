#pragma once

#include <filesystem>
#include <map>
#include <mutex>
#include <string>

#include <unistd.h>

#include "cache/cache.hpp"
#include "plugins/plugin_host.hpp"
#include "telemetry/metrics.hpp"

/// What the tests of this room lend to plugins: everything in memory.
namespace agente::plugins {

/// The tests are built twice: for plugins in this process, and for the same plugins in processes of their own.
#ifdef TEST_ISOLATED
inline constexpr auto kIsolation = config::Isolation::kProcess;
#else
inline constexpr auto kIsolation = config::Isolation::kInProcess;
#endif
inline constexpr bool kIsolated = kIsolation == config::Isolation::kProcess;

/// A folder that goes away with the test.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "agente-plugins-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

class MemoryKv final : public KvStore {
 public:
  /// Whoever uses it waits until this is let go.
  [[nodiscard]] std::unique_lock<std::mutex> hold() { return std::unique_lock(mutex_); }

  Result<KvEntry> get(const std::string& instance, std::string_view key) override {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(instance + "/" + std::string(key));
    if (found == entries_.end()) return Error{Code::kNotFound, "no such key"};
    return found->second;
  }
  Result<std::uint64_t> put(const std::string& instance, std::string_view key, std::string_view value, unsigned schema,
                            std::optional<std::uint64_t> /*expected*/) override {
    const std::lock_guard lock(mutex_);
    entries_[instance + "/" + std::string(key)] = {std::string(key), std::string(value), schema, ++revision_};
    return revision_;
  }
  Result<void> erase(const std::string& instance, std::string_view key, std::optional<std::uint64_t>) override {
    const std::lock_guard lock(mutex_);
    entries_.erase(instance + "/" + std::string(key));
    return {};
  }
  Result<std::vector<KvEntry>> list(const std::string&, std::string_view, std::string_view, int) override {
    return std::vector<KvEntry>{};
  }

 private:
  std::mutex mutex_;
  std::map<std::string, KvEntry> entries_;
  std::uint64_t revision_ = 0;
};

class MemoryInbox final : public Inbox {
 public:
  /// Whoever commits waits until this is let go.
  [[nodiscard]] std::unique_lock<std::mutex> hold() { return std::unique_lock(mutex_); }

  Result<void> commit(const std::string& instance, const Staged& staged) override {
    const std::lock_guard lock(mutex_);
    for (const auto& message : staged.messages) messages_.emplace_back(instance, message);
    return {};
  }
  [[nodiscard]] std::size_t count() {
    const std::lock_guard lock(mutex_);
    return messages_.size();
  }

 private:
  std::mutex mutex_;
  std::vector<std::pair<std::string, InboundMessage>> messages_;
};

struct TestHouse {
  TemporaryFolder state;
  ManualClock clock{Time{Millis{1'789'000'000'000}}};
  MemoryKv kv;
  MemoryInbox inbox;
  Metrics metrics;
  std::unique_ptr<cache::Cache> cache = std::move(*cache::open({}, clock, metrics));

  [[nodiscard]] HostOptions options() const {
    return {.search = {TEST_PLUGINS},
            .state = state.path(),
            .stage = config::Stage::kTest,
            .hotels = {{.id = "sol", .name = "Hotel Sol", .timezone = "Europe/Madrid", .currency = "EUR"}}};
  }
  [[nodiscard]] Services services() { return {clock, kv, inbox, metrics, *cache}; }
};

inline config::InstanceConfig channel_config(const std::string& plugin, const std::string& id = "bell") {
  config::InstanceConfig config;
  config.id = id;
  config.plugin = plugin;
  config.isolation = kIsolation;
  config.accounts = {{"100", "sol"}, {"200", "luna"}};
  return config;
}

inline config::InstanceConfig pms_config(const std::string& plugin) {
  config::InstanceConfig config;
  config.id = "sol/pms";
  config.kind = config::PluginKind::kPms;
  config.plugin = plugin;
  config.isolation = kIsolation;
  config.hotel = "sol";
  return config;
}

}  // namespace agente::plugins
