#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "config/config.hpp"
#include "messaging/cloakroom.hpp"
#include "messaging/delivery.hpp"
#include "messaging/front_desk.hpp"
#include "messaging/hotels.hpp"
#include "messaging/intake.hpp"
#include "messaging/mirror.hpp"
#include "messaging/replay.hpp"
#include "plugins/live.hpp"
#include "plugins/plugin_host.hpp"
#include "plugins/self_tests.hpp"
#include "store/store.hpp"
#include "telemetry/log_gate.hpp"
#include "telemetry/metrics.hpp"
#include "web/router.hpp"
#include "web/visitor.hpp"

/// The REST resources: one file each. `mount_*` adds its routes; the house must outlive the router.
namespace agente::web {

/// What the resources show and drive. Everything is thread-safe and outlives the listeners.
struct House {
  const plugins::Live<const config::Config>& config;  ///< as it is now; pin it for as long as you read it
  const Clock& clock;
  store::Store& store;
  Metrics& metrics;
  plugins::PluginHost& plugins;
  plugins::SelfTests& self_tests;
  messaging::Intake& intake;
  messaging::Delivery& delivery;
  messaging::FrontDesk& front_desk;
  messaging::Replay& replay;
  messaging::Hotels& hotels;
  messaging::Mirror& mirror;
  messaging::Cloakroom& cloakroom;
  Visitors& visitors;
  /// Upgrades an instance now; as PluginHost::reload.
  std::function<Result<void>(const std::string& instance)> reload;
  /// Of the lines about webhooks that are refused to whoever sends them.
  std::unique_ptr<log::Gate> refusals = std::make_unique<log::Gate>(clock);
};

void mount_webhook(Router& router, House& house);        // /webhook/{channel}, /chat
void mount_health(Router& router, House& house);         // /health/*, /metrics, /
void mount_reservations(Router& router, House& house);   // /api/v1/reservations
void mount_messages(Router& router, House& house);       // /api/v1/admin/messages, chat
void mount_media(Router& router, House& house);          // /api/v1/admin/messages/{id}/media
void mount_conversations(Router& router, House& house);  // /api/v1/admin/conversations
void mount_events(Router& router, House& house);         // /api/v1/admin/events
void mount_guests(Router& router, House& house);         // /api/v1/admin/guests
void mount_plugins(Router& router, House& house);        // /api/v1/admin/plugins and self-tests
void mount_pms(Router& router, House& house);            // /api/v1/admin/pms/*
void mount_sync(Router& router, House& house);           // /api/v1/admin/sync, audit
void mount_occupancy(Router& router, House& house);      // /api/v1/occupancy

inline void mount_all(Router& router, House& house) {
  mount_webhook(router, house);
  mount_health(router, house);
  mount_reservations(router, house);
  mount_messages(router, house);
  mount_media(router, house);
  mount_conversations(router, house);
  mount_events(router, house);
  mount_guests(router, house);
  mount_plugins(router, house);
  mount_pms(router, house);
  mount_sync(router, house);
  mount_occupancy(router, house);
}

/// The guest that {channel} and {sender} of the path name: of the hotel in the query, or of the only one that knows
/// him; kNotFound, or kInvalid when several do.
Result<store::GuestKey> guest_named_by(House& house, const Request& request);

/// A message's id as it is shown.
std::optional<store::Id> parse_id(std::string_view text);

/// The message that the path names; kInvalid.
Result<store::Id> message_id_in(const Request& request);

/// What became of a message's file: {"state","mime_type","size","sha256","file_name","transcript","reason"}; null for
/// none.
nlohmann::json media_json(store::sql::Connection& connection, store::Id message);

/// Who asks, for the record: the name of his token, or the address he came from.
std::string actor_of(const House& house, const Request& request);

/// The HTTP answer to a failure of ours: 404, 409, 503 … with the error's own sentence.
Response refuse_with(const Request& request, const Error& error);

/// The hotel that the query names, or the first of the configuration. kInvalid: there is no such hotel; kNotFound:
/// there is none at all. It lives as long as `config`.
Result<const config::HotelConfig*> hotel_asked_for(const config::Config& config, const Request& request);

/// `date` of the query; kInvalid says how to write it.
Result<std::optional<Day>> day_asked_for(const Request& request);

/// A whole number from the query, or the fallback; kInvalid names the parameter.
Result<std::int64_t> whole_number(const Request& request, std::string_view name, std::int64_t fallback,
                                  std::int64_t least, std::int64_t most);

}  // namespace agente::web
