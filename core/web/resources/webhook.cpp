// The guests' doors: providers' webhooks and the chat page. What a channel stages is committed before it is answered.
#include <chrono>
#include <functional>
#include <memory>
#include <utility>

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

/// A refusal is anybody's to cause; a failure of ours (5xx) is told each time.
void log_webhook(House& house, const Request& request, const std::string& channel, int status,
                 const messaging::Intake::Accepted& accepted) {
  if (status >= 400 && status < 500) {
    if (const auto left_out = house.refusals->pass()) {
      log::warn("webhook", "refused",
                {{"channel", channel},
                 {"status", std::to_string(status)},
                 {"left_out_since_last_line", std::to_string(*left_out)},
                 {"remote", request.client},
                 {"trace", request.id}});
    }
    return;
  }
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

constexpr std::string_view kSubscription = "/subscription";  // what a channel answers its operator there

/// A request on its way: the channel has answered it, and what it staged becomes durable before that answer goes out.
struct Passage {
  House& house;
  const Request& request;
  std::string channel;
  plugins::HttpOut answer{};
  Headers cookies{};
  bool is_webhook = false;
  Steady since = std::chrono::steady_clock::now();

  Response end(const Result<messaging::Intake::Accepted>& committed) {
    auto response = committed ? respond(std::move(answer)) : refuse_with(request, committed.error());
    for (const auto& [name, value] : cookies.lines()) response.headers.add(name, value);
    if (!is_webhook) return response;
    log_webhook(house, request, channel, response.status, committed ? *committed : messaging::Intake::Accepted{});
    if (request.method == "POST" && response.status == 200) {
      const std::chrono::duration<double> took = std::chrono::steady_clock::now() - since;
      house.metrics.observe("webhook_ack_seconds", {}, took.count());
    }
    return response;
  }
};

/// One request through the channel: ask it, make what it staged durable, and only then let its answer out.
Answer through(const std::shared_ptr<Passage>& passage, std::string_view mount) {
  auto& house = passage->house;
  const auto& id = passage->channel;
  auto* channel = house.plugins.channel(id);
  if (channel == nullptr) {
    return Response::error(passage->request, 503, "channel_down", "channel " + id + " is not running");
  }
  plugins::Staged staged;
  auto answer = channel->on_http(request_for(passage->request, mount), staged, passage->request.id);
  if (!answer) return passage->end(answer.error());
  passage->answer = std::move(*answer);
  const bool keep = passage->answer.status >= 200 && passage->answer.status < 300;
  if (!keep || staged.empty()) return passage->end(messaging::Intake::Accepted{});
  const auto kept = std::make_shared<plugins::Staged>(std::move(staged));
  return Later{[passage, kept](std::function<void(Making)> ready) {
    passage->house.intake.commit_later(
        passage->channel, std::move(*kept), passage->request.id,
        [passage, ready = std::move(ready)](messaging::Intake::Outcome outcome) {
          ready([passage, outcome = std::move(outcome)] { return passage->end(outcome()); });
        });
  }};
}

bool is_channel(House& house, const std::string& id) {
  const auto config = house.config.pin();
  const auto* instance = config->instance(id);
  return instance != nullptr && instance->kind == config::PluginKind::kChannel;
}

Response no_channel(const Request& request, const std::string& id) {
  return Response::error(request, 404, "not_found", "no channel '" + id + "' is configured");
}

/// Where the provider sends the channel's events: an operator's to see and to change, as the channel answers it.
Answer subscription(House& house, const Request& request) {
  const std::string id(request.param("channel"));
  if (!is_channel(house, id)) return no_channel(request, id);
  return through(std::make_shared<Passage>(Passage{.house = house, .request = request, .channel = id}),
                 "/api/v1/admin/channels/" + id);
}

Answer webhook(House& house, const Request& request) {
  const std::string id(request.param("channel"));
  if (!is_channel(house, id)) return no_channel(request, id);
  const auto mount = "/webhook/" + id;
  // Public, so that who is trusted here may be another site's form in the operator's browser.
  if (request.path == mount + std::string(kSubscription)) {
    return Response::error(request, 404, "not_found",
                           "an operator asks GET or POST /api/v1/admin/channels/" + id + std::string(kSubscription));
  }
  return through(
      std::make_shared<Passage>(Passage{.house = house, .request = request, .channel = id, .is_webhook = true}), mount);
}

/// The id of the first channel that is a webchat; its page is at /chat.
std::string webchat_of(const config::Config& config) {
  for (const auto& instance : config.instances) {
    if (instance.kind == config::PluginKind::kChannel && instance.plugin == "webchat") return instance.id;
  }
  return {};
}

Answer chat(House& house, Request& request) {
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
  return through(std::make_shared<Passage>(
                     Passage{.house = house, .request = request, .channel = id, .cookies = std::move(cookies.headers)}),
                 "/chat");
}

}  // namespace

void mount_webhook(Router& router, House& house) {
  for (const auto* method : {"GET", "POST"}) {
    router.add({.method = method,
                .pattern = "/api/v1/admin/channels/{channel}/subscription",
                .json = std::string_view(method) == "POST",
                .handler = [&house](Request& request) { return subscription(house, request); }});
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
