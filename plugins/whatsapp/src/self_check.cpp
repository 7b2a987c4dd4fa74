#include "self_check.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "graph_get.hpp"
#include "json_text.hpp"
#include "number_check.hpp"
#include "template_list.hpp"

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

/// What has to be left out for want of a setting looks like health otherwise.
check unseen(const Settings& settings) {
  auto result = good(kSettings);
  const auto add = [&](const std::string& setting, const std::string& name, const std::string& what) {
    if (!setting.empty()) return;
    result.cause += (result.cause.empty() ? "" : "; ") + ("without " + name + " " + what + " not looked at");
    result.remedy = "set it in the channel's config";
  };
  add(settings.waba_id, "waba_id", "the account's subscription and its templates are");
  add(settings.app_id, "app_id", "the end of the token and the callback that Meta has noted are");
  add(settings.public_url, "public_url", "the way of a webhook from outside is");
  return result;
}

check check_settings(const host& services, const Settings& settings) {
  for (const auto* name : {"access_token", "verify_token"}) {
    if (services.find_secret("/" + std::string{name}).value_or("").empty())
      return bad(kSettings, std::string{name} + " is empty", "set " + std::string{name} + " in the channel's config");
  }
  try {
    static_cast<void>(access_token(services));
  } catch (const error& e) {
    return bad(kSettings, e.what(), "set access_token in the channel's config");
  }
  const auto secrets = services.secrets("/app_secret");
  const bool usable = std::any_of(secrets.begin(), secrets.end(), [](const auto& s) { return !s.empty(); });
  if (!usable)
    return bad(kSettings, "app_secret is empty, so every webhook is refused",
               "copy the App Secret from the app's dashboard at Meta");
  return unseen(settings);
}

/// 25 and 0 of "v25.0".
std::pair<int, int> parts_of(std::string_view version) {
  const auto number = [](std::string_view digits) {
    int value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
  };
  const auto dot = std::min(version.find('.'), version.size() - 1);
  return {number(version.substr(1, dot - 1)), number(version.substr(dot + 1))};
}

check check_version(const host& services, const Settings& settings) {
  const auto& version = settings.graph_version;  // as the schema wants it
  const auto* found =
      std::find_if(kExpiries.begin(), kExpiries.end(), [&](const Expiry& e) { return e.version == version; });
  const bool older = found == kExpiries.end() && parts_of(version) < parts_of(kExpiries.front().version);
  if (!older && (found == kExpiries.end() || services.now() + days{120} < found->gone)) return good("graph_version");
  const bool gone = older || services.now() >= found->gone;
  return bad("graph_version", version + (gone ? " is no longer served" : " ends within 120 days"),
             "set graph_version to a newer one, such as v25.0");
}

/// What is wrong with a token by what Graph tells of it.
std::optional<check> fault_of(const host& services, const Json& token) {
  constexpr auto kSoon = days{7};
  if (token["is_valid"].raw() != "true") {
    return bad("access_token", "Graph calls the token invalid: " + token["error"]["message"].text(),
               "make a new one for the system user, in Business Settings at Meta");
  }
  for (const auto* scope : {"whatsapp_business_messaging", "whatsapp_business_management"}) {
    bool granted = false;
    token["scopes"].elements([&](const Json& each) { granted = granted || each.text() == scope; });
    if (!granted) {
      return bad("access_token", std::string{"the token lacks "} + scope, "make a new one with both permissions");
    }
  }
  const auto ends = token["expires_at"].integer().value_or(0);  // 0: never
  if (ends == 0 || services.now() + kSoon < sys_seconds{seconds{ends}}) return std::nullopt;
  const auto left = duration_cast<hours>(sys_seconds{seconds{ends}} - services.now()).count();
  return bad("access_token", "the token expires in " + std::to_string(left) + " hours",
             "make one that does not expire, for a system user in Business Settings at Meta");
}

/// Graph wants the token in the URL; only over the wire to Graph itself, never in a line of ours.
check debug_token(const host& services, const Settings& settings, call here) {
  auto asked = ask_as_app(services, settings, "/debug_token?input_token=" + url_encoded(access_token(services)), here);
  if (asked.problem) return named(*std::move(asked.problem), "access_token");
  auto fault = fault_of(services, Json{asked.body}["data"]);
  return fault ? *std::move(fault) : good("access_token");
}

