#include "simulators/whatsapp/guest_content.hpp"

#include "simulators/common/control.hpp"
#include "simulators/whatsapp/encoding.hpp"
#include "simulators/whatsapp/kinds.hpp"
#include "simulators/whatsapp/media_edge.hpp"

namespace agente::sim::whatsapp {
namespace {

using nlohmann::json;
using Json = nlohmann::ordered_json;

/// {"shape": "button_reply", "id", "title", "description"?, "message_id"}: what a guest taps of a message he was sent.
Json read_tap(const json& tap, const std::string& hotel) {
  const auto shape = tap.at("shape").get<std::string>();
  if (shape != "button_reply" && shape != "list_reply")
    throw Unclear("tap.shape must be button_reply or list_reply, not '" + shape + "'");
  Json reply{{"id", tap.at("id").get<std::string>()}, {"title", tap.at("title").get<std::string>()}};
  if (const auto description = tap.value("description", ""); !description.empty()) reply["description"] = description;
  return {{"context", {{"from", hotel}, {"id", tap.at("message_id").get<std::string>()}}},
          {"type", "interactive"},
          {"interactive", {{"type", shape}, {shape, std::move(reply)}}}};
}

/// {"mime_type", "base64" or "text"}: a file the guest sends. Meta keeps it.
Medium keep(const json& file, const Asked& asked) {
  const auto type = file.at("mime_type").get<std::string>();
  auto bytes = file.contains("base64") ? from_base64(file["base64"].get<std::string>()) : file.value("text", "");
  if (!bytes) throw Unclear("media.base64 must be base64");
  if (const auto refusal = refuse_file(type, bytes->size())) {
    throw Unclear("media: " + (refusal->details.empty() ? refusal->message : refusal->details));
  }
  return asked.world.media.add(type, *std::move(bytes), asked.world.now() + Media::kFromGuest);
}

/// `file` also has "caption"?, "filename"?, "voice"? and "url"?.
Json read_file(const json& file, const Asked& asked) {
  const auto medium = keep(file, asked);
  Json content = Json::object();
  for (const auto* name : {"caption", "filename"}) {
    if (const auto text = file.value(name, ""); !text.empty()) content[name] = text;
  }
  content["mime_type"] = medium.mime_type;
  content["sha256"] = base64(sha256(medium.bytes));
  content["id"] = medium.id;
  if (file.value("url", true)) content["url"] = media_url(asked.world, asked.request, medium.id);
  if (medium.kind == "audio") content["voice"] = file.value("voice", false);
  if (medium.kind == "sticker") content["animated"] = false;
  return {{"type", medium.kind}, {medium.kind, std::move(content)}};
}

/// An example from kinds.json; a `text` beside it takes the place of its own.
Json read_kind(const json& body, GuestMessage& message) {
  const auto& kind = kind_named(body.at("kind").get<std::string>());
  if (!kind.contains("message")) throw Unclear("this kind is news of the account and cannot stand in a batch");
  message.stranger = kind.value("stranger", false);
  message.echo = kind.value("echo", false);
  auto content = kind.at("message");
  if (content.contains("text") && body.contains("text")) content["text"]["body"] = body["text"].get<std::string>();
  return content;
}

/// What stands on the telephone of `type`, without the brackets.
std::string words_of_file(const std::string& type, const Json& file) {
  const auto name = file.value("filename", "");
  const auto caption = file.value("caption", "");
  return "[" + (file.value("voice", false) ? "voice note" : type) + (name.empty() ? "" : " " + name) + "]" +
         (caption.empty() ? "" : " " + caption);
}

/// What stands on the telephone; never fails, whatever `with` made of the message.
std::string words_of(const Json& content) {
  const auto type = content.value("type", Json());
  const auto name = type.is_string() ? type.get<std::string>() : "";
  for (const auto* path :
       {"/text/body", "/button/text", "/interactive/button_reply/title", "/interactive/list_reply/title",
        "/interactive/nfm_reply/body", "/edit/message/text/body", "/reaction/emoji"}) {
    const Json::json_pointer at(path);
    if (content.contains(at) && content.at(at).is_string()) return content.at(at).get<std::string>();
  }
  const auto inner = content.value(name, Json());
  if (name == "location" && inner.is_object() && inner.contains("latitude") && inner.contains("longitude")) {
    return "[location " + inner["latitude"].dump() + ", " + inner["longitude"].dump() + "]" +
           (inner.contains("name") ? " " + inner.value("name", "") : "");
  }
  return inner.is_object() && inner.contains("mime_type") ? words_of_file(name, inner) : "[" + name + "]";
}

std::string text_in(const Json& content, const char* name) {
  const auto value = content.value(name, Json());
  return value.is_string() ? value.get<std::string>() : "";
}

/// A guest's message, at Meta, is neither an emoji put to another nor what changes one or tells of him.
bool is_written(const std::string& type) {
  return type != "reaction" && type != "edit" && type != "revoke" && type != "system";
}

}  // namespace

void read_content(const json& body, const Asked& asked, GuestMessage& message) {
  if (body.contains("tap")) {
    message.content = read_tap(body["tap"], asked.world.options.display_number);
  } else if (body.contains("media")) {
    message.content = read_file(body["media"], asked);
  } else if (body.contains("kind")) {
    message.content = read_kind(body, message);
  } else {
    message.content = {{"type", "text"}, {"text", {{"body", body.at("text").get<std::string>()}}}};
  }
  if (body.contains("with")) message.change = read_patch(body, "with");
  auto whole = message.content;
  whole.merge_patch(message.change);
  message.text = words_of(whole);
  message.group = text_in(whole, "group_id");
  message.opens = is_written(text_in(whole, "type"));
}

}  // namespace agente::sim::whatsapp
