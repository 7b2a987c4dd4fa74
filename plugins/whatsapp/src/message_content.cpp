#include "message_content.hpp"

#include <algorithm>
#include <array>

namespace agente::whatsapp {
namespace {

constexpr std::string_view kUnsupported = "unsupported";
constexpr std::string_view kLostFile = "lost_file";

/// Types with content under their own name.
constexpr std::array<std::string_view, 15> kTypes{"text",    "image",    "video",    "document", "audio",
                                                  "sticker", "location", "contacts", "reaction", "interactive",
                                                  "button",  "order",    "system",   "edit",     "revoke"};

bool is_type(std::string_view name) { return std::find(kTypes.begin(), kTypes.end(), name) != kTypes.end(); }

std::string inferred_kind(const Json& message) {
  std::string found;
  int count = 0;
  message.members([&](const std::string& name, const Json& value) {
    if (!value || !is_type(name)) return;
    found = name;
    ++count;
  });
  return count == 1 ? found : std::string{kUnsupported};
}

bool has_caption(std::string_view kind) { return kind == "image" || kind == "video" || kind == "document"; }

bool is_file(std::string_view kind) { return has_caption(kind) || kind == "audio" || kind == "sticker"; }

/// Meta could not take the file (131052), or says that something failed and names no file.
bool is_lost(const Json& message, const Json& file) {
  bool lost = false;
  message["errors"].elements(
      [&](const Json& trouble) { lost = lost || trouble["code"].integer() == 131052 || file["id"].text().empty(); });
  return lost;
}

std::string named_kind(const Json& message) {
  const auto named = message["type"];
  if (!named) return inferred_kind(message);
  auto kind = named.text();
  return is_type(kind) || kind == "request_welcome" ? kind : std::string{kUnsupported};
}

std::string words_of(const Json& content, std::string_view kind) {
  if (kind == "text") return content["body"].text();
  if (has_caption(kind)) return content["caption"].text();
  if (kind == "order") return content["text"].text();
  if (kind == "interactive") {
    const auto button = content["button_reply"]["title"];
    return button ? button.text() : content["list_reply"]["title"].text();
  }
  if (kind == "button") {
    const auto label = content["text"].text();
    return label.empty() ? content["payload"].text() : label;
  }
  return {};
}

}  // namespace

std::string kind_of(const Json& message) {
  auto kind = named_kind(message);
  return is_file(kind) && is_lost(message, message[kind]) ? std::string{kLostFile} : kind;
}

std::string text_of(const Json& message, std::string_view kind) {
  if (kind == kLostFile) return text_of(message, named_kind(message));  // what he wrote below the file has arrived
  if (kind != "edit") return words_of(message[kind], kind);
  const auto edited = message["edit"]["message"];
  const auto inner = kind_of(edited);
  return words_of(edited[inner], inner);
}

std::string choice_of(const Json& message) {
  const auto content = message["interactive"];
  const auto button = content["button_reply"]["id"];
  return button ? button.text() : content["list_reply"]["id"].text();
}

std::string target_of(const Json& message) {
  const auto answered = message["context"]["id"];
  if (answered) return answered.text();
  const auto reacted_to = message["reaction"]["message_id"];
  if (reacted_to) return reacted_to.text();
  const auto edited = message["edit"]["original_message_id"];
  return edited ? edited.text() : message["revoke"]["original_message_id"].text();
}

}  // namespace agente::whatsapp
