#include "plugins/plugin_host.hpp"

#include <condition_variable>
#include <map>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "plugins/attempt.hpp"
#include "plugins/bounded.hpp"
#include "plugins/instance.hpp"
#include "plugins/library.hpp"
#include "plugins/plugin_files.hpp"
#include "plugins/poller.hpp"
#include "plugins/retirement.hpp"
#include "plugins/scheduler.hpp"
#include "plugins/versions.hpp"
#include "telemetry/log.hpp"

namespace agente::plugins {

struct PluginHost::State : std::enable_shared_from_this<PluginHost::State> {
  State(HostOptions with, const Services& services)
      : options(std::move(with)),
        house(std::make_shared<House>(services, options.stage, options.hotels, options.works_for)),
        images(options.state, options.lock),
        versions(options.state, services.clock),
        workshop{options.search, house, images, versions},
        retirement([this](Generation& generation, bool gone) { ended(generation, gone); }) {}

  const HostOptions options;
  std::shared_ptr<House> house;  // shared_ptr: stuck generations keep it
  ImageStore images;
  Versions versions;
  Workshop workshop;
  std::mutex changing;       // one start, upgrade, removal or stop at a time
  mutable std::mutex mutex;  // guards what follows; never held while a plugin runs
  std::map<std::string, std::unique_ptr<Instance>, std::less<>> instances;
  std::vector<std::unique_ptr<Instance>> former;  // of ids that were given away again; others may hold their channel
  std::stop_source stopping;
  bool stopped = false;
  std::weak_ptr<void> under_way;  // under way; not one that overran, which may hang for ever
  std::condition_variable attempt_ended;
  Retirement retirement;  // last: its thread uses the rest

  Instance* find(std::string_view id) {
    const std::lock_guard lock(mutex);
    const auto found = instances.find(id);
    return found == instances.end() || found->second->state == "removed" ? nullptr : found->second.get();
  }

  /// The one of this id, made if need be. Only who is `changing` asks.
  Instance& place_for(const config::InstanceConfig& config) {
    const std::lock_guard lock(mutex);
    auto& place = instances[config.id];
    if (place && place->config.kind != config.kind) {
      dismiss(*place);
      former.push_back(std::exchange(place, nullptr));
    }
    if (!place) place = std::make_unique<Instance>(config);
    return *place;
  }

  [[nodiscard]] std::optional<Sight> sight_of(const std::string& plugin) const {
    const auto file = find_plugin(options.search, plugin);
    return file ? look_at(*file) : std::nullopt;
  }

  // ---- the change ----

  Result<void> bring_up(Instance& instance, const config::InstanceConfig& config, Cause cause) {
    const bool other_pms = config.kind == config::PluginKind::kPms && instance.config.plugin != config.plugin;
    return other_pms ? move_to_other_pms(instance, config, cause)
                     : bring_up(instance, config, cause, instance.route.live().pin());
  }

  /// Another PMS is another instance under the same id: who still calls through the old one never reaches its books.
  Result<void> move_to_other_pms(Instance& old, const config::InstanceConfig& config, Cause cause) {
    auto next = std::make_unique<Instance>(config);
    next->generation = old.generation;
    auto done = bring_up(*next, config, cause, old.route.live().pin());
    const std::lock_guard lock(mutex);
    if (!done && old.is_live()) {
      old.last = next->last;
      return done;
    }
    dismiss(old);
    former.push_back(std::exchange(instances[config.id], std::move(next)));
    return done;
  }

  /// `rival`: what is live in its place now, and works; null: nothing.
  Result<void> bring_up(Instance& instance, const config::InstanceConfig& config, Cause cause,
                        const std::shared_ptr<Generation>& rival) {
    if (stopping.stop_requested()) return Error{Code::kCancelled, "the host is stopping"};
    instance.file.known(sight_of(config.plugin));
    Attempt attempt;
    if (config.problems.empty()) {
      attempt = try_out(instance, config, cause, rival);
    } else {
      attempt.error = {Code::kConfig, fmt::format("{}", fmt::join(config.problems, "; "))};
    }
    if (attempt.made) return take_over(instance, config, cause, std::move(attempt));
    if (attempt.unchanged) return keep(instance, attempt, "unchanged", cause);
    versions.forget_failed(config.plugin);
    const bool refused = attempt.identity.id.empty() && !attempt.overran;  // before any of its code ran
    return keep(instance, attempt, refused ? "refused" : "rolled back", cause, &config);
  }

