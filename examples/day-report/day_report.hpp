#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <agente/sdk.hpp>
#include <agente_schema.hpp>
#include <nlohmann/json.hpp>

/// Posts what happened at the hotels to `url`, as JSON: how often each type of event came, per hotel, and the daily
/// figures as they are.
///
///     {"batch": "b-7", "counts": {"sol": {"reservation.confirmed": 3}}, "figures": [{"hotel": "sol", "body": {...}}]}
///
/// A batch comes at least once, so its id goes along as idempotency-key: a receiver that has seen it answers 200 again.
class DayReport {
 public:
  static constexpr std::string_view id = "day-report";
  static constexpr std::string_view version = "1.0.0";
  static constexpr std::string_view schema = agente_schema;

  DayReport(agente::host host, std::string_view config_json)
      : host_(host), url_(nlohmann::json::parse(config_json).at("url").get<std::string>()) {}

  agente::feed describe(agente::call /*call*/) { return {.events = {"reservation.*", "kpi.*"}, .max_batch = 500}; }

  void export_batch(const agente::batch& batch, agente::call call) {
    std::vector<agente::header> headers{{"content-type", "application/json"},
                                        {"idempotency-key", std::string{batch.id}}};
    if (const auto token = host_.find_secret("/token")) headers.push_back({"authorization", "Bearer " + *token});
    const auto answer =
        host_.http(call, {.method = "POST", .url = url_, .headers = std::move(headers), .body = report_of(batch)});
    if (answer.ok()) return;
    const auto text = "the receiver answers " + std::to_string(answer.status);
    if (answer.status == 401) throw agente::error(AGENTE_E_AUTH, text + "; check token");
    if (answer.status == 429) throw agente::error(AGENTE_E_RATE, text);
    // Only what the receiver will never take may be set aside.
    throw agente::error(answer.status == 400 || answer.status == 422 ? AGENTE_E_INVALID : AGENTE_E_RETRY, text);
  }

 private:
  static std::string report_of(const agente::batch& batch) {
    using nlohmann::json;
    json report{{"batch", batch.id}, {"counts", json::object()}, {"figures", json::array()}};
    for (const auto& event : batch.events) {
      auto& count = report["counts"][std::string{event.hotel}][std::string{event.type}];
      count = count.is_null() ? 1 : count.get<int>() + 1;
      if (!event.type.starts_with("kpi.")) continue;
      auto body = json::parse(event.body_json, nullptr, false);
      if (body.is_discarded()) throw agente::error(AGENTE_E_INVALID, "the body of an event is no JSON");
      report["figures"].push_back({{"hotel", event.hotel}, {"type", event.type}, {"body", std::move(body)}});
    }
    return report.dump(-1, ' ', false, json::error_handler_t::replace);
  }

  agente::host host_;
  std::string url_;
};
