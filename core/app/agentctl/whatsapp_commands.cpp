// agentctl whatsapp webhook status|set: where Meta sends the events of our numbers.
#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "app/agentctl/commands.hpp"

namespace agente::agentctl {
namespace {

using nlohmann::json;

struct Wish {
  std::string channel = "whatsapp";
  std::string url;
  std::string level = "app";
  std::string number;
};

std::string path_of(const Wish& wish) {
  return "/api/v1/admin/channels/" + url_encoded(wish.channel) + "/subscription";
}

/// The address at a level, or why it is not known.
std::string text_of(const json& level) {
  if (level.contains("problem")) return "? " + level.at("problem").get<std::string>();
  return level.at("url").is_string() ? level.at("url").get<std::string>() : std::string("-");
}

/// What keeps everything from arriving at the public URL, as far as that is configured; empty: nothing that is known.
std::vector<std::string> faults_of(const json& shown) {
  std::vector<std::string> faults;
  const auto& app = shown.at("app");
  const auto& numbers = shown.at("numbers");
  if (app.contains("active") && !app.at("active").get<bool>())
    faults.emplace_back("Meta has switched the callback off");
  if (app.contains("fields")) {
    const auto& fields = app.at("fields");
    if (std::find(fields.begin(), fields.end(), "messages") == fields.end())
      faults.emplace_back("the app is not subscribed to the field messages");
  }
  if (!shown.at("account").value("subscribed", false)) faults.emplace_back("our app is NOT subscribed to the account");
  if (numbers.empty()) faults.emplace_back("the account has no number");
  for (const auto& number : numbers) {
    if (number.contains("problem")) {
      faults.push_back("the numbers are not known: " + text_of(number));
    } else if (const auto& used = number.at("in_force"); !used.is_string()) {
      const auto where = app.contains("problem") ? " go nobody knows where: " + text_of(app) : " go to nobody";
      faults.push_back("events of " + number.at("id").get<std::string>() + where);
    } else if (const auto& wanted = shown.at("public_url"); !wanted.is_null() && used != wanted) {
      faults.push_back("events of " + number.at("id").get<std::string>() + " do not go to public_url");
    }
  }
  return faults;
}

void print_levels(const json& shown) {
  std::printf("app       %s\naccount   %s\n", text_of(shown.at("app")).c_str(), text_of(shown.at("account")).c_str());
  for (const auto& number : shown.at("numbers")) {
    if (number.contains("problem")) continue;
    const auto& used = number.at("in_force");
    std::printf("number    %s %s\n  events go to %s\n", number.at("id").get<std::string>().c_str(),
                text_of(number).c_str(), used.is_string() ? used.get<std::string>().c_str() : "nobody");
  }
}

int print(const Common& common, const Result<json>& answer) {
  if (!answer) return failed(answer.error());
  const auto faults = faults_of(*answer);
  if (common.json) {
    std::printf("%s\n", answer->dump().c_str());
  } else {
    print_levels(*answer);
    for (const auto& fault : faults) std::printf("fault     %s\n", fault.c_str());
  }
  return faults.empty() ? 0 : 1;
}

int set(const Common& common, const Wish& wish, bool clear) {
  json body{{"level", wish.level}};
  if (!wish.url.empty() || clear) body["url"] = wish.url;
  if (!wish.number.empty()) body["number"] = wish.number;
  return print(common, common.client().post(path_of(wish), body));
}

}  // namespace

void add_whatsapp(CLI::App& app, Common& common, Chosen& chosen) {
  auto* whatsapp = app.add_subcommand("whatsapp", "what Meta has noted of our WhatsApp account");
  auto* webhook = whatsapp->add_subcommand("webhook", "where Meta sends our events");
  whatsapp->require_subcommand(1);
  webhook->require_subcommand(1);
  const auto wish = std::make_shared<Wish>();
  const auto clear = std::make_shared<bool>(false);
  auto* status =
      add_command(*webhook, common, chosen, "status",
                  "shows the callback of app, account and each number; exit 1 when something does not arrive there",
                  [&common, wish] { return print(common, common.client().get(path_of(*wish))); });
  auto* put = add_command(*webhook, common, chosen, "set",
                          "has Meta note public_url, or --callback, and subscribe our app to the account",
                          [&common, wish, clear] { return set(common, *wish, *clear); });
  for (auto* command : {status, put}) {
    command->add_option("--channel", wish->channel, "the channel's id in the YAML")->capture_default_str();
  }
  auto* url = put->add_option("--callback", wish->url, "instead of the channel's public_url");
  put->add_option("--level", wish->level, "whose callback: an account's goes before the app's, a number's before both")
      ->check(CLI::IsMember({"app", "account", "number"}))
      ->capture_default_str();
  put->add_option("--number", wish->number, "the phone number id, with --level number");
  put->add_flag("--clear", *clear, "takes an account's or a number's own callback away")->excludes(url);
}

}  // namespace agente::agentctl