  Attempt try_out(const Instance& instance, const config::InstanceConfig& config, Cause cause,
                  const std::shared_ptr<Generation>& rival) {
    const auto limit = 3 * config.deadline;  // to open, to create, to test
    const auto opened = std::make_shared<Live<const Identity>>();
    auto ended =
        within<Attempt>(limit, stopping.get_token(),
                        [self = shared_from_this(), config, cause, rival,
                         place = Place{instance.generation + 1, instance.turn}, opened, held = hold_attempt()] {
                          auto attempt = self->workshop.make(config, cause, rival, place, *opened);
                          attempt.held = held;
                          return attempt;
                        });
    if (ended) return std::move(*ended);
    Attempt failed{.error = ended.error()};
    failed.overran = ended.error().code == Code::kTimeout;
    if (failed.overran) {
      failed.error.text = fmt::format("it did not get ready within {} ms", limit.count());
      const std::lock_guard lock(mutex);
      under_way.reset();
    }
    if (const auto identity = opened->pin()) failed.identity = *identity;
    return failed;
  }

  /// Held by an attempt until nothing is left of it.
  std::shared_ptr<void> hold_attempt() {
    // Weak: `under_way` keeps this function as long as the State lives.
    std::shared_ptr<void> held(nullptr, [weak = weak_from_this()](void*) {
      const auto self = weak.lock();
      if (!self) return;
      const std::lock_guard lock(self->mutex);
      self->attempt_ended.notify_all();
    });
    const std::lock_guard lock(mutex);
    under_way = held;
    return held;
  }

  /// One that was given up uses what the host lends it for as long as it runs.
  void await_attempt(Steady until) {
    std::unique_lock lock(mutex);
    attempt_ended.wait_until(lock, until, [&] { return under_way.expired(); });
  }

  /// From here on calls go to `next` (null: nowhere). What was live takes no more; null: nothing was.
  std::shared_ptr<Generation> replace(Instance& instance, const std::shared_ptr<Generation>& next) const {
    const auto started = std::chrono::steady_clock::now();
    const auto old = instance.route.live().swap(next);
    if (!old) return nullptr;
    old->drain();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
    house->services.metrics.observe("plugin_swap_seconds", {{"plugin", old->identity().id}}, took.count());
    return old;
  }

  /// Its last generation takes no more calls. Under `mutex`.
  void dismiss(Instance& instance) {
    if (const auto old = replace(instance, nullptr)) retirement.add(old, options.drain);
    instance.state = "removed";
    publish(instance);
  }

  Result<void> take_over(Instance& instance, const config::InstanceConfig& config, Cause cause, Attempt attempt) {
    const auto& next = attempt.made;
    next->go_live();
    const auto old = replace(instance, next);
    if (config.kind == config::PluginKind::kChannel) start_polling(next);
    if (old) retirement.add(old, options.drain);
    const auto before = instance.identity.version;
    {
      const std::lock_guard lock(mutex);
      if (instance.config.plugin != config.plugin) {  // its series would keep what they said last
        instance.state = "removed";
        publish(instance);
      }
      instance.config = config;
      instance.generation = next->number();
      instance.identity = attempt.identity;
      instance.state = "live";
      instance.reason = attempt.identity.verdict.reason;
      if (cause != Cause::kStart) instance.last = {"live", attempt.identity.version, "", house->services.clock.now()};
      publish(instance);
    }
    if (config.isolation == config::Isolation::kInProcess) versions.went_live(config.plugin, attempt.identity.digest);
    if (cause != Cause::kStart) count(config.plugin, "ok");
    log::info("plugins", old ? "a new generation is live" : "an instance is live",
              {{"instance", config.id},
               {"plugin", config.plugin},
               {"version", attempt.identity.version},
               {"before", before},
               {"generation", std::to_string(next->number())},
               {"class", class_name(attempt.identity.verdict.load_class)},
               {"cause", word(cause)}});
    return {};
  }

