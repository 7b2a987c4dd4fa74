// agentctl whatsapp webhook status|set: where Meta sends the events of our numbers.
#include <cstdio>
#include <memory>

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

std::string path_of(const Wish& wish) { return "/webhook/" + url_encoded(wish.channel) + "/subscription"; }

/// The address at a level, or why it is not known.
std::string text_of(const json& level) {
  if (level.contains("problem")) return "? " + level.at("problem").get<std::string>();
  return level.at("url").is_string() ? level.at("url").get<std::string>() : std::string("-");
}

void print_levels(const json& shown) {
  const auto& app = shown.at("app");
  const auto& account = shown.at("account");
  std::printf("app       %s%s\n", text_of(app).c_str(), app.value("active", true) ? "" : " (switched off by Meta)");
  std::printf("account   %s%s\n", text_of(account).c_str(),
              account.value("subscribed", true) ? "" : " (our app is NOT subscribed: nothing arrives)");
}

/// Whether Meta sends everything to the public URL, as far as that is configured.
bool print_numbers(const json& shown) {
  const auto& wanted = shown.at("public_url");
  bool well = shown.at("account").value("subscribed", false);
  for (const auto& number : shown.at("numbers")) {
    if (number.contains("problem")) {
      std::printf("numbers   %s\n", text_of(number).c_str());
      well = false;
      continue;
    }
    const auto& used = number.at("in_force");
    const bool ours = used.is_string() && (wanted.is_null() || used == wanted);
    well = well && ours;
    std::printf("number    %s %s\n  events go to %s%s\n", number.at("id").get<std::string>().c_str(),
                text_of(number).c_str(), used.is_string() ? used.get<std::string>().c_str() : "nobody",
                ours ? "" : "  <- not public_url");
  }
  return well;
}

int print(const Common& common, const Result<json>& answer) {
  if (!answer) return failed(answer.error());
  if (common.json) {
    std::printf("%s\n", answer->dump().c_str());
    return 0;
  }
  print_levels(*answer);
  return print_numbers(*answer) ? 0 : 1;
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
  auto* status = add_command(*webhook, common, chosen, "status",
                             "shows the callback of app, account and each number; exit 1 when one is not public_url",
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