/// Graph looks at the token before the path, so where there is no /me, its complaint about that says the token is good.
check check_token(const host& services, const Settings& settings, call here) {
  if (!settings.app_id.empty()) return debug_token(services, settings, here);
  auto asked = ask(services, settings, "/me?fields=id", access_token(services), here);
  const bool no_such_path = asked.refusal == "100" || asked.refusal == "2500";
  if (!asked.problem || no_such_path) return good("access_token");
  return named(*std::move(asked.problem), "access_token");
}

check check_subscription(const host& services, const Settings& settings, call here) {
  auto asked = ask(services, settings, "/" + settings.waba_id + "/subscribed_apps", access_token(services), here);
  if (asked.problem) return named(*std::move(asked.problem), "subscription");
  bool ours = false;
  std::string names;
  std::string elsewhere;  // an override wins over the app's own callback
  Json{asked.body}["data"].elements([&](const Json& app) {
    const auto app_id = app["whatsapp_business_api_data"]["id"].text();
    const bool is_ours = settings.app_id.empty() ? !app_id.empty() : app_id == settings.app_id;
    ours = ours || is_ours;
    names += (names.empty() ? "" : ", ") + app["whatsapp_business_api_data"]["name"].text() + " (" + app_id + ")";
    if (is_ours) elsewhere = app["override_callback_uri"].text();
  });
  if (!elsewhere.empty() && !settings.public_url.empty() && elsewhere != settings.public_url) {
    return bad("subscription", "the account's override sends our events to " + elsewhere,
               "subscribe the app once more without override_callback_uri");
  }
  auto result = good("subscription");
  if (settings.app_id.empty()) {
    result.cause = "subscribed: " + names + "; whether that is our app is not known";
    result.remedy = "set app_id in the channel's config";
  }
  if (ours) return result;
  return bad("subscription", "our app is not subscribed to account " + settings.waba_id + ", so no message arrives",
             "POST /" + settings.graph_version + "/" + settings.waba_id + "/subscribed_apps with our access token");
}

check whose_numbers() {
  auto result = good("accounts");
  result.cause = "they name no number, so what comes for any of the account's is answered";
  result.remedy = "name the phone number ids of this hotel in accounts";
  return result;
}

check check_templates(const host& services, const Settings& settings, call here) {
  auto asked = read_templates(services, settings, here);
  if (asked.problem) return named(*std::move(asked.problem), "templates");
  const auto& wanted = *settings.answer_waiting;
  auto result = good("templates");
  for (const auto& [ours, theirs] : wanted.languages) {
    const auto filling = filling_of(wanted, theirs);
    if (!asked.whole && find_listed(asked.list, filling) == nullptr) {
      result.cause = wanted.name + " in " + theirs + " is not known: the account has more templates than can be read";
      continue;
    }
    if (auto fault = mismatch(asked.list, filling); !fault.empty())
      return bad("templates", std::move(fault),
                 "correct templates.answer_waiting, or the template in WhatsApp Manager");
  }
  return result;
}

}  // namespace

std::vector<check> check_everything(const host& services, const Settings& settings, Loop loop, call here) {
  std::vector<check> checks{check_settings(services, settings), check_version(services, settings)};
  if (!checks.front().ok) return checks;
  if (settings.waba_id.empty() || !settings.app_id.empty()) checks.push_back(check_token(services, settings, here));
  if (!settings.waba_id.empty() || !services.accounts().empty())
    checks.push_back(check_numbers(services, settings, here));
  if (!settings.waba_id.empty() && services.accounts().empty()) checks.push_back(whose_numbers());
  if (!settings.waba_id.empty()) {
    checks.push_back(check_subscription(services, settings, here));
    if (settings.answer_waiting) checks.push_back(check_templates(services, settings, here));
  }
  if (!settings.app_id.empty()) checks.push_back(check_callback(services, settings, here));
  if (!settings.public_url.empty()) checks.push_back(check_loop(services, settings, loop, here));
  return checks;
}

}  // namespace agente::whatsapp
