#pragma once

#include <atomic>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "app/host.hpp"
#include "app/kv_over_store.hpp"
#include "app/occupancy_gauges.hpp"
#include "app/upkeep.hpp"
#include "base/clock.hpp"
#include "cache/cache.hpp"
#include "messaging/cloakroom.hpp"
#include "messaging/delivery.hpp"
#include "messaging/dispatch.hpp"
#include "messaging/front_desk.hpp"
#include "messaging/hotels.hpp"
#include "messaging/intake.hpp"
#include "messaging/mirror.hpp"
#include "messaging/presence.hpp"
#include "messaging/replay.hpp"
#include "messaging/retention.hpp"
#include "messaging/turn.hpp"
#include "plugins/live.hpp"
#include "plugins/plugin_host.hpp"
#include "plugins/self_tests.hpp"
#include "pms/absent_pms.hpp"
#include "telemetry/metrics.hpp"
#include "web/resources/house.hpp"
#include "web/server.hpp"

namespace agente::app {

/// Polled channels hand their messages to the same intake as webhooks.
class InboxOverIntake final : public plugins::Inbox {
 public:
  void connect(messaging::Intake& intake) { intake_ = &intake; }
  Result<void> commit(const std::string& instance, const plugins::Staged& staged) override {
    auto accepted = intake_->commit(instance, staged, "");
    return accepted ? Result<void>{} : Result<void>{accepted.error()};
  }

 private:
  messaging::Intake* intake_ = nullptr;
};

/// Everything, in the order in which it is built; it is torn down the other way round.
struct Host::Rooms {
  explicit Rooms(config::Config of) { config.swap(std::make_shared<const config::Config>(std::move(of))); }

  plugins::Live<const config::Config> config;  ///< as it is now
  std::string name;                            ///< among the hosts on its store, for as long as it runs
  std::unique_ptr<Clock> clock;
  Metrics metrics;
  OccupancyGauges occupancy;
  std::unique_ptr<cache::Cache> cache;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<KvOverStore> kv;
  InboxOverIntake inbox;
  std::atomic<const store::Membership*> place = nullptr;  ///< once it has one; plugins are started before
  std::unique_ptr<messaging::Meter> meter;
  std::unique_ptr<plugins::PluginHost> plugins;
  std::unique_ptr<plugins::SelfTests> self_tests;
  std::map<std::string, std::unique_ptr<pms::Turnstile>> turnstiles;  ///< by hotel and plugin; outlive what is reloaded
  std::vector<std::unique_ptr<pms::Gateway>> gateways;                ///< replaced ones too: others may hold them
  /// For a PMS that is configured and not connected: what guests accepted waits for it, and is given up in time.
  struct StandIn {
    StandIn(const config::InstanceConfig& instance, const config::LimitsConfig& limits, store::Store& store,
            const Clock& clock)
        : settle(limits.booking_settle),
          wait(limits.booking_wait),
          pms(instance.id, instance.plugin),
          gateway(instance.hotel, pms, store, clock,
                  {.call_deadline = instance.deadline, .booking_settle = settle, .booking_wait = wait},
                  {.call = [](std::string_view, std::string_view, std::string_view) {}}) {}
    const Millis settle, wait;
    pms::AbsentPms pms;
    pms::Gateway gateway;
  };
  std::vector<std::unique_ptr<StandIn>> stand_ins;  ///< replaced ones too, as for gateways
  std::unique_ptr<messaging::Hotels> hotels;
  std::unique_ptr<messaging::Delivery> delivery;
  std::unique_ptr<messaging::Presence> presence;
  std::unique_ptr<messaging::Cloakroom> cloakroom;
  std::unique_ptr<messaging::Turn> turn;
  std::unique_ptr<messaging::Dispatch> dispatch;
  std::unique_ptr<messaging::Intake> intake;
  std::unique_ptr<messaging::FrontDesk> front_desk;
  std::unique_ptr<messaging::Replay> replay;
  std::unique_ptr<messaging::Retention> retention;
  std::unique_ptr<messaging::Mirror> mirror;
  std::vector<cache::Listening> listening;  ///< to other hosts
  std::unique_ptr<store::Membership> membership;
  std::unique_ptr<web::Visitors> visitors;
  std::unique_ptr<web::House> house;
  web::Router router;
  web::AccessRules rules;
  std::unique_ptr<web::Server> operator_door;
  std::unique_ptr<web::Server> public_door;
  std::set<std::string> slow_to_start;  ///< instances that did not get ready in time; upkeep tries them again
  std::unique_ptr<Upkeep> upkeep;
};

/// Connects a hotel to its PMS, or to a former one, in place of an earlier connection. While the instance is failed it
/// has a stand-in; nothing happens while it still has the plugin of before.
void open_gateway(Host::Rooms& rooms, const config::Config& config, const config::InstanceConfig& instance);

/// Whether this host works now for what is done on one host at a time, `what` being its name.
[[nodiscard]] bool works_for(const Host::Rooms& rooms, std::string_view what);

/// The hotels that have a PMS in `config`, connected or not, and which.
[[nodiscard]] messaging::Hotels::Expected hotels_of(const config::Config& config);

/// How long messages and events stay, as `config` says.
[[nodiscard]] messaging::Retention::Keep kept_for(const config::Config& config);

/// What /metrics reads off the house at each collection.
void watch(Host::Rooms& rooms);

}  // namespace agente::app
