// agentctl conversation CHANNEL SENDER, conversation pause|say|template|place|react|file|resume CHANNEL SENDER.
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <thread>
#include <utility>
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
  std::vector<std::string> named;       ///< likewise, "NAME=TEXT"
  std::string header_text, header_link, header_file;
  std::vector<std::string> buttons;  ///< of a template, "INDEX=TEXT"
  std::string message, emoji;
  double latitude = 0, longitude = 0;  ///< of a place
  std::string address;                 ///< likewise
  std::string file, type, caption;
  int minutes = 0;  ///< of a pause; 0: until it is resumed

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

/// Waits until what the host accepted is in effect, and says `done` or why it is not yet.
int follow(const Common& common, const Wanted& wanted, Result<json> accepted, const std::string& done) {
  if (!accepted) return failed(accepted.error());
  const auto outcome = outcome_of(common.client(), accepted->at("id"));
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

int act(const Common& common, const Wanted& wanted, const std::string& verb, const json& body,
        const std::string& done) {
  return follow(common, wanted, common.client().post(wanted.path(verb), body), done);
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

int react(const Common& common, const Wanted& wanted) {
  return act(common, wanted, "react", {{"message", wanted.message}, {"emoji", wanted.emoji}}, on_its_way(wanted));
}

int send_place(const Common& common, const Wanted& wanted) {
  return act(common, wanted, "place",
             {{"latitude", wanted.latitude},
              {"longitude", wanted.longitude},
              {"name", wanted.name},
              {"address", wanted.address}},
             on_its_way(wanted));
}

/// By its extension, of the files that hotels send.
std::string type_of(const std::filesystem::path& file) {
  static const std::map<std::string, std::string> kTypes{
      {".jpg", "image/jpeg"},      {".jpeg", "image/jpeg"},   {".png", "image/png"}, {".txt", "text/plain"},
      {".pdf", "application/pdf"}, {".ics", "text/calendar"}, {".mp4", "video/mp4"}};
  const auto found = kTypes.find(file.extension().string());
  return found == kTypes.end() ? "application/octet-stream" : found->second;
}

Result<std::string> bytes_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string bytes(std::istreambuf_iterator<char>(in), {});
  if (!in.is_open() || bytes.empty()) return Error{Code::kInvalid, file.string() + " cannot be read, or is empty"};
  return bytes;
}

int send_file(const Common& common, const Wanted& wanted) {
  const std::filesystem::path file = wanted.file;
  const auto bytes = bytes_of(file);
  if (!bytes) return failed(bytes.error());
  auto path = wanted.path("file");
  path += (wanted.hotel.empty() ? "?name=" : "&name=") + url_encoded(file.filename().string());
  if (!wanted.caption.empty()) path += "&caption=" + url_encoded(wanted.caption);
  const auto type = wanted.type.empty() ? type_of(file) : wanted.type;
  return follow(common, wanted, common.client().upload(path, *bytes, type), on_its_way(wanted));
}

/// Name and type of a file as the guest sees it, as far as `path` tells.
void describe(const std::filesystem::path& path, json& header) {
  if (!path.has_extension()) return;
  header["filename"] = path.filename().string();
  const auto type = type_of(path);
  const auto kind = type.substr(0, type.find('/'));
  header["type"] = kind == "image" || kind == "video" ? kind : "document";
}

/// What stands above the body of a template, the file handed over; null for nothing.
Result<json> header_of(const Common& common, const Wanted& wanted) {
  if (!wanted.header_text.empty()) return json{{"text", wanted.header_text}};
  if (!wanted.header_link.empty()) {
    json header{{"link", wanted.header_link}};
    const auto place = wanted.header_link.find("://");
    const auto begin = place == std::string::npos ? place : wanted.header_link.find('/', place + 3);
    if (begin != std::string::npos)
      describe(wanted.header_link.substr(begin, wanted.header_link.find_first_of("?#", begin) - begin), header);
    return header;
  }
  if (wanted.header_file.empty()) return json();
  const std::filesystem::path file = wanted.header_file;
  const auto bytes = bytes_of(file);
  if (!bytes) return bytes.error();
  const auto given = common.client().upload(wanted.path("upload"), *bytes, type_of(file));
  if (!given) return given.error();
  json header{{"media", given->at("media")}};
  describe(file, header);
  return header;
}

/// "NAME=TEXT" of an option, cut at the first '='.
Result<std::pair<std::string, std::string>> cut(const std::string& given, const std::string& form) {
  const auto middle = given.find('=');
  if (middle != std::string::npos && middle != 0) return std::pair{given.substr(0, middle), given.substr(middle + 1)};
  return Error{Code::kInvalid, given + ": write " + form};
}

Result<json> template_of(const Wanted& wanted) {
  json parameters = wanted.parameters;
  if (!wanted.named.empty()) parameters = json::object();
  for (const auto& each : wanted.named) {
    const auto parts = cut(each, "--named NAME=TEXT");
    if (!parts) return parts.error();
    parameters[parts->first] = parts->second;
  }
  auto buttons = json::array();
  for (const auto& each : wanted.buttons) {
    const auto parts = cut(each, "--button INDEX=TEXT");
    if (!parts) return parts.error();
    const auto& index = parts->first;
    if (index.size() > 1 || index.find_first_not_of("0123456789") != std::string::npos)
      return Error{Code::kInvalid, each + ": write --button INDEX=TEXT, the first button is 0"};
    buttons.push_back({{"index", std::stoi(index)}, {"text", parts->second}});
  }
  return json{{"name", wanted.name},
              {"language", wanted.language},
              {"parameters", std::move(parameters)},
              {"buttons", std::move(buttons)}};
}

int send_template(const Common& common, const Wanted& wanted) {
  auto form = template_of(wanted);
  if (!form) {
    std::fprintf(stderr, "%s\n", form.error().text.c_str());
    return 2;
  }
  const auto header = header_of(common, wanted);
  if (!header) return failed(header.error());
  if (!header->is_null()) (*form)["header"] = *header;
  if ((*form)["buttons"].empty()) form->erase("buttons");
  return act(common, wanted, "template", *form, on_its_way(wanted));
}

int resume(const Common& common, const Wanted& wanted) {
  return act(common, wanted, "resume", json::object(), "the bot answers " + guest_of(wanted) + " again");
}

void add_who(CLI::App& command, Wanted& wanted, bool required) {
  command.add_option("CHANNEL", wanted.channel, "e.g. whatsapp")->required(required);
  command.add_option("SENDER", wanted.sender, "the guest, as `agentctl messages` shows it")->required(required);
  command.add_option("--hotel", wanted.hotel, "the hotel, when the guest wrote to several");
}

void add_template(CLI::App& conversation, Common& common, Chosen& chosen, const std::shared_ptr<Wanted>& wanted) {
  auto* command =
      add_command(conversation, common, chosen, "template",
                  "sends a template that the provider has approved, e.g. to a guest who has not written for a day",
                  [&common, wanted] { return send_template(common, *wanted); });
  add_who(*command, *wanted, true);
  command->add_option("NAME", wanted->name, "as in WhatsApp Manager")->required();
  command->add_option("--language", wanted->language, "of the template, as in WhatsApp Manager, e.g. es_AR")
      ->required();
  command->add_option("--parameter", wanted->parameters, "text for a gap of its body, once for each in order")
      ->allow_extra_args(false);
  command->add_option("--named", wanted->named, "NAME=TEXT, for gaps that have names, once for each")
      ->allow_extra_args(false)
      ->excludes("--parameter");
  auto* text = command->add_option("--header-text", wanted->header_text, "text for the gap of its header");
  auto* link = command->add_option("--header-link", wanted->header_link,
                                   "https address of the image, video or document of its header");
  command->add_option("--header-file", wanted->header_file, "or the file itself, of 16 MiB at most")
      ->excludes(text)
      ->excludes(link);
  link->excludes(text);
  command
      ->add_option("--button", wanted->buttons,
                   "INDEX=TEXT, the ending of a button's link or the code it copies, counted from 0, once for each")
      ->allow_extra_args(false);
}

void add_forms(CLI::App& conversation, Common& common, Chosen& chosen, const std::shared_ptr<Wanted>& wanted) {
  auto* command = add_command(conversation, common, chosen, "place", "sends the guest a place on the map",
                              [&common, wanted] { return send_place(common, *wanted); });
  add_who(*command, *wanted, true);
  command->add_option("LATITUDE", wanted->latitude, "e.g. 37.3826")->required();
  command->add_option("LONGITUDE", wanted->longitude, "e.g. -5.9963")->required();
  command->add_option("--name", wanted->name, "e.g. Hotel Sol");
  command->add_option("--address", wanted->address, "in a line");
  command = add_command(conversation, common, chosen, "react", "puts an emoji on a message of the guest's",
                        [&common, wanted] { return react(common, *wanted); });
  add_who(*command, *wanted, true);
  command->add_option("MESSAGE", wanted->message, "its id, as `agentctl messages` shows it")->required();
  command->add_option("EMOJI", wanted->emoji, "e.g. 👍; left out: takes it back");
  command = add_command(conversation, common, chosen, "file", "sends the guest a picture or a document",
                        [&common, wanted] { return send_file(common, *wanted); });
  add_who(*command, *wanted, true);
  command->add_option("FILE", wanted->file, "of 16 MiB at most")->required();
  command->add_option("--caption", wanted->caption, "words to it");
  command->add_option("--type", wanted->type, "e.g. application/pdf (default: by its extension)");
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
  add_template(*conversation, common, chosen, wanted);
  add_forms(*conversation, common, chosen, wanted);
  command = add_command(*conversation, common, chosen, "resume", "gives the word back to the bot",
                        [&common, wanted] { return resume(common, *wanted); });
  add_who(*command, *wanted, true);
}

}  // namespace agente::agentctl
