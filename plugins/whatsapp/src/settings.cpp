#include "settings.hpp"

#include <algorithm>

#include "json_text.hpp"
#include "numbers.hpp"

namespace agente::whatsapp {
namespace {

void take(std::string& setting, const Json& value) {
  if (value) setting = value.text();
}

std::optional<Template> read_template(const Json& config) {
  if (!config) return std::nullopt;
  Template read{.name = config["name"].text()};
  config["languages"].members(
      [&](const std::string& ours, const Json& theirs) { read.languages.emplace(ours, theirs.text()); });
  read.by_name = read_gaps(config["parameters"], read.parameters);
  return read;
}

}  // namespace

Settings read_settings(std::string_view config_json, std::string_view environment) {
  if (!is_json(config_json)) throw error(AGENTE_E_CONFIG, "the config is no JSON");
  const Json config{config_json};
  Settings settings;
  take(settings.graph_url, config["graph_url"]);
  take(settings.graph_version, config["graph_version"]);
  take(settings.waba_id, config["waba_id"]);
  take(settings.app_id, config["app_id"]);
  take(settings.public_url, config["public_url"]);
  while (settings.graph_url.ends_with('/')) settings.graph_url.pop_back();
  settings.messages_per_second = config["messages_per_second"].integer().value_or(settings.messages_per_second);
  settings.answer_waiting = read_template(config["templates"]["answer_waiting"]);
  settings.accept_test_signature = config["accept_test_signature"].raw() == "true";
  if (settings.accept_test_signature && environment == "production")
    throw error(AGENTE_E_CONFIG, "accept_test_signature lets anybody write as a guest: delete it in production");
  return settings;
}

bool read_gaps(const Json& parameters, std::vector<GapText>& into) {
  parameters.elements([&](const Json& each) { into.push_back({.text = each.text()}); });
  bool by_name = false;
  parameters.members([&](const std::string& gap, const Json& text) {
    into.push_back({.gap = gap, .text = text.text()});
    by_name = true;
  });
  return by_name;
}

std::string access_token(const host& services) {
  auto token = services.secret("/access_token");
  token.erase(token.find_last_not_of(" \t\r\n") + 1);
  if (token.empty()) throw error(AGENTE_E_AUTH, "access_token is empty: enter a token of a system user");
  if (token.find_first_of("\r\n") != std::string::npos)
    throw error(AGENTE_E_AUTH, "access_token holds more than one line: leave the token alone in its file");
  const auto strange = [](char c) {
    return static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7F;
  };
  if (std::any_of(token.begin(), token.end(), strange))
    throw error(AGENTE_E_AUTH, "access_token holds a blank or a character that no token has: enter it again");
  return token;
}

void check_account(std::string_view account) {
  if (!is_number(account))
    throw error(AGENTE_E_INVALID, "account \"" + std::string{account} + "\" is no phone number id: write its digits");
}

}  // namespace agente::whatsapp
