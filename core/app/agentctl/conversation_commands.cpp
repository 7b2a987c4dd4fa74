// agentctl conversation CHANNEL SENDER, conversation pause|say|template|resume CHANNEL SENDER.
#include <chrono>
#include <cstdio>
#include <iostream>
#include <iterator>
#include <memory>
#include <thread>
#include <vector>

#include <nlohmann/json.hpp>

#include "app/agentctl/commands.hpp"

namespace agente::agentctl {
namespace {

using nlohmann::json;

struct Wanted {
  std::string channel, sender, hotel, text;
  std::string name, language;           ///< of a template
  std::vector<std::string> parameters;  ///< likewise
  int minutes = 0;                      ///< of a pause; 0: until it is resumed

  [[nodiscard]] std::string path(const std::string& verb = {}) const {
    auto path = "/api/v1/admin/conversations/" + url_encoded(channel) + "/" + url_encoded(sender);
    if (!verb.empty()) path += "/" + verb;
    return hotel.empty() ? path : path + "?hotel=" + url_encoded(hotel);
  }
};

int show(const Common& common, const Wanted& wanted) {
  const auto answer = common.client().get(wanted.path());
  if (!answer) return failed(answer.error());
  std::printf("%s\n", common.json ? answer->dump().c_str() : answer->dump(2).c_str());
  return 0;
}

/// What became of an act within the time that a person likes to wait: "processed", "failed" or still "received".
Result<std::string> outcome_of(const Client& client, const std::string& id) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{5};
  for (;;) {
    const auto act = client.get("/api/v1/admin/messages/" + id);
    if (!act) return act.error();
    auto status = act->at("status").get<std::string>();
    if (status == "failed") return Error{Code::kInternal, "it could not be carried out: " + act->value("reason", "")};
    if (status != "received" || std::chrono::steady_clock::now() > end) return status;
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
}

/// Has it done, waits until it is in effect, and says `done` or why it is not yet.
int act(const Common& common, const Wanted& wanted, const std::string& verb, const json& body,
        const std::string& done) {
  const auto client = common.client();
  auto accepted = client.post(wanted.path(verb), body);
  if (!accepted) return failed(accepted.error());
  const auto outcome = outcome_of(client, accepted->at("id"));
  if (!outcome) return failed(outcome.error());
  const bool in_effect = *outcome == "processed";
  if (common.json) {
    (*accepted)["in_effect"] = in_effect;
    std::printf("%s\n", accepted->dump().c_str());
  } else if (in_effect) {
    std::printf("%s\n", done.c_str());
  } else {
    std::printf(
        "accepted; it takes effect once what the guest wrote before has been handled, see `agentctl "
        "conversation %s %s`\n",
        wanted.channel.c_str(), wanted.sender.c_str());
  }
  return 0;
}

std::string guest_of(const Wanted& wanted) { return wanted.channel + " " + wanted.sender; }

int pause(const Common& common, const Wanted& wanted) {
  json body = json::object();
  if (wanted.minutes > 0) body["minutes"] = wanted.minutes;
  const auto how_long = wanted.minutes > 0 ? " for " + std::to_string(wanted.minutes) + " minutes"
                                           : ", until `agentctl conversation resume " + guest_of(wanted) + "`";
  return act(common, wanted, "pause", body, "the bot is silent for " + guest_of(wanted) + how_long);
}

std::string on_its_way(const Wanted& wanted) {
  return "on its way, follow it with `agentctl messages --direction out`; the bot leaves the word to you for an hour, "
         "or until `agentctl conversation resume " +
         guest_of(wanted) + "`";
}

int say(const Common& common, Wanted wanted) {
  if (wanted.text == "-") wanted.text.assign(std::istreambuf_iterator<char>(std::cin), {});
  return act(common, wanted, "say", {{"text", wanted.text}}, on_its_way(wanted));
}

int send_template(const Common& common, const Wanted& wanted) {
  return act(common, wanted, "template",
             {{"name", wanted.name}, {"language", wanted.language}, {"parameters", wanted.parameters}},
             on_its_way(wanted));
}

int resume(const Common& common, const Wanted& wanted) {
  return act(common, wanted, "resume", json::object(), "the bot answers " + guest_of(wanted) + " again");
}

void add_who(CLI::App& command, Wanted& wanted, bool required) {
  command.add_option("CHANNEL", wanted.channel, "e.g. whatsapp")->required(required);
  command.add_option("SENDER", wanted.sender, "the guest, as `agentctl messages` shows it")->required(required);
  command.add_option("--hotel", wanted.hotel, "the hotel, when the guest wrote to several");
}

}  // namespace

void add_conversation(CLI::App& app, Common& common, Chosen& chosen) {
  auto wanted = std::make_shared<Wanted>();
  auto* conversation =
      add_command(app, common, chosen, "conversation",
                  "what is known of one guest, all that was said, and who has the word", [] { return 0; });
  add_who(*conversation, *wanted, false);
  conversation->callback([conversation, wanted, &common, &chosen] {
    if (!conversation->get_subcommands().empty()) return;  // it has been chosen already
    if (wanted->sender.empty()) throw CLI::RequiredError("CHANNEL SENDER");
    chosen.run = [&common, wanted] { return show(common, *wanted); };
  });
  auto* command = add_command(*conversation, common, chosen, "pause",
                              "the bot is silent: what the guest writes is kept, and is for a person to answer",
                              [&common, wanted] { return pause(common, *wanted); });
  add_who(*command, *wanted, true);
  const std::map<std::string, int> units{{"m", 1}, {"h", 60}, {"d", 24 * 60}};
  command->add_option("--for", wanted->minutes, "for how long, e.g. 90m, 2h, 1d (default: until it is resumed)")
      ->transform(CLI::AsNumberWithUnit(units, CLI::AsNumberWithUnit::UNIT_REQUIRED))
      ->check(CLI::PositiveNumber);
  command = add_command(*conversation, common, chosen, "say",
                        "answers the guest by hand; the bot leaves the word to a person for an hour",
                        [&common, wanted] { return say(common, *wanted); });
  add_who(*command, *wanted, true);
  command->add_option("TEXT", wanted->text, "what to write; - reads it from standard input")->required();
  command =
      add_command(*conversation, common, chosen, "template",
                  "sends a template that the provider has approved, e.g. to a guest who has not written for a day",
                  [&common, wanted] { return send_template(common, *wanted); });
  add_who(*command, *wanted, true);
  command->add_option("NAME", wanted->name, "as in WhatsApp Manager")->required();
  command->add_option("--language", wanted->language, "of the template, as in WhatsApp Manager, e.g. es_AR")
      ->required();
  command->add_option("--parameter", wanted->parameters, "text for a gap of its body, once for each in order")
      ->allow_extra_args(false);
  command = add_command(*conversation, common, chosen, "resume", "gives the word back to the bot",
                        [&common, wanted] { return resume(common, *wanted); });
  add_who(*command, *wanted, true);
}

}  // namespace agente::agentctl
