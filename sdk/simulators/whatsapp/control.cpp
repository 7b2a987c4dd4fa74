#include "simulators/whatsapp/control.hpp"

#include <charconv>
#include <map>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "simulators/whatsapp/ids.hpp"

namespace agente::sim::whatsapp {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxBatch = 1000;  // Meta's own

/// A request to /__sim that makes no sense; becomes a 400 at the edge.
struct Unclear : std::runtime_error {
  using std::runtime_error::runtime_error;
};

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
                 .status = body.value("status", 0),
                 .code = body.value("code", 0),
                 .retry_after_as_date = body.value("retry_after_as_date", false)};
  if (body.contains("retry_after")) rule.retry_after = std::chrono::seconds(body["retry_after"].get<int>());
  if (body.contains("hold_ms")) rule.hold = std::chrono::milliseconds(body["hold_ms"].get<int>());
  if (rule.status != 0 && (rule.status < 200 || rule.status > 599)) throw Unclear("status must be 200 to 599");
  return rule;
}

std::string digits_of(const std::string& text) {
  auto digits = text.substr(text.starts_with("+") ? 1 : 0);
  if (digits.find_first_not_of("0123456789") != std::string::npos || digits.size() > 15) {
    throw Unclear("from must be a telephone number, digits with the country code, not '" + text + "'");
  }
  return digits;
}

GuestMessage read_message(const json& body, const World& world) {
  GuestMessage message{.from = digits_of(body.value("from", "")),
                       .user_id = body.value("user_id", ""),
                       .name = body.value("name", "Guest"),
                       .id = body.value("id", ""),
                       .timestamp = world.unix_time(),
                       .text = body.at("text").get<std::string>()};
  if (message.from.empty() && message.user_id.empty()) throw Unclear("from or user_id must say who writes");
  if (body.contains("timestamp")) {
    const auto& time = body["timestamp"];
    message.timestamp = time.is_string() ? time.get<std::string>() : std::to_string(time.get<std::int64_t>());
  }
  if (message.id.empty()) message.id = new_wamid_from(message.from.empty() ? message.user_id : message.from);
  return message;
}

/// `batch` is a number (the same text so many times) or a list of messages; what those leave out is taken from outside.
std::vector<GuestMessage> read_messages(const json& body, const World& world) {
  const auto batch = body.value("batch", json(1));
  const auto size = batch.is_array() ? batch.size() : batch.get<std::size_t>();
  if (size < 1 || size > kMaxBatch) throw Unclear("batch must be 1 to 1000 messages");
  std::vector<GuestMessage> messages;
  for (std::size_t i = 0; i < size; ++i) {
    auto one = body;
    if (i > 0 || batch.is_array()) one.erase("id");  // an id is one message's only
    if (batch.is_array()) one.update(batch[i]);
    messages.push_back(read_message(one, world));
  }
  return messages;
}

json answer_of(const Answer& answer) {
  json body{{"status", answer.status}, {"latency_ms", answer.latency.count()}};
  if (!answer.error.empty()) body["error"] = answer.error;
  return body;
}

/// A page of another origin must not drive the simulator through a visitor's browser.
bool foreign(const Request& request) {
  const auto host = request.header("host");
  const auto origin = request.header("origin");
  const auto name = host.substr(0, host.rfind(':'));
  return (name != "127.0.0.1" && name != "localhost") || (!origin.empty() && origin != "http://" + host);
}

}  // namespace

Reply Control::answer(const Request& request) {
  using Handle = Reply (Control::*)(const Request&);
  static const std::map<std::string, Handle> kHandles{{"GET /__sim/log", &Control::log},
                                                      {"POST /__sim/fault", &Control::fault},
                                                      {"POST /__sim/webhook", &Control::webhook},
                                                      {"POST /__sim/guest", &Control::guest},
                                                      {"POST /__sim/reset", &Control::reset}};
  if (foreign(request)) return problem(403, "only pages of this simulator may use it, by 127.0.0.1 or localhost");
  const auto handle = kHandles.find(request.method + ' ' + request.path);
  if (handle == kHandles.end()) {
    std::string known;
    for (const auto& entry : kHandles) known.append(known.empty() ? "" : ", ").append(entry.first);
    return problem(404, "there is no " + request.method + ' ' + request.path + "; there are: " + known);
  }
  try {
    return (this->*handle->second)(request);
  } catch (const std::exception& unclear) {  // Unclear, or JSON of the wrong type
    return problem(400, unclear.what());
  }
}

Reply Control::log(const Request& request) {
  std::uint64_t since = 0;
  if (const auto asked = request.query.find("since"); asked != request.query.end()) {
    const auto& text = asked->second;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), since);
    if (error != std::errc{} || end != text.data() + text.size()) throw Unclear("since must be a number");
  }
  return {.body = world_.journal.since(since)};
}

Reply Control::fault(const Request& request) {
  if (const auto refusal = world_.faults.arm(read_rule(read_object(request)))) return problem(400, *refusal);
  return {.body = "{\"ok\":true}\n"};
}

Reply Control::webhook(const Request& request) {
  const auto body = read_object(request);
  world_.courier.aim({body.at("url").get<std::string>(), body.value("app_secret", world_.courier.target().app_secret)});
  return {.body = "{\"ok\":true}\n"};
}

Reply Control::guest(const Request& request) {
  const auto body = read_object(request);
  if (world_.courier.target().url.empty()) return problem(409, "no webhook is set: start with --webhook URL");
  const bool retry = body.value("retry", true);
  if (body.contains("raw")) {
    const auto event = nlohmann::ordered_json::parse(request.body).at("raw");
    const Parcel parcel{.event = "raw", .body = to_wire(event)};
    return {.body = answer_of(world_.courier.post(parcel, retry)).dump() + "\n"};
  }
  const auto messages = read_messages(body, world_);
  auto ids = json::array();
  for (const auto& message : messages) {
    world_.guest_ids.add(message.id);
    world_.tell(message.from.empty() ? message.user_id : message.from, ">", message.text);
    ids.push_back(message.id);
  }
  const auto& first = messages.front();
  const auto number = world_.number(body.value("phone_number_id", world_.options.phone_number_ids.front()));
  const Parcel parcel{.event = "message",
                      .id = first.id,
                      .guest = first.from.empty() ? first.user_id : first.from,
                      .text = first.text,
                      .body = to_wire(messages_event(number, messages))};
  const auto twice = world_.faults.strike("guest", "");
  auto answer = answer_of(world_.courier.post(parcel, retry));
  if (twice) world_.courier.post(parcel, false);
  answer["id"] = first.id;
  answer["ids"] = std::move(ids);
  return {.body = answer.dump() + "\n"};
}

Reply Control::reset(const Request&) {
  world_.faults.clear();
  world_.courier.clear();
  world_.rates.clear();
  world_.guest_ids.clear();
  world_.journal.clear();
  return {.body = "{\"ok\":true}\n"};
}

}  // namespace agente::sim::whatsapp
