#include "self_check.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "graph_errors.hpp"
#include "json_text.hpp"

namespace agente::whatsapp {
namespace {

using namespace std::chrono;

struct Expiry {
  std::string_view version;
  sys_days gone;
};
constexpr std::array kExpiries{
    Expiry{"v18.0", 2026y / January / 26},  Expiry{"v19.0", 2026y / May / 21},  Expiry{"v20.0", 2026y / September / 24},
    Expiry{"v21.0", 2027y / January / 21},  Expiry{"v22.0", 2027y / May / 20},  Expiry{"v23.0", 2027y / October / 8},
    Expiry{"v24.0", 2028y / February / 18}, Expiry{"v25.0", 2028y / July / 29},
};

check good(std::string stage) { return {.stage = std::move(stage), .ok = true}; }
check bad(std::string stage, std::string cause, std::string remedy) {
  return {.stage = std::move(stage), .ok = false, .cause = std::move(cause), .remedy = std::move(remedy)};
}

check check_settings(const host& services) {
  for (const auto* name : {"access_token", "verify_token"}) {
    if (services.find_secret("/" + std::string{name}).value_or("").empty())
      return bad("settings", std::string{name} + " is empty", "set " + std::string{name} + " in the channel's config");
  }
  const auto secrets = services.secrets("/app_secret");
  const bool usable = std::any_of(secrets.begin(), secrets.end(), [](const auto& s) { return !s.empty(); });
  return usable ? good("settings")
                : bad("settings", "app_secret is empty, so every webhook is refused",
                      "copy the App Secret from the app's dashboard at Meta");
}

check check_version(const host& services, const Settings& settings) {
  const auto* found = std::find_if(kExpiries.begin(), kExpiries.end(),
                                   [&](const Expiry& e) { return e.version == settings.graph_version; });
  if (found == kExpiries.end() || services.now() + days{120} < found->gone) return good("graph_version");
  const bool gone = services.now() >= found->gone;
  return bad("graph_version", settings.graph_version + (gone ? " is no longer served" : " ends within 120 days"),
             "set graph_version to a newer one, such as v25.0");
}

/// What Graph says to a GET.
struct Asked {
  std::string body = {};     ///< JSON; empty with a problem
  std::string refusal = {};  ///< Graph's code, if it is Graph that refuses
  std::optional<check> problem = {};
};

Asked ask(const host& services, const Settings& settings, const std::string& path, call here) {
  const auto url = settings.graph_url + "/" + settings.graph_version + path;
  try {
    auto answer = services.http(here, {.url = url, .headers = {{"Authorization", "Bearer " + access_token(services)}}});
    if (answer.ok() && is_json(answer.body)) return {.body = std::move(answer.body)};
    if (answer.ok()) return {.problem = bad("", url + " answers with something that is no JSON", "check graph_url")};
    const auto refusal = read_refusal(answer, {.now = services.now()});
    return {.refusal = refusal.code,
            .problem = bad("", refusal.failure.what(), "check access_token, its permissions and waba_id")};
  } catch (const error& e) {
    return {.problem = bad("", e.what(), "check graph_url and the network")};
  }
}

check named(check result, std::string stage) {
  result.stage = std::move(stage);
  return result;
}

/// Graph looks at the token before the path, so where there is no /me, its complaint about that says the token is good.
/// Not by debug_token: that wants the token in the URL, and so in logs.
check check_token(const host& services, const Settings& settings, call here) {
  auto asked = ask(services, settings, "/me?fields=id", here);
  const bool no_such_path = asked.refusal == "100" || asked.refusal == "2500";
  if (!asked.problem || no_such_path) return good("access_token");
  return named(*std::move(asked.problem), "access_token");
}

/// What is wrong with a number, if anything.
std::optional<std::string> ailment_of(const Json& number) {
  const auto status = number["status"].text();
  if (status.empty() || status == "CONNECTED") return std::nullopt;
  return "number " + number["display_phone_number"].text() + " (" + number["id"].text() + ") is " + status;
}

check check_numbers(const host& services, const Settings& settings, call here) {
  auto asked =
      ask(services, settings,
          "/" + settings.waba_id + "/phone_numbers?fields=id,display_phone_number,status,quality_rating", here);
  if (asked.problem) return named(*std::move(asked.problem), "numbers");
  const auto numbers = Json{asked.body}["data"];
  std::optional<std::string> cause;
  numbers.elements([&](const Json& number) {
    if (!cause) cause = ailment_of(number);
  });
  if (!numbers.first()) cause = "account " + settings.waba_id + " has no number";
  return cause ? bad("numbers", *cause, "register the number in WhatsApp Manager") : good("numbers");
}

check check_subscription(const host& services, const Settings& settings, call here) {
  auto asked = ask(services, settings, "/" + settings.waba_id + "/subscribed_apps", here);
  if (asked.problem) return named(*std::move(asked.problem), "subscription");
  bool ours = false;
  Json{asked.body}["data"].elements([&](const Json& app) {
    const auto app_id = app["whatsapp_business_api_data"]["id"].text();
    ours = ours || (settings.app_id.empty() ? !app_id.empty() : app_id == settings.app_id);
  });
  if (ours) return good("subscription");
  return bad("subscription", "our app is not subscribed to account " + settings.waba_id + ", so no message arrives",
             "POST /" + settings.graph_version + "/" + settings.waba_id + "/subscribed_apps with our access token");
}

}  // namespace

std::vector<check> check_everything(const host& services, const Settings& settings, call here) {
  std::vector<check> checks{check_settings(services), check_version(services, settings)};
  if (!checks.front().ok) return checks;
  if (settings.waba_id.empty()) {
    checks.push_back(check_token(services, settings, here));
    return checks;
  }
  checks.push_back(check_numbers(services, settings, here));
  checks.push_back(check_subscription(services, settings, here));
  return checks;
}

}  // namespace agente::whatsapp
