// What is loaded, and whether it works.
#include <nlohmann/json.hpp>

#include "web/resources/house.hpp"

namespace agente::web {
namespace {

using nlohmann::json;

json text_or_null(const std::string& text) { return text.empty() ? json(nullptr) : json(text); }

json change_json(const plugins::LastChange& change) {
  if (change.outcome.empty()) return nullptr;
  return {{"outcome", change.outcome},
          {"version", text_or_null(change.version)},
          {"reason", text_or_null(change.reason)},
          {"at", format_time(change.at)}};
}

json row_of(const plugins::InstanceStatus& status) {
  return {{"id", status.plugin},
          {"instance", status.instance},
          {"kind", status.kind},
          {"version", text_or_null(status.version)},
          {"generation", status.generation},
          {"state", status.state},
          {"in_flight", status.in_flight},
          {"resident_images", status.resident_images},
          {"stuck", status.stuck},
          {"crashes", status.crashes},
          {"isolation", status.isolation},
          {"class", text_or_null(status.load_class)},
          {"digest", text_or_null(status.digest)},
          {"reason", text_or_null(status.reason)},
          {"last_change", change_json(status.last)}};
}

Response list(House& house) {
  json rows = json::array();
  for (const auto& status : house.plugins.list()) rows.push_back(row_of(status));
  return Response::json(200, {{"plugins", std::move(rows)}});
}

/// Upgrades an instance: 200 with its row once the new generation is live, else why it is not.
Response reload(House& house, const Request& request) {
  const std::string id(request.query_value("instance").value_or(""));
  if (auto done = house.reload(id); !done) {
    if (done.error().code == Code::kNotFound) return refuse_with(request, done.error());
    return Response::error(request, 409, "not_upgraded", done.error().text);
  }
  for (const auto& status : house.plugins.list()) {
    if (status.instance == id) return Response::json(200, row_of(status));
  }
  return refuse_with(request, {Code::kNotFound, "instance '" + id + "' has just been removed"});
}

json stage_json(const std::string& stage, const Result<void>& outcome, const std::string& remedy) {
  if (outcome) return {{"stage", stage}, {"ok", true}, {"cause", nullptr}, {"remedy", nullptr}};
  return {{"stage", stage}, {"ok", false}, {"cause", outcome.error().text}, {"remedy", remedy}};
}

json test_channel(House& house, const std::string& id) {
  auto* channel = house.plugins.channel(id);
  if (channel == nullptr) {
    return json::array({stage_json("running", Error{Code::kRetry, "the instance is not live"},
                                   "see `agentctl plugin list` for the reason, then correct the configuration")});
  }
  const auto checks = channel->self_test();
  if (!checks) return json::array({stage_json("self-test", checks.error(), "see the host's log")});
  json stages = json::array();
  for (const auto& check : *checks) {
    stages.push_back({{"stage", check.stage},
                      {"ok", check.ok},
                      {"cause", text_or_null(check.cause)},
                      {"remedy", text_or_null(check.remedy)}});
  }
  return stages;
}

json test_pms(House& house, const config::InstanceConfig& instance, const std::string& trace) {
  const auto connected = house.hotels.gateway(instance.hotel, instance.plugin);
  if (!connected) {
    return json::array({stage_json("running", Error{Code::kRetry, "the instance is not live"},
                                   "see `agentctl plugin list` for the reason, then correct the configuration")});
  }
  auto* gateway = *connected;
  const std::string remedy = "check that the PMS is reachable and its credentials are right";
  json stages = json::array({stage_json("health", gateway->health(trace), remedy)});
  const auto rooms = gateway->rooms(trace);
  stages.push_back(stage_json("units", rooms ? Result<void>{} : Result<void>{rooms.error()}, remedy));
  return stages;
}

/// Every instance, or the one named: a channel's id, "pms" (all hotels) or "<hotel>/pms".
Response self_test(House& house, const Request& request) {
  const std::string wanted(request.query_value("instance").value_or(""));
  json results = json::array();
  bool all_ok = true;
  const auto config = house.config.pin();
  for (const auto& instance : config->instances) {
    const bool is_pms = instance.kind == config::PluginKind::kPms;
    const bool named =
        wanted.empty() || wanted == instance.id || (is_pms && (wanted == "pms" || wanted == instance.plugin));
    if (!named || instance.kind == config::PluginKind::kExporter) continue;
    auto stages = is_pms ? test_pms(house, instance, request.id) : test_channel(house, instance.id);
    bool ok = true;
    for (const auto& stage : stages) ok = ok && stage.at("ok").get<bool>();
    all_ok = all_ok && ok;
    results.push_back(
        {{"instance", instance.id}, {"plugin", instance.plugin}, {"ok", ok}, {"stages", std::move(stages)}});
  }
  if (results.empty())
    return refuse_with(request, {Code::kNotFound, "no channel or PMS '" + wanted + "' is configured"});
  return Response::json(200, {{"ok", all_ok}, {"instances", std::move(results)}});
}

/// Of every channel that the plugin serves: 200 when all is well, else 502 with the first stage that failed.
Response test_plugin(House& house, const Request& request, const std::string& plugin) {
  json results = json::array();
  json fault = nullptr;
  const auto config = house.config.pin();
  for (const auto& instance : config->instances) {
    if (instance.plugin != plugin || instance.kind != config::PluginKind::kChannel) continue;
    auto stages = test_channel(house, instance.id);
    for (const auto& stage : stages) {
      if (fault.is_null() && !stage.at("ok").get<bool>()) fault = stage;
    }
    results.push_back({{"instance", instance.id}, {"stages", std::move(stages)}});
  }
  if (results.empty()) return refuse_with(request, {Code::kNotFound, "no channel of " + plugin + " is configured"});
  json body{{"ok", fault.is_null()}, {"instances", std::move(results)}};
  if (fault.is_null()) return Response::json(200, body);
  body.update({{"stage", fault["stage"]}, {"error", fault["cause"]}, {"remedy", fault["remedy"]}});
  return Response::json(502, body);
}

}  // namespace

void mount_plugins(Router& router, House& house) {
  router.add({.pattern = "/api/v1/admin/plugins", .handler = [&house](Request&) { return list(house); }});
  router.add({.method = "POST", .pattern = "/api/v1/admin/plugins/reload", .handler = [&house](Request& request) {
                return reload(house, request);
              }});
  router.add({.pattern = "/api/v1/admin/whatsapp/test",
              .handler = [&house](Request& request) { return test_plugin(house, request, "whatsapp"); }});
  router.add({.pattern = "/api/v1/admin/self-test",
              .handler = [&house](Request& request) { return self_test(house, request); }});
}

}  // namespace agente::web
