#include "plugins/plugin_host.hpp"

#include <map>
#include <mutex>

#include <fmt/format.h>

#include "plugins/library.hpp"
#include "plugins/plugin_files.hpp"
#include "plugins/poller.hpp"
#include "plugins/proxy_channel.hpp"
#include "plugins/proxy_pms.hpp"
#include "plugins/scheduler.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

namespace agente::plugins {

struct PluginHost::Instance {
  explicit Instance(const config::InstanceConfig& with)
      : config(with), route(with.id, with.plugin), channel(route), pms(route) {}

  const config::InstanceConfig config;
  Route route;
  ProxyChannel channel;
  ProxyPms pms;
  int generation = 0;
  std::string version;
  std::string load_class;
  std::string state = "failed";
  std::string reason;

  [[nodiscard]] bool serves(config::PluginKind kind) const { return state != "failed" && config.kind == kind; }
};

struct PluginHost::State {
  State(HostOptions with, const Services& services)
      : options(std::move(with)),
        house(std::make_shared<House>(services, options.stage, options.hotels)),
        images(options.state) {}

  const HostOptions options;
  std::shared_ptr<House> house;  // shared_ptr: stuck generations keep it
  ImageStore images;
  std::mutex starting;       // one start or stop at a time
  mutable std::mutex mutex;  // guards what follows; never held while a plugin runs
  std::map<std::string, std::unique_ptr<Instance>, std::less<>> instances;
  bool stopped = false;

  Instance* find(std::string_view id) {
    const std::lock_guard lock(mutex);
    const auto found = instances.find(id);
    return found == instances.end() ? nullptr : found->second.get();
  }

  Result<std::shared_ptr<Generation>> make(Instance& instance) {
    const auto& config = instance.config;
    if (stopped) return Error{Code::kCancelled, "the host is stopping"};
    if (!config.problems.empty()) return Error{Code::kConfig, fmt::format("{}", fmt::join(config.problems, "; "))};
    if (config.isolation == config::Isolation::kProcess) {
      return Error{Code::kUnsupported,
                   fmt::format("{}: isolation: process is not available in this version: leave it out, "
                               "or write isolation: in-process",
                               config.id)};
    }
    const auto file = find_plugin(options.search, config.plugin);
    if (!file) return file.error();
    const auto image = images.open(*file, kind_of(config.kind));
    if (!image) return image.error();
    const auto& identity = (*image)->identity();
    if (identity.id != config.plugin) {
      return Error{Code::kConfig, fmt::format("{} holds plugin {}: a plugin's file carries its id, so name it {}.so",
                                              file->string(), identity.id, identity.id)};
    }
    instance.version = identity.version;
    instance.load_class = class_name(identity.verdict.load_class);
    instance.reason = identity.verdict.reason;
    return Generation::create(*image, config, house, instance.generation + 1);
  }

  Result<void> bring_up(Instance& instance) {
    auto made = make(instance);
    if (!made) {
      instance.reason = made.error().text;
      return made.error();
    }
    const auto& generation = *made;
    instance.generation = generation->number();
    instance.route.live().swap(generation);
    generation->go_live();
    if (instance.config.kind == config::PluginKind::kChannel) start_polling(generation);
    instance.state = "live";
    return {};
  }

  void publish(const Instance& instance) {
    auto& metrics = house->services.metrics;
    const auto& config = instance.config;
    const bool live = instance.state == "live";
    metrics.set("plugin_generation", {{"plugin", config.plugin}, {"instance", config.id}},
                live ? instance.generation : 0);
    metrics.set("plugin_resident_images", {{"plugin", config.plugin}}, images.resident(config.plugin));
  }

  [[nodiscard]] InstanceStatus status(const Instance& instance) const {
    const auto& config = instance.config;
    const auto live = instance.route.live().pin();
    return {.plugin = config.plugin,
            .instance = config.id,
            .kind = config::kind_name(config.kind),
            .version = instance.version,
            .generation = instance.generation,
            .state = instance.state,
            .in_flight = live ? live->in_flight() : 0,
            .resident_images = images.resident(config.plugin),
            .isolation = config.isolation == config::Isolation::kProcess ? "process" : "in-process",
            .load_class = instance.load_class,
            .reason = instance.reason};
  }
};

PluginHost::PluginHost(HostOptions options, Services services)
    : state_(std::make_unique<State>(std::move(options), services)) {}

PluginHost::~PluginHost() { stop(Millis{5000}); }

Result<void> PluginHost::start(const config::InstanceConfig& config) {
  const std::lock_guard one(state_->starting);
  if (const auto* known = state_->find(config.id); known != nullptr && known->state != "failed") {
    return Error{Code::kConflict, fmt::format("instance {} is {} already", config.id, known->state)};
  }
  auto instance = std::make_unique<Instance>(config);
  auto done = state_->bring_up(*instance);
  state_->publish(*instance);
  if (done) {
    log::info("plugins", "an instance is live",
              {{"instance", config.id}, {"plugin", config.plugin}, {"version", instance->version}});
  } else {
    log::error("plugins", "an instance failed to start",
               {{"instance", config.id}, {"plugin", config.plugin}, {"reason", done.error().text}});
  }
  const std::lock_guard lock(state_->mutex);
  state_->instances[config.id] = std::move(instance);
  return done;
}

Channel* PluginHost::channel(std::string_view id) {
  auto* instance = state_->find(id);
  return instance != nullptr && instance->serves(config::PluginKind::kChannel) ? &instance->channel : nullptr;
}

PmsBackend* PluginHost::pms(std::string_view id) {
  auto* instance = state_->find(id);
  return instance != nullptr && instance->serves(config::PluginKind::kPms) ? &instance->pms : nullptr;
}

std::vector<InstanceStatus> PluginHost::list() const {
  std::vector<InstanceStatus> rows;
  const std::lock_guard lock(state_->mutex);
  for (const auto& [id, instance] : state_->instances) rows.push_back(state_->status(*instance));
  return rows;
}

void PluginHost::stop(Millis limit) {
  const auto until = std::chrono::steady_clock::now() + limit;
  const std::lock_guard one(state_->starting);
  std::vector<Instance*> live;
  {
    const std::lock_guard lock(state_->mutex);
    state_->stopped = true;
    for (const auto& [id, instance] : state_->instances) {
      if (instance->state == "live") live.push_back(instance.get());
    }
    for (auto* instance : live) instance->state = "draining";
  }
  for (auto* instance : live) instance->route.live().pin()->drain();  // all of them, before waiting for any
  for (auto* instance : live) {
    const bool gone = instance->route.live().pin()->retire(until);
    if (gone) instance->route.live().swap(nullptr);
    {
      const std::lock_guard lock(state_->mutex);
      instance->state = gone ? "stopped" : "stuck";
    }
    state_->publish(*instance);
    if (!gone) log::warn("plugins", "an instance did not end in time", {{"instance", instance->config.id}});
  }
  // Idle threads end at once; a task that hangs is waited for no longer than this.
  const auto left = std::chrono::duration_cast<Millis>(until - std::chrono::steady_clock::now());
  state_->house->scheduler->stop(std::max(Millis{500}, left));
}

}  // namespace agente::plugins
