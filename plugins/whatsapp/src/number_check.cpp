#include "number_check.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>

#include "graph_get.hpp"
#include "json_text.hpp"
#include "numbers.hpp"

namespace agente::whatsapp {
namespace {

constexpr const char* kStage = "numbers";
constexpr std::string_view kFields =
    "?fields=id,display_phone_number,status,quality_rating,platform_type,webhook_configuration";
constexpr std::string_view kRemedy =
    "see the number in WhatsApp Manager; `agentctl whatsapp webhook set --level number --number ID --clear` takes an "
    "override away";

std::string name_of(const Json& number) {
  return number["display_phone_number"].text() + " (" + number["id"].text() + ")";
}

/// What is wrong with a number, if anything.
std::optional<std::string> ailment_of(const Json& number, const Settings& settings) {
  const auto name = "number " + name_of(number);
  const auto status = number["status"].text();
  if (!status.empty() && status != "CONNECTED") return name + " is " + status;
  const auto platform = number["platform_type"].text();
  if (!platform.empty() && platform != "CLOUD_API")
    return name + " is not registered with the Cloud API, its platform is " + platform;
  if (number["quality_rating"].text() == "RED")
    return name + " has the quality rating RED: guests block or report it, and Meta lowers its limits";
  const auto own = number["webhook_configuration"]["phone_number"].text();
  if (own.empty() || settings.public_url.empty() || own == settings.public_url) return std::nullopt;
  return name + " has an override of its own, which sends its events to " + own;
}

/// Anything else that Graph says instead is not about this number.
bool is_unknown(const Asked& asked) {
  return asked.refusal == "33" || (asked.refusal == "100" && asked.subcode == "33");
}

/// What cannot be found out fails nothing: an upgrade would be refused for it.
check check_each(const host& services, const Settings& settings, const std::vector<std::string>& accounts, call here) {
  auto result = good(kStage);
  for (const auto& account : accounts) {
    if (!is_number(account)) return bad(kStage, "account " + account + " is no phone number id", "write its digits");
    const auto asked = ask(services, settings, "/" + account + std::string{kFields}, access_token(services), here);
    if (asked.problem && is_unknown(asked))
      return bad(kStage, "account " + account + ": " + asked.problem->cause,
                 "check the phone number id in accounts, and that access_token may use it");
    if (asked.problem) {
      result.cause = "how account " + account + " stands is not known: " + asked.problem->cause;
    } else if (auto ailment = ailment_of(Json{asked.body}, settings)) {
      return bad(kStage, *ailment, std::string{kRemedy});
    }
  }
  return result;
}

/// As Graph lists them, by id.
using Numbers = std::map<std::string, Json, std::less<>>;

check no_such_number(const std::string& account, const Numbers& numbers, const Settings& settings) {
  std::string others;
  for (const auto& [id, number] : numbers) others += (others.empty() ? "" : ", ") + name_of(number);
  return bad(kStage, "account " + account + " is no number of " + settings.waba_id + ", which has " + others,
             "correct accounts, or waba_id");
}

}  // namespace

check check_numbers(const host& services, const Settings& settings, call here) {
  const auto accounts = services.accounts();
  if (settings.waba_id.empty()) return check_each(services, settings, accounts, here);
  auto pages = ask_all(services, settings, "/" + settings.waba_id + "/phone_numbers" + std::string{kFields},
                       access_token(services), here);
  if (pages.problem) return named(*std::move(pages.problem), kStage);
  Numbers numbers;
  pages.elements([&](const Json& number) { numbers.emplace(number["id"].text(), number); });
  if (numbers.empty()) return bad(kStage, "account " + settings.waba_id + " has no number", std::string{kRemedy});
  for (const auto& account : accounts) {
    if (!numbers.contains(account)) return no_such_number(account, numbers, settings);
  }
  for (const auto& [id, number] : numbers) {
    if (!accounts.empty() && std::find(accounts.begin(), accounts.end(), id) == accounts.end()) continue;
    if (auto ailment = ailment_of(number, settings)) return bad(kStage, *ailment, std::string{kRemedy});
  }
  return good(kStage);
}

}  // namespace agente::whatsapp
