#include "simulators/whatsapp/subscriptions.hpp"

#include <algorithm>
#include <sstream>

#include <Poco/Exception.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/StreamCopier.h>
#include <Poco/URI.h>
#include <nlohmann/json.hpp>

#include "simulators/whatsapp/graph_error.hpp"

namespace agente::sim::whatsapp {
namespace {

using nlohmann::json;

constexpr const char* kChallenge = "1158201444";

Reply success() { return {.body = R"({"success":true})"}; }

Reply list(json entries) { return {.body = json{{"data", std::move(entries)}}.dump()}; }

/// A member of the body, or of the query; empty if there is none.
std::string member(const Request& request, const std::string& name) {
  const auto in_query = request.query.find(name);
  if (in_query != request.query.end()) return in_query->second;
  const auto body = json::parse(request.body, nullptr, false);
  return body.is_object() && body.contains(name) && body[name].is_string() ? body[name].get<std::string>() : "";
}

/// What Meta asks of a new callback; why it is not content, or nothing.
std::optional<std::string> handshake(const std::string& url, const std::string& token) {
  try {
    Poco::URI uri(url);
    uri.addQueryParameter("hub.mode", "subscribe");
    uri.addQueryParameter("hub.challenge", kChallenge);
    uri.addQueryParameter("hub.verify_token", token);
    Poco::Net::HTTPClientSession session(uri.getHost(), uri.getPort());
    session.setTimeout(Poco::Timespan(10, 0));
    Poco::Net::HTTPRequest request("GET", uri.getPathAndQuery(), "HTTP/1.1");
    session.sendRequest(request);
    Poco::Net::HTTPResponse response;
    std::string text;
    Poco::StreamCopier::copyToString(session.receiveResponse(response), text);
    if (response.getStatus() != 200) return "HTTP Status Code = " + std::to_string(response.getStatus());
    if (text != kChallenge) return "the challenge did not come back";
    return std::nullopt;
  } catch (const Poco::Exception& problem) {
    return problem.displayText();
  }
}

/// Nothing to object to `url` with its token; no url: there is nothing to check.
std::optional<Reply> objection(const std::string& url, const std::string& token) {
  if (url.empty()) return std::nullopt;
  if (!url.starts_with("http://"))
    return to_reply(graph_error(100, "Invalid callback URL. The simulator knows http only."));
  const auto fault = handshake(url, token);
  if (!fault) return std::nullopt;
  return to_reply(
      {.code = 2200, .message = "(#2200) Callback verification failed with the following errors: " + *fault});
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, ',');) parts.push_back(part);
  return parts;
}

}  // namespace

Subscriptions::Subscriptions(const Options& options, Courier& courier)
    : options_(options), courier_(courier), noted_{.callback = options.webhook} {}

void Subscriptions::point(Courier::Target target) {
  courier_.aim(target);
  const std::lock_guard lock(mutex_);
  noted_ = {.callback = std::move(target.url)};
}

void Subscriptions::clear() { point({options_.webhook, options_.app_secret, options_.old_app_secret}); }

template <class Change>
Reply Subscriptions::note(Change change) {
  const std::lock_guard lock(mutex_);
  change(noted_);
  const auto& fields = noted_.fields;
  const bool hears = noted_.subscribed && std::find(fields.begin(), fields.end(), "messages") != fields.end();
  auto target = courier_.target();
  target.url = !hears ? "" : noted_.account.empty() ? noted_.callback : noted_.account;
  target.numbers = hears ? noted_.numbers : std::map<std::string, std::string>();
  courier_.aim(std::move(target));
  return success();
}

std::optional<Reply> Subscriptions::answer(const Request& request, const std::vector<std::string>& path) {
  const auto& numbers = options_.phone_number_ids;
  const bool ours = std::find(numbers.begin(), numbers.end(), path[0]) != numbers.end();
  if (path.size() == 1 && ours && request.method == "POST") return number(request, path[0]);
  if (path.size() != 2) return std::nullopt;
  if (path[0] == options_.app_id && path[1] == "subscriptions") return app(request);
  if (path[0] == options_.waba && path[1] == "subscribed_apps") return account(request);
  return std::nullopt;
}

Reply Subscriptions::app(const Request& request) {
  if (request.method == "GET") return show_app();
  if (request.method == "DELETE") return note([](Noted& noted) { noted.callback.clear(); });
  if (member(request, "object") != "whatsapp_business_account") return to_reply(missing_parameter("object"));
  const auto url = member(request, "callback_url");
  if (url.empty()) return to_reply(missing_parameter("callback_url"));
  if (auto refusal = objection(url, member(request, "verify_token"))) return *std::move(refusal);
  return note([&](Noted& noted) {
    noted.callback = url;
    noted.fields = split(member(request, "fields"));
  });
}

Reply Subscriptions::account(const Request& request) {
  if (request.method == "GET") return show_account();
  if (request.method == "DELETE") {
    return note([](Noted& noted) {
      noted.subscribed = false;
      noted.account.clear();
    });
  }
  const auto url = member(request, "override_callback_uri");
  if (auto refusal = objection(url, member(request, "verify_token"))) return *std::move(refusal);
  return note([&](Noted& noted) {
    noted.subscribed = true;
    noted.account = url;
  });
}

Reply Subscriptions::number(const Request& request, const std::string& id) {
  const auto body = json::parse(request.body, nullptr, false);
  if (!body.is_object() || !body.contains("webhook_configuration") || !body["webhook_configuration"].is_object()) {
    return to_reply(missing_parameter("webhook_configuration"));
  }
  const auto& wanted = body["webhook_configuration"];
  const auto url = wanted.value("override_callback_uri", "");
  if (auto refusal = objection(url, wanted.value("verify_token", ""))) return *std::move(refusal);
  return note([&](Noted& noted) {
    noted.numbers.erase(id);
    if (!url.empty()) noted.numbers.emplace(id, url);
  });
}

Reply Subscriptions::show_app() const {
  const std::lock_guard lock(mutex_);
  if (noted_.callback.empty()) return list(json::array());
  json fields = json::array();
  for (const auto& field : noted_.fields) fields.push_back({{"name", field}, {"version", "v25.0"}});
  return list({{{"object", "whatsapp_business_account"},
                {"callback_url", noted_.callback},
                {"active", true},
                {"fields", std::move(fields)}}});
}

Reply Subscriptions::show_account() const {
  const std::lock_guard lock(mutex_);
  if (!noted_.subscribed) return list(json::array());
  json entry{{"whatsapp_business_api_data",
              {{"id", options_.app_id},
               {"name", "Agente Hotel"},
               {"link", "https://www.facebook.com/games/?app_id=" + options_.app_id}}}};
  if (!noted_.account.empty()) entry["override_callback_uri"] = noted_.account;
  return list({std::move(entry)});
}

json Subscriptions::configuration_of(const std::string& number) const {
  const std::lock_guard lock(mutex_);
  json configuration;
  if (!noted_.callback.empty()) configuration["application"] = noted_.callback;
  if (!noted_.account.empty()) configuration["whatsapp_business_account"] = noted_.account;
  if (const auto own = noted_.numbers.find(number); own != noted_.numbers.end())
    configuration["phone_number"] = own->second;
  return configuration;
}

}  // namespace agente::sim::whatsapp
