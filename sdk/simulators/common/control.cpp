#include "simulators/common/control.hpp"

#include <charconv>

#include <nlohmann/json.hpp>

namespace agente::sim {
namespace {

using nlohmann::json;

/// A page of another origin must not drive the simulator through a visitor's browser.
bool foreign(const Request& request) {
  const auto host = request.header("host");
  const auto origin = request.header("origin");
  const auto name = host.substr(0, host.rfind(':'));
  return (name != "127.0.0.1" && name != "localhost") || (!origin.empty() && origin != "http://" + host);
}

}  // namespace

Reply answer_at(const Desk& desk, const Request& request) {
  if (foreign(request)) return problem(403, "only pages of this simulator may use it, by 127.0.0.1 or localhost");
  const auto handle = desk.find(request.method + ' ' + request.path);
  if (handle == desk.end()) {
    std::string known;
    for (const auto& entry : desk) known.append(known.empty() ? "" : ", ").append(entry.first);
    return problem(404, "there is no " + request.method + ' ' + request.path + "; there are: " + known);
  }
  try {
    return handle->second(request);
  } catch (const std::exception& unclear) {  // Unclear, or JSON of the wrong type
    return problem(400, unclear.what());
  }
}

Reply problem(int status, const std::string& what) {
  return {.status = status, .body = json{{"error", what}}.dump(-1, ' ', false, json::error_handler_t::replace) + "\n"};
}

json read_object(const Request& request) {
  auto body = json::parse(request.body, nullptr, false);
  if (!body.is_object()) throw Unclear("the body must be a JSON object");
  return body;
}

FaultRule read_rule(const json& body) {
  FaultRule rule{.name = body.at("name").get<std::string>(),
                 .rate = body.value("rate", 0.0),
                 .next = body.value("next", std::uint64_t{0}),
                 .every = body.value("every", std::uint64_t{0}),
                 .on = body.value("on", ""),
                 .to = body.value("to", ""),
                 .status = body.value("status", 0),
                 .code = body.value("code", 0),
                 .retry_after_as_date = body.value("retry_after_as_date", false)};
  if (body.contains("retry_after")) rule.retry_after = std::chrono::seconds(body["retry_after"].get<int>());
  if (body.contains("hold_ms")) rule.hold = std::chrono::milliseconds(body["hold_ms"].get<int>());
  if (rule.status != 0 && (rule.status < 200 || rule.status > 599)) throw Unclear("status must be 200 to 599");
  return rule;
}

std::uint64_t read_since(const Request& request) {
  const auto asked = request.query.find("since");
  if (asked == request.query.end()) return 0;
  std::uint64_t since = 0;
  const auto& text = asked->second;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), since);
  if (error != std::errc{} || end != text.data() + text.size()) throw Unclear("since must be a number");
  return since;
}

}  // namespace agente::sim