  /// Nothing changes. `wanted`: with what it was tried.
  Result<void> keep(Instance& instance, const Attempt& attempt, const char* outcome, Cause cause,
                    const config::InstanceConfig* wanted = nullptr) {
    const bool lives = instance.route.live().pin() != nullptr;
    {
      const std::lock_guard lock(mutex);
      if (cause != Cause::kStart) {
        instance.last = {outcome, attempt.identity.version, attempt.error.text, house->services.clock.now()};
      }
      if (!lives && wanted != nullptr) {
        instance.config = *wanted;
        instance.state = "failed";
        instance.reason = attempt.error.text;
      }
      publish(instance);
    }
    if (attempt.unchanged) return {};
    if (cause != Cause::kStart) count(attempt.identity.id.empty() ? wanted->plugin : attempt.identity.id, outcome);
    log::error("plugins", lives ? "an upgrade failed; the live generation goes on" : "an instance failed to start",
               {{"instance", instance.config.id},
                {"plugin", wanted->plugin},
                {"version", attempt.identity.version},
                {"live", lives ? instance.identity.version : ""},
                {"outcome", outcome},
                {"cause", word(cause)},
                {"reason", attempt.error.text}});
    return attempt.error;
  }

  /// The config for an upgrade: as the YAML has it, checked against the schema that the new file brings.
  Result<void> upgrade(Instance& instance, Cause cause) {
    const auto id = instance.config.id;
    const auto config = options.config_for ? options.config_for(id) : Result<config::InstanceConfig>(instance.config);
    if (config) return bring_up(instance, *config, cause);
    Attempt attempt;
    attempt.error = config.error();
    return keep(instance, attempt, "refused", cause, &instance.config);
  }

  // ---- the end ----

  /// A replaced generation has ended, or never will.
  void ended(Generation& generation, bool gone) {
    const auto& config = generation.tenant().config;
    const std::lock_guard lock(mutex);
    const auto found = instances.find(config.id);
    if (!gone && found != instances.end()) ++found->second->stuck;
    if (found != instances.end()) publish(*found->second);
    const auto& plugin = generation.identity().id;  // the instance may have another by now
    house->services.metrics.set("plugin_resident_images", {{"plugin", plugin}}, images.resident(plugin));
    if (gone) return;
    log::warn("plugins", "a replaced generation did not end in time and stays in the process",
              {{"instance", config.id}, {"generation", std::to_string(generation.number())}});
  }

  /// At the host's end.
  void end(Instance& instance, Steady until) {
    constexpr Millis kToDestroy{500};  // beyond `until`, when the calls used that up
    const auto left = std::chrono::duration_cast<Millis>(until - std::chrono::steady_clock::now());
    const bool gone = instance.route.live().pin()->retire(until, std::max(left, Millis{0}) + kToDestroy);
    if (gone) instance.route.live().swap(nullptr);
    const std::lock_guard lock(mutex);
    instance.state = gone ? "stopped" : "stuck";
    publish(instance);
    if (!gone) log::warn("plugins", "an instance did not end in time", {{"instance", instance.config.id}});
  }

  void count(const std::string& plugin, std::string_view outcome) const {
    count_reload(plugin, outcome, house->services.metrics);
  }

