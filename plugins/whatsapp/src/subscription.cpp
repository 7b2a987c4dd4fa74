#include "subscription.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "graph_get.hpp"
#include "json_text.hpp"
#include "numbers.hpp"
#include "webhook_fields.hpp"

namespace agente::whatsapp {
namespace {

constexpr std::size_t kLongestUrl = 200;  // Meta's

http_out json_answer(int status, std::string body) {
  return {.status = status, .headers = {{"Content-Type", "application/json"}}, .body = std::move(body)};
}

http_out refused(int status, std::string_view code, std::string_view message) {
  return json_answer(status,
                     R"({"error":{"code":)" + json_string(code) + R"(,"message":)" + json_string(message) + "}}");
}

std::string or_null(const std::string& text) { return text.empty() ? "null" : json_string(text); }

/// What stands at one level.
struct Level {
  std::string url = {};  ///< empty: none
  std::string json = {};
};

std::string problem_json(const check& problem) {
  return R"({"problem":)" + json_string(problem.cause + "; " + problem.remedy) + "}";
}

Level read_app(const host& services, const Settings& settings, call here) {
  if (settings.app_id.empty()) return {.json = R"({"problem":"set app_id to see it"})"};
  const auto asked = ask_as_app(services, settings, "/" + settings.app_id + "/subscriptions", here);
  if (asked.problem) return {.json = problem_json(*asked.problem)};
  Level level{.json = R"({"url":null,"active":false,"fields":[]})"};
  Json{asked.body}["data"].elements([&](const Json& each) {
    if (each["object"].text() != "whatsapp_business_account") return;
    level.url = each["callback_url"].text();
    std::string fields;
    each["fields"].elements([&](const Json& field) {
      const auto name = field["name"] ? field["name"].text() : field.text();
      fields += (fields.empty() ? "" : ",") + json_string(name);
    });
    level.json = R"({"url":)" + or_null(level.url) + R"(,"active":)" +
                 (each["active"].raw() == "false" ? "false" : "true") + R"(,"fields":[)" + fields + "]}";
  });
  return level;
}

Level read_account(const host& services, const Settings& settings, call here) {
  const auto asked = ask(services, settings, "/" + settings.waba_id + "/subscribed_apps", access_token(services), here);
  if (asked.problem) return {.json = problem_json(*asked.problem)};
  Level level{.json = R"({"url":null,"subscribed":false})"};
  Json{asked.body}["data"].elements([&](const Json& app) {
    const auto id = app["whatsapp_business_api_data"]["id"].text();
    if (!settings.app_id.empty() && id != settings.app_id) return;
    level.url = app["override_callback_uri"].text();
    level.json = R"({"url":)" + or_null(level.url) + R"(,"subscribed":true})";
  });
  return level;
}

/// A number's own address goes before the account's, and that before the app's.
std::string read_numbers(const host& services, const Settings& settings, const std::string& otherwise, call here) {
  const auto asked = ask(services, settings,
                         "/" + settings.waba_id + "/phone_numbers?fields=id,display_phone_number,webhook_configuration",
                         access_token(services), here);
  if (asked.problem) return "[" + problem_json(*asked.problem) + "]";
  std::string numbers;
  Json{asked.body}["data"].elements([&](const Json& number) {
    const auto own = number["webhook_configuration"]["phone_number"].text();
    numbers += (numbers.empty() ? "" : ",") + (R"({"id":)" + json_string(number["id"].text())) + R"(,"number":)" +
               or_null(number["display_phone_number"].text()) + R"(,"url":)" + or_null(own) + R"(,"in_force":)" +
               or_null(own.empty() ? otherwise : own) + "}";
  });
  return "[" + numbers + "]";
}

http_out show(const host& services, const Settings& settings, call here) {
  const auto app = read_app(services, settings, here);
  const auto account = read_account(services, settings, here);
  const auto numbers = read_numbers(services, settings, account.url.empty() ? app.url : account.url, here);
  return json_answer(200, R"({"public_url":)" + or_null(settings.public_url) + R"(,"app":)" + app.json +
                              R"(,"account":)" + account.json + R"(,"numbers":)" + numbers + "}");
}

/// What is to be noted, and where.
struct Wish {
  std::string url;
  std::string level;
  std::string number;
  bool clears = false;  ///< an empty url is meant
};

/// Empty, or what is wrong with a wish.
std::string fault_of(const Wish& wish, const Settings& settings) {
  const bool is_url = wish.url.starts_with("https://") || wish.url.starts_with("http://");
  if (wish.level != "app" && wish.level != "account" && wish.level != "number")
    return "level: must be app, account or number";
  if (wish.url.empty() && wish.level == "app") return "url: an app must have one; set public_url or name it";
  if (wish.url.empty() && !wish.clears) return "url: set public_url in the channel's config, or name it";
  if (!wish.url.empty() && !is_url) return "url: must begin with https://";
  if (wish.url.size() > kLongestUrl) return "url: Meta takes 200 characters";
  if (wish.level == "app" && settings.app_id.empty()) return "set app_id in the channel's config first";
  if (wish.level == "number" && !is_number(wish.number)) return "number: write the phone number id, its digits";
  return {};
}

/// All that we read, and what else there is.
std::string ours_and_those_of(const Json& subscriptions) {
  std::vector<std::string> names(kNeededFields.begin(), kNeededFields.end());
  names.insert(names.end(), kPhoneFields.begin(), kPhoneFields.end());
  subscriptions.elements([&](const Json& each) {
    if (each["object"].text() != "whatsapp_business_account") return;
    each["fields"].elements([&](const Json& field) {
      auto name = field["name"] ? field["name"].text() : field.text();
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
    });
  });
  std::string fields;
  for (const auto& name : names) fields += (fields.empty() ? "" : ",") + name;
  return fields;
}

Asked tell_app(const host& services, const Settings& settings, const Wish& wish, call here) {
  const auto token = services.find_secret("/verify_token").value_or("");
  const auto path = "/" + settings.app_id + "/subscriptions";
  const auto now = ask_as_app(services, settings, path, here);
  if (now.problem) return now;
  const auto fields = ours_and_those_of(Json{now.body}["data"]);
  return tell_as_app(services, settings, path,
                     R"({"object":"whatsapp_business_account","callback_url":)" + json_string(wish.url) +
                         R"(,"verify_token":)" + json_string(token) + R"(,"fields":)" + json_string(fields) + "}",
                     here);
}

/// Without a url the account has none of its own, and the app is subscribed all the same.
Asked tell_account(const host& services, const Settings& settings, const Wish& wish, call here) {
  const auto token = services.find_secret("/verify_token").value_or("");
  const auto body = wish.url.empty() ? std::string{"{}"}
                                     : R"({"override_callback_uri":)" + json_string(wish.url) + R"(,"verify_token":)" +
                                           json_string(token) + "}";
  return tell(services, settings, "/" + settings.waba_id + "/subscribed_apps", access_token(services), body, here);
}

Asked tell_number(const host& services, const Settings& settings, const Wish& wish, call here) {
  const auto token = services.find_secret("/verify_token").value_or("");
  return tell(services, settings, "/" + wish.number, access_token(services),
              R"({"webhook_configuration":{"override_callback_uri":)" + json_string(wish.url) + R"(,"verify_token":)" +
                  json_string(token) + "}}",
              here);
}

http_out change(const http_in& request, const host& services, const Settings& settings, call here) {
  const Json body = is_json(request.body) ? Json{request.body} : Json{};
  Wish wish{.url = body["url"].raw().empty() ? settings.public_url : body["url"].text(),
            .level = body["level"].raw().empty() ? "app" : body["level"].text(),
            .number = body["number"].text(),
            .clears = !body["url"].raw().empty()};
  if (const auto fault = fault_of(wish, settings); !fault.empty()) return refused(400, "invalid", fault);
  auto told = wish.level == "app"       ? tell_app(services, settings, wish, here)
              : wish.level == "account" ? tell_account(services, settings, wish, here)
                                        : tell_number(services, settings, wish, here);
  // The switch that is mostly forgotten: the app must be subscribed to the account, too.
  if (!told.problem && wish.level == "app")
    told = tell_account(services, settings, {.url = "", .level = "", .number = ""}, here);
  if (told.problem) return refused(502, "refused_by_meta", told.problem->cause + "; " + told.problem->remedy);
  services.info(here, "webhook: Meta has noted where to send our events", {{"level", wish.level}, {"url", wish.url}});
  return show(services, settings, here);
}

}  // namespace

http_out answer_subscription(const http_in& request, const host& services, const Settings& settings, call here) {
  if (settings.waba_id.empty()) return refused(409, "not_configured", "set waba_id in the channel's config first");
  if (request.method == "GET") return show(services, settings, here);
  if (request.method == "POST") return change(request, services, settings, here);
  return {.status = 405, .headers = {{"Allow", "GET, POST"}}};
}

}  // namespace agente::whatsapp
