#include "app/host.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

#include <unistd.h>

#include "app/rooms.hpp"
#include "base/killpoint.hpp"
#include "config/load.hpp"
#include "config/store_url.hpp"
#include "telemetry/log.hpp"

namespace agente::app {
namespace {

using Rooms = Host::Rooms;

constexpr std::string_view kInbound = "inbound";  // what hosts call to each other when a message has come

bool rehearsing(config::Stage stage) { return stage == config::Stage::kTest || stage == config::Stage::kDemo; }

/// AGENTE_CLOCK sets where the clock starts, in the first hotel's local time; only where nobody depends on the time.
Result<std::unique_ptr<Clock>> make_clock(const config::Config& config) {
  const char* start = std::getenv("AGENTE_CLOCK");
  if (start == nullptr || *start == '\0') return std::unique_ptr<Clock>(std::make_unique<SystemClock>());
  if (!rehearsing(config.stage)) {
    return Error{Code::kConfig, "AGENTE_CLOCK is for `environment: test` or `demo` only; unset it"};
  }
  const auto zone = config.hotels.empty() ? std::string("UTC") : config.hotels.front().timezone;
  const auto moment = parse_local(start, zone);
  if (!moment) return Error{Code::kConfig, std::string("AGENTE_CLOCK: write 2026-09-15T12:00:00, is '") + start + "'"};
  return std::unique_ptr<Clock>(std::make_unique<SystemClock>(*moment - SystemClock().now()));
}

Result<void> open_store(Rooms& rooms) {
  const auto url = config::url_of(rooms.config.pin()->store);
  if (!url) return url.error();
  auto store = store::open(*url, *rooms.clock);
  if (!store) return store.error();
  rooms.store = std::move(*store);
  rooms.kv = std::make_unique<KvOverStore>(*rooms.store);
  return {};
}

Result<void> open_cache(Rooms& rooms) {
  const auto config = rooms.config.pin();
  std::optional<std::string> url;
  if (config->cache_url) {
    auto secret = config->cache_url->read();
    if (!secret) return secret.error();
    url = std::move(*secret);
  }
  auto cache = cache::open(url, *rooms.clock, rooms.metrics);
  if (!cache) return cache.error();
  rooms.cache = std::move(*cache);
  return {};
}

/// The running config, as the plugin files of this moment judge it.
Result<config::InstanceConfig> config_for(const Rooms& rooms, const std::string& id) {
  const auto running = rooms.config.pin();
  const auto loaded = config::load_text(running->text, running->file, {.schema_of = plugins::read_schema});
  const auto* instance = loaded.config ? loaded.config->instance(id) : nullptr;
  if (instance != nullptr) return *instance;
  return Error{Code::kConfig, "the configuration cannot be read any more" +
                                  (loaded.problems.empty() ? "" : ": " + config::format(loaded.problems.front()))};
}

/// The channels that are live now.
std::map<std::string, plugins::Channel*> live_channels(Rooms& rooms) {
  std::map<std::string, plugins::Channel*> channels;
  const auto config = rooms.config.pin();
  for (const auto& instance : config->instances) {
    if (auto* channel = rooms.plugins->channel(instance.id)) channels.emplace(instance.id, channel);
  }
  return channels;
}

void start_plugins(Rooms& rooms) {
  const auto config = rooms.config.pin();
  rooms.plugins = std::make_unique<plugins::PluginHost>(
      plugins::HostOptions{.search = config->plugins.path,
                           .state = config->plugins.state,
                           .lock = config->plugins.lock,
                           .stage = config->stage,
                           .hotels = config->hotels,
                           .config_for = [&rooms](const std::string& id) { return config_for(rooms, id); },
                           .works_for = [&rooms](const std::string& id) { return works_for(rooms, id); }},
      plugins::Services{.clock = *rooms.clock,
                        .kv = *rooms.kv,
                        .inbox = rooms.inbox,
                        .metrics = rooms.metrics,
                        .cache = *rooms.cache});
  rooms.self_tests =
      std::make_unique<plugins::SelfTests>(*rooms.clock, rooms.metrics, [&rooms] { return live_channels(rooms); });
  rooms.self_tests->every(config->limits.self_test);
}

void build_mirror(Rooms& rooms) {
  rooms.mirror = std::make_unique<messaging::Mirror>(
      *rooms.store, *rooms.clock, *rooms.hotels,
      [&rooms](const std::string& hotel) { return works_for(rooms, hotel + "/pms"); });
  // A test that looks at what nobody has followed yet wants the host to follow late.
  const char* poll = std::getenv("AGENTE_PMS_POLL_SECONDS");
  if (poll != nullptr && rooms.config.pin()->stage == config::Stage::kTest) {
    rooms.mirror->every(std::chrono::seconds{std::max(1, std::atoi(poll))});
  }
}

std::size_t count_channels(const config::Config& config) {
  return static_cast<std::size_t>(
      std::ranges::count(config.instances, config::PluginKind::kChannel, &config::InstanceConfig::kind));
}

std::function<bool()> to_the_door(Rooms& rooms) {
  return [&rooms] { return rooms.intake->is_crowded(); };
}

void build_delivery(Rooms& rooms) {
  const auto limits = rooms.config.pin()->limits;
  rooms.delivery = std::make_unique<messaging::Delivery>(
      *rooms.store, *rooms.clock, *rooms.meter, [&rooms](const std::string& id) { return rooms.plugins->channel(id); },
      messaging::Delivery::Settings{.settle = limits.send_settle,
                                    .stale = limits.send_within,
                                    .channels = [&rooms] { return count_channels(*rooms.config.pin()); },
                                    .gives_way = to_the_door(rooms)});
}

void build_messaging(Rooms& rooms) {
  const auto limits = rooms.config.pin()->limits;
  rooms.meter = std::make_unique<messaging::Meter>(rooms.metrics, [&rooms](std::string_view channel) {
    const auto config = rooms.config.pin();
    const auto* instance = config->instance(std::string(channel));
    return instance == nullptr ? std::string() : instance->plugin;
  });
  rooms.hotels = std::make_unique<messaging::Hotels>(*rooms.clock);
  build_delivery(rooms);
  rooms.turn = std::make_unique<messaging::Turn>(*rooms.store, *rooms.clock, *rooms.hotels, *rooms.meter,
                                                 [&rooms](std::vector<store::Outbound> released) {
                                                   rooms.delivery->again(std::move(released));
                                                   rooms.delivery->wake();
                                                 });
  rooms.turn->gathers_for(limits.gather);
  rooms.turn->answers_within(limits.answer_within);
  rooms.presence = std::make_unique<messaging::Presence>(
      *rooms.clock, [&rooms](const std::string& id) { return rooms.plugins->channel(id); });
  rooms.turn->shows(*rooms.presence);
  const auto media = rooms.config.pin()->media;
  rooms.cloakroom = std::make_unique<messaging::Cloakroom>(
      *rooms.store, *rooms.clock,
      messaging::Cloakroom::Settings{.folder = media.directory, .max_bytes = media.max_bytes},
      [&rooms](const std::string& id) { return rooms.plugins->channel(id); },
      [&rooms] { return works_for(rooms, "media"); });
  rooms.dispatch = std::make_unique<messaging::Dispatch>(*rooms.store, *rooms.clock, *rooms.turn, to_the_door(rooms));
  rooms.intake = std::make_unique<messaging::Intake>(
      *rooms.store, *rooms.clock, *rooms.meter,
      messaging::Intake::Told{
          .message_came = [&rooms] { rooms.cache->wake(kInbound); },
          .receipt_changed = [&rooms](const store::Outbound& m) { rooms.delivery->receipt_changed(m); },
          .file_came = [&rooms] { rooms.cloakroom->wake(); }});
  rooms.inbox.connect(*rooms.intake);
  rooms.front_desk = std::make_unique<messaging::FrontDesk>(
      *rooms.store, *rooms.clock,
      messaging::FrontDesk::Told{.act_came = [&rooms] { rooms.cache->wake(kInbound); },
                                 .reply_waits = [&rooms] { rooms.delivery->wake(); }},
      [&rooms](const std::string& id) { return rooms.plugins->channel(id); });
  rooms.replay = std::make_unique<messaging::Replay>(
      *rooms.store, *rooms.clock, [&rooms](store::Inbound message) { rooms.dispatch->again(std::move(message)); });
  rooms.retention = std::make_unique<messaging::Retention>(*rooms.store, *rooms.clock, rooms.metrics,
                                                           [&rooms] { return works_for(rooms, "retention"); });
  rooms.retention->keep(kept_for(*rooms.config.pin()));
  build_mirror(rooms);
}

/// Where this host is, for those that share its store: no two processes listen on one port of one machine.
std::string host_name(const config::Address& address) {
  std::array<char, 256> name{};
  ::gethostname(name.data(), name.size() - 1);
  return std::string(name.data()) + ":" + std::to_string(address.port);
}

/// Nothing of these parts is under way.
bool rests(Rooms& rooms, store::Parts parts) {
  const auto in_parts = [parts](const std::string& id) { return store::contains(parts, store::part_of(id)); };
  return rooms.dispatch->rests(parts) && rooms.delivery->rests(parts) && rooms.plugins->rests(in_parts);
}

/// Several hosts may share the store: this one works for its parts of the guests.
void take_place(Rooms& rooms) {
  rooms.listening.push_back(rooms.cache->on_wake(kInbound, [&rooms] { rooms.dispatch->wake(); }));
  rooms.membership =
      rooms.store->join(rooms.name, {.hold =
                                         [&rooms](store::Parts parts) {
                                           rooms.dispatch->hold(parts);
                                           rooms.delivery->hold(parts);
                                         },
                                     .rests = [&rooms](store::Parts parts) { return rests(rooms, parts); },
                                     .look =
                                         [&rooms] {
                                           rooms.dispatch->sweep();
                                           rooms.delivery->sweep();
                                         }});
  rooms.place = rooms.membership.get();
}

/// One bad instance must not stop the others: it is failed, readiness is degraded, the log says why.
void start_instances(Rooms& rooms) {
  const auto config = rooms.config.pin();
  rooms.hotels->expect(hotels_of(*config));
  for (const auto& instance : config->instances) {
    const auto started = rooms.plugins->start(instance);  // logged there
    if (!started && started.error().code == Code::kTimeout) rooms.slow_to_start.insert(instance.id);
    if (instance.kind == config::PluginKind::kPms) open_gateway(rooms, *config, instance);
  }
}

std::string text_of(const config::Address& address) {
  const bool v6 = address.host.find(':') != std::string::npos;
  return (v6 ? "[" + address.host + "]" : address.host) + ":" + std::to_string(address.port);
}

Result<web::AccessRules> rules_of(const config::ServerConfig& server) {
  web::AccessRules rules;
  rules.trusted_networks = server.trusted_networks;
  rules.proxies = server.proxies;
  for (const auto& token : server.tokens) {
    auto secret = token.secret.read();
    if (!secret) return secret.error();
    rules.tokens.push_back(std::move(*secret));
  }
  return rules;
}

void mount(Rooms& rooms) {
  rooms.visitors = std::make_unique<web::Visitors>(web::Visitors::Limits{});
  rooms.house = std::make_unique<web::House>(
      web::House{.config = rooms.config,
                 .clock = *rooms.clock,
                 .store = *rooms.store,
                 .metrics = rooms.metrics,
                 .plugins = *rooms.plugins,
                 .self_tests = *rooms.self_tests,
                 .intake = *rooms.intake,
                 .delivery = *rooms.delivery,
                 .front_desk = *rooms.front_desk,
                 .replay = *rooms.replay,
                 .hotels = *rooms.hotels,
                 .mirror = *rooms.mirror,
                 .cloakroom = *rooms.cloakroom,
                 .visitors = *rooms.visitors,
                 .reload = [&rooms](const std::string& instance) { return rooms.upkeep->reload(instance); }});
  web::mount_all(rooms.router, *rooms.house);
  rooms.router.on_finished([&rooms](std::string_view route, std::string_view method, int status, double seconds) {
    rooms.metrics.add(
        "http_requests_total",
        {{"route", std::string(route)}, {"method", std::string(method)}, {"code", std::to_string(status)}});
    rooms.metrics.observe("http_request_duration_seconds", {}, seconds);
  });
  rooms.router.on_thrown([](const web::Request& request, std::string_view what) {
    log::error("web", "a handler failed: " + std::string(what), {{"path", request.path}, {"trace", request.id}});
  });
}

Result<void> open_doors(Rooms& rooms) {
  const auto config = rooms.config.pin();
  const auto& server = config->server;
  auto rules = rules_of(server);
  if (!rules) return rules.error();
  rooms.rules = std::move(*rules);
  const auto address = text_of(server.operator_address);
  if (auto allowed = web::check_operator_bind(rooms.rules, address); !allowed) return allowed;
  const web::Bounds bounds{.request_deadline = server.request_deadline,
                           .connections_per_address = static_cast<std::size_t>(server.max_connections_per_address)};
  auto door = web::Server::start({.address = address, .listener = web::Listener::operator_, .bounds = bounds},
                                 rooms.rules, rooms.router);
  if (!door) return door.error();
  rooms.operator_door = std::move(*door);
  if (!server.public_address) return {};
  auto second = web::Server::start(
      {.address = text_of(*server.public_address), .listener = web::Listener::public_, .bounds = bounds}, rooms.rules,
      rooms.router);
  if (!second) return second.error();
  rooms.public_door = std::move(*second);
  return {};
}

}  // namespace

bool works_for(const Host::Rooms& rooms, std::string_view what) {
  const auto* place = rooms.place.load();
  return place != nullptr && store::contains(place->held(), store::part_of(what));
}

messaging::Hotels::Expected hotels_of(const config::Config& config) {
  messaging::Hotels::Expected hotels;
  for (const auto& instance : config.instances) {
    if (instance.kind == config::PluginKind::kPms) hotels[instance.hotel].insert(instance.plugin);
  }
  return hotels;
}

messaging::Retention::Keep kept_for(const config::Config& config) {
  return {.messages = config.retention.messages, .events = config.retention.events};
}

Host::Host(std::unique_ptr<Rooms> rooms) : rooms_(std::move(rooms)) {}
Host::~Host() { stop(); }

Result<std::unique_ptr<Host>> Host::start(config::Config config) {
  if (config.stage == config::Stage::kTest) arm_kill_points();
  auto rooms = std::make_unique<Rooms>(std::move(config));
  auto clock = make_clock(*rooms->config.pin());
  if (!clock) return clock.error();
  rooms->clock = std::move(*clock);
  rooms->name = host_name(rooms->config.pin()->server.operator_address);
  if (auto opened = open_cache(*rooms); !opened) return opened.error();
  if (auto opened = open_store(*rooms); !opened) return opened.error();
  start_plugins(*rooms);
  build_messaging(*rooms);
  start_instances(*rooms);
  watch(*rooms);
  rooms->upkeep = std::make_unique<Upkeep>(*rooms);
  mount(*rooms);
  if (auto opened = open_doors(*rooms); !opened) return opened.error();
  take_place(*rooms);
  rooms->delivery->start();
  rooms->presence->start();
  rooms->dispatch->start(messaging::Hotels::kWorkers);
  rooms->cloakroom->start();
  rooms->retention->start();
  rooms->mirror->start();
  rooms->self_tests->start();
  rooms->upkeep->start();
  return std::unique_ptr<Host>(new Host(std::move(rooms)));
}

void Host::reread() { rooms_->upkeep->reread(); }

std::string Host::operator_url() const { return rooms_->operator_door->url(); }

void Host::stop() {
  if (!rooms_) return;
  rooms_->plugins->stop_changes();  // else whoever waits for one would hold up what follows
  if (rooms_->upkeep) rooms_->upkeep->stop();
  // Doors first: what is acknowledged from here on would not be worked on. Each step leaves time for the next.
  if (rooms_->public_door) rooms_->public_door->stop(Millis{1500});
  if (rooms_->operator_door) rooms_->operator_door->stop(Millis{1500});
  rooms_->retention->stop();
  rooms_->mirror->stop();
  rooms_->dispatch->stop();
  rooms_->presence->drop_all();
  rooms_->cloakroom->stop();
  rooms_->delivery->stop();
  rooms_->plugins->stop(Millis{2000});
  if (rooms_->membership) rooms_->membership->leave();
  rooms_->self_tests->stop();  // last, for one under way may wait long for the provider
  rooms_.reset();
}

}  // namespace agente::app