  /// Under `mutex`.
  void publish(const Instance& instance) {
    show(instance, images.resident(instance.config.plugin), house->services.metrics);
  }
};

PluginHost::PluginHost(HostOptions options, Services services)
    : state_(std::make_shared<State>(std::move(options), services)) {}

PluginHost::~PluginHost() { stop(Millis{5000}); }

Result<void> PluginHost::start(const config::InstanceConfig& config) {
  const std::lock_guard one(state_->changing);
  if (const auto* known = state_->find(config.id); known != nullptr && known->state != "failed") {
    return Error{Code::kConflict, fmt::format("instance {} is {} already", config.id, known->state)};
  }
  return state_->bring_up(state_->place_for(config), config, Cause::kStart);
}

Result<void> PluginHost::reload(const std::string& id) {
  const std::lock_guard one(state_->changing);
  auto* instance = state_->find(id);
  if (instance == nullptr) {
    return Error{Code::kNotFound, fmt::format("there is no instance {}: `agentctl plugin list` shows them", id)};
  }
  return state_->upgrade(*instance, Cause::kReload);
}

Result<void> PluginHost::change(const config::InstanceConfig& config) {
  const std::lock_guard one(state_->changing);
  return state_->bring_up(state_->place_for(config), config, Cause::kConfig);
}

void PluginHost::remove(const std::string& id) {
  const std::lock_guard one(state_->changing);
  auto* instance = state_->find(id);
  if (instance == nullptr) return;
  const std::lock_guard lock(state_->mutex);
  state_->dismiss(*instance);
  log::info("plugins", "an instance was removed", {{"instance", id}, {"plugin", instance->config.plugin}});
}

void PluginHost::set_hotels(std::vector<config::HotelConfig> hotels) { state_->house->set_hotels(std::move(hotels)); }

void PluginHost::look_at_files() {
  const std::lock_guard one(state_->changing);
  state_->versions.settle();
  std::vector<Instance*> changed;
  {
    const std::lock_guard lock(state_->mutex);
    for (const auto& [id, instance] : state_->instances) {
      if (instance->state != "live" && instance->state != "failed") continue;
      const auto news = instance->file.look(state_->sight_of(instance->config.plugin));
      if (news == Watched::News::kChanged) changed.push_back(instance.get());
      if (news != Watched::News::kGone) continue;
      log::warn("plugins", "a plugin's file is gone; what was loaded goes on",
                {{"instance", id}, {"plugin", instance->config.plugin}, {"version", instance->identity.version}});
    }
  }
  for (auto* instance : changed) static_cast<void>(state_->upgrade(*instance, Cause::kFile));  // logged there
}

Channel* PluginHost::channel(std::string_view id) {
  const std::lock_guard lock(state_->mutex);
  const auto found = state_->instances.find(id);
  if (found == state_->instances.end() || !found->second->serves(config::PluginKind::kChannel)) return nullptr;
  return &found->second->channel;
}

PmsBackend* PluginHost::pms(std::string_view id) {
  const std::lock_guard lock(state_->mutex);
  const auto found = state_->instances.find(id);
  if (found == state_->instances.end() || !found->second->serves(config::PluginKind::kPms)) return nullptr;
  return &found->second->pms;
}

std::vector<InstanceStatus> PluginHost::list() const {
  std::vector<InstanceStatus> rows;
  const std::lock_guard lock(state_->mutex);
  for (const auto& [id, instance] : state_->instances) {
    if (instance->state != "removed")
      rows.push_back(status_of(*instance, state_->images.resident(instance->config.plugin)));
  }
  return rows;
}

bool PluginHost::rests(const Duty::Instances& of) { return state_->house->duty.rests(of); }

void PluginHost::stop_changes() {
  state_->stopping.request_stop();  // before waiting for whoever is `changing`
  state_->versions.stopped();
}

void PluginHost::stop(Millis limit) {
  const auto until = std::chrono::steady_clock::now() + limit;
  stop_changes();
  const std::lock_guard one(state_->changing);
  if (std::exchange(state_->stopped, true)) return;
  std::vector<Instance*> live;
  {
    const std::lock_guard lock(state_->mutex);
    for (const auto& [id, instance] : state_->instances) {
      if (instance->is_live()) live.push_back(instance.get());
    }
    for (auto* instance : live) instance->state = "draining";
  }
  for (auto* instance : live) instance->route.live().pin()->drain();  // all of them, before waiting for any
  {
    std::vector<std::jthread> ending;  // side by side: one that is slow to end must not use up the others' time
    ending.reserve(live.size());
    for (auto* instance : live) ending.emplace_back([this, instance, until] { state_->end(*instance, until); });
  }
  state_->retirement.wait(until);
  state_->retirement.stop();  // an attempt that hangs keeps the State, but not what the host lent
  state_->await_attempt(until);
  // Idle threads end at once; a task that hangs is waited for no longer than this.
  const auto left = std::chrono::duration_cast<Millis>(until - std::chrono::steady_clock::now());
  state_->house->scheduler->stop(std::max(Millis{500}, left));
}

}  // namespace agente::plugins
