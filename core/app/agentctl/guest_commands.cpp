// agentctl guest export|erase CHANNEL SENDER: what is stored of a guest, shown or forgotten when he asks for it.
#include <cstdio>
#include <iostream>
#include <memory>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "app/agentctl/commands.hpp"

namespace agente::agentctl {
namespace {

using nlohmann::json;

struct Wanted {
  std::string channel, sender, hotel;
  bool yes = false;

  [[nodiscard]] std::string path() const {
    const auto path = "/api/v1/admin/guests/" + url_encoded(channel) + "/" + url_encoded(sender);
    return hotel.empty() ? path : path + "?hotel=" + url_encoded(hotel);
  }
};

int export_guest(const Common& common, const Wanted& wanted) {
  const auto record = common.client().get(wanted.path());
  if (!record) return failed(record.error());
  std::printf("%s\n", common.json ? record->dump().c_str() : record->dump(2).c_str());
  return 0;
}

/// Says what would go and what stays; true when the person at the terminal wants it.
bool agreed(const json& record) {
  std::fprintf(stderr,
               "Would erase what is stored of %s on %s (hotel %s): names, texts, raw bodies and the conversation of "
               "%zu message(s), and the name in %zu reservation(s).\nMoney, dates, states and the PMS' ids stay under "
               "a pseudonym. The PMS itself, log files and backups are not touched. This cannot be undone.\n",
               record.value("sender", "").c_str(), record.value("channel", "").c_str(),
               record.value("hotel", "").c_str(), record["messages"].size(), record["reservations"].size());
  if (isatty(STDIN_FILENO) == 0) {
    std::fprintf(stderr, "Nothing was erased; repeat it with --yes.\n");
    return false;
  }
  std::fprintf(stderr, "Type yes to erase: ");
  std::string answer;
  std::getline(std::cin, answer);
  if (answer == "yes") return true;
  std::fprintf(stderr, "Nothing was erased.\n");
  return false;
}

int erase(const Common& common, const Wanted& wanted) {
  const auto client = common.client();
  if (!wanted.yes) {
    const auto record = client.get(wanted.path());
    if (!record) return failed(record.error());
    if (!agreed(*record)) return 1;
  }
  const auto erased = client.remove(wanted.path());
  if (!erased) return failed(erased.error());
  if (common.json) {
    std::printf("%s\n", erased->dump().c_str());
  } else {
    std::printf("erased; %d message(s) and %d reservation(s) stay under the name %s\n", erased->value("messages", 0),
                erased->value("reservations", 0), erased->value("pseudonym", "").c_str());
  }
  return 0;
}

void add_guest_options(CLI::App& command, Wanted& wanted) {
  command.add_option("CHANNEL", wanted.channel, "e.g. whatsapp")->required();
  command.add_option("SENDER", wanted.sender, "the guest, as `agentctl messages` shows it")->required();
  command.add_option("--hotel", wanted.hotel, "the hotel, when the guest wrote to several");
}

}  // namespace

void add_guest(CLI::App& app, Common& common, Chosen& chosen) {
  auto* guest = app.add_subcommand("guest", "personal data of one guest");
  guest->require_subcommand(1);
  auto wanted = std::make_shared<Wanted>();
  add_guest_options(*add_command(*guest, common, chosen, "export",
                                 "JSON of all that is stored: conversation, messages with their raw bodies (text or "
                                 "base64), reservations, what was asked of the PMS, events",
                                 [&common, wanted] { return export_guest(common, *wanted); }),
                    *wanted);
  auto* forget = add_command(*guest, common, chosen, "erase",
                             "erases names, texts, raw bodies and the conversation; reservations stay under a "
                             "pseudonym, so that the books stay right. Refused while something is under way",
                             [&common, wanted] { return erase(common, *wanted); });
  add_guest_options(*forget, *wanted);
  forget->add_flag("--yes", wanted->yes, "do it; without, it says what it would do, and asks when on a terminal");
}

}  // namespace agente::agentctl
