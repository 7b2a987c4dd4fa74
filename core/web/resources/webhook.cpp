// The guests' doors: providers' webhooks and the chat page. What a channel stages is committed before it is answered.
#include <chrono>

#include "telemetry/log.hpp"
#include "web/resources/house.hpp"

namespace agente::web {
namespace {

plugins::HttpIn request_for(const Request& request, std::string_view mount) {
  plugins::HttpIn in{.method = request.method,
                     .path = std::string_view(request.path).substr(std::min(mount.size(), request.path.size())),
                     .body = request.body,
                     .remote = request.client,
                     .visitor = request.visitor,
                     .trusted = request.trusted};
  if (const auto mark = request.target.find('?'); mark != std::string::npos) {
    in.query = std::string_view(request.target).substr(mark + 1);
  }
  for (const auto& [name, value] : request.headers.lines()) in.headers.push_back({name, value});
  return in;
}

Response respond(plugins::HttpOut out) {
  Response response{.status = out.status, .body = std::move(out.body)};
  for (auto& [name, value] : out.headers) response.headers.add(std::move(name), std::move(value));
  return response;
}

void log_webhook(const Request& request, const std::string& channel, int status,
                 const messaging::Intake::Accepted& accepted) {
  const bool good = status < 400;
  log::write(good ? log::Level::kInfo : log::Level::kWarn, "webhook", good ? "answered" : "refused",
             {{"channel", channel},
              {"status", std::to_string(status)},
              {"messages", std::to_string(accepted.fresh)},
              {"duplicates", std::to_string(accepted.duplicates)},
              {"receipts", std::to_string(accepted.receipts)},
              {"remote", request.client},
              {"trace", request.id}});
}

/// One request through the channel: ask it, make what it staged durable, and only then let its answer out.
Response through(House& house, const Request& request, const std::string& id, std::string_view mount) {
  auto* channel = house.plugins.channel(id);
  if (channel == nullptr) return Response::error(request, 503, "channel_down", "channel " + id + " is not running");
  plugins::Staged staged;
  auto answer = channel->on_http(request_for(request, mount), staged, request.id);
  messaging::Intake::Accepted accepted;
  Response response;
  if (!answer) {
    response = refuse_with(request, answer.error());
  } else {
    const bool keep = answer->status >= 200 && answer->status < 300;
    auto committed = keep ? house.intake.commit(id, staged, request.id) : messaging::Intake::Accepted{};
    response = committed ? respond(std::move(*answer)) : refuse_with(request, committed.error());
    if (committed) accepted = *committed;
  }
  if (mount.starts_with("/webhook")) log_webhook(request, id, response.status, accepted);
  return response;
}

Response webhook(House& house, const Request& request) {
  const std::string id(request.param("channel"));
  const auto config = house.config.pin();
  const auto* instance = config->instance(id);
  if (instance == nullptr || instance->kind != config::PluginKind::kChannel) {
    return Response::error(request, 404, "not_found", "no channel '" + id + "' is configured");
  }
  const auto start = std::chrono::steady_clock::now();
  auto response = through(house, request, id, "/webhook/" + id);
  if (request.method == "POST" && response.status == 200) {
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    house.metrics.observe("webhook_ack_seconds", {}, took.count());
  }
  return response;
}

/// The id of the first channel that is a webchat; its page is at /chat.
std::string webchat_of(const config::Config& config) {
  for (const auto& instance : config.instances) {
    if (instance.kind == config::PluginKind::kChannel && instance.plugin == "webchat") return instance.id;
  }
  return {};
}

Response chat(House& house, Request& request) {
  const auto id = webchat_of(*house.config.pin());
  if (id.empty()) {
    return Response::error(request, 404, "not_found", "no webchat: add a channel with `plugin: webchat` to the config");
  }
  Response cookies;
  if (auto known = house.visitors.welcome(request, cookies); !known) {
    auto response = Response::error(request, 429, "too_many_guests", known.error().text);
    response.headers.set("Retry-After", "60");
    return response;
  }
  auto response = through(house, request, id, "/chat");
  for (const auto& [name, value] : cookies.headers.lines()) response.headers.add(name, value);
  return response;
}

}  // namespace

void mount_webhook(Router& router, House& house) {
  for (const auto* method : {"GET", "POST"}) {
    for (const auto* pattern : {"/webhook/{channel}", "/webhook/{channel}/*"}) {
      router.add(
          {.method = method, .pattern = pattern, .access = Access::public_, .handler = [&house](Request& request) {
             return webhook(house, request);
           }});
    }
    for (const auto* pattern : {"/chat", "/chat/*"}) {
      router.add(
          {.method = method, .pattern = pattern, .access = Access::public_, .handler = [&house](Request& request) {
             return chat(house, request);
           }});
    }
  }
}

}  // namespace agente::web
