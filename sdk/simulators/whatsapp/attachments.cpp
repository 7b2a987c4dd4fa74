#include "simulators/whatsapp/attachments.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <nlohmann/json.hpp>

#include "simulators/whatsapp/characters.hpp"
#include "simulators/whatsapp/json_member.hpp"

namespace agente::sim::whatsapp {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxCaption = 1024;
constexpr std::size_t kMaxEmoji = 16;  // a family on a coloured background has as many code points

/// "host" of "https://host[:port]/..."; empty if there is none.
std::string_view host_of(std::string_view link) {
  constexpr std::string_view kScheme = "https://";
  if (!link.starts_with(kScheme)) return {};
  auto host = link.substr(kScheme.size());
  host = host.substr(0, host.find_first_of("/?#"));
  return host.substr(0, host.rfind(':'));
}

Refusal read_source(const json& file, Outgoing& out) {
  if (auto refusal = optional_text(file, "id", out.media_id)) return refusal;
  if (auto refusal = optional_text(file, "link", out.link)) return refusal;
  out.shown_as = out.type;
  const auto of = " in " + out.type + ".";
  if (out.media_id.empty() && out.link.empty()) return graph_error(131008, "One of id and link is required" + of);
  if (!out.media_id.empty() && !out.link.empty()) return bad_value("Only one of id and link is allowed" + of);
  const bool blank = out.link.find_first_of(" \t\r\n") != std::string::npos;
  if (!out.link.empty() && (blank || host_of(out.link).empty()))
    return bad_value("Param " + out.type + ".link must be a valid https URL.");
  return std::nullopt;
}

Refusal read_caption(const json& file, const Outgoing& out, std::string& caption) {
  if (auto refusal = optional_text(file, "caption", caption)) return refusal;
  const bool takes_one = out.type != "audio" && out.type != "sticker";
  if (!takes_one && !caption.empty())
    return graph_error(100, "Unexpected key \"caption\" on param \"" + out.type + "\".");
  if (count_characters(caption) <= kMaxCaption) return std::nullopt;
  return bad_value("Param " + out.type + ".caption must be at most 1024 characters long.");
}

Refusal read_file(const json& file, Outgoing& out) {
  std::string caption;
  std::string name;
  if (auto refusal = read_source(file, out)) return refusal;
  if (auto refusal = read_caption(file, out, caption)) return refusal;
  if (out.type == "document") {
    if (auto refusal = optional_text(file, "filename", name)) return refusal;
  }
  const auto* voice = member(file, "voice");
  if (voice != nullptr && !voice->is_boolean()) return bad_value("Param " + out.type + ".voice must be a boolean.");
  out.voice = out.type == "audio" && voice != nullptr && voice->get<bool>();
  out.text = "[" + out.type + (name.empty() ? "" : " " + name) + "]" + (caption.empty() ? "" : " " + caption);
  return std::nullopt;
}

/// Cards of people: each needs the name that is shown.
Refusal read_contacts(const json& cards, Outgoing& out) {
  if (cards.empty()) return missing_parameter("contacts");
  for (const auto& card : cards) {
    const auto* name = card.is_object() ? member(card, "name") : nullptr;
    if (name == nullptr || !name->is_object()) return missing_parameter("contacts.name");
    std::string shown;
    if (auto refusal = optional_text(*name, "formatted_name", shown)) return refusal;
    if (shown.empty()) return missing_parameter("contacts.name.formatted_name");
    out.text += (out.text.empty() ? "[contact] " : ", ") + shown;
  }
  return std::nullopt;
}

/// Graph takes degrees as a number and as a text.
Refusal read_degrees(const json& place, const char* name, double most, std::string& words) {
  const auto* given = member(place, name);
  if (given == nullptr) return missing_parameter("location." + std::string(name));
  words = given->is_string() ? given->get<std::string>() : given->dump();
  double degrees = 0;
  const auto [end, problem] = std::from_chars(words.data(), words.data() + words.size(), degrees);
  const bool readable = problem == std::errc{} && end == words.data() + words.size();
  if (readable && degrees >= -most && degrees <= most) return std::nullopt;
  return bad_value("Param location." + std::string(name) + " must be a number of degrees.");
}

Refusal read_location(const json& place, Outgoing& out) {
  std::string latitude;
  std::string longitude;
  if (auto refusal = read_degrees(place, "latitude", 90, latitude)) return refusal;
  if (auto refusal = read_degrees(place, "longitude", 180, longitude)) return refusal;
  std::string name;
  std::string address;
  if (auto refusal = optional_text(place, "name", name)) return refusal;
  if (auto refusal = optional_text(place, "address", address)) return refusal;
  out.text = "[location " + latitude + ", " + longitude + "]";
  if (!name.empty()) out.text += " " + name + (address.empty() ? "" : ", " + address);
  return std::nullopt;
}

bool is_emoji(const std::string& text) {
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  return !plain && count_characters(text) <= kMaxEmoji;
}

Refusal read_reaction(const json& reaction, Outgoing& out) {
  std::string emoji;
  if (auto refusal = optional_text(reaction, "message_id", out.reacts_to)) return refusal;
  if (out.reacts_to.empty()) return missing_parameter("reaction.message_id");
  if (member(reaction, "emoji") == nullptr) return missing_parameter("reaction.emoji");
  if (auto refusal = optional_text(reaction, "emoji", emoji)) return refusal;
  if (!emoji.empty() && !is_emoji(emoji)) return bad_value("Param reaction.emoji must be one emoji.");
  out.text = emoji.empty() ? "[reaction taken back]" : "[reaction " + emoji + "]";
  return std::nullopt;
}

}  // namespace

bool is_attachment(std::string_view type) {
  static constexpr std::array<std::string_view, 8> kPlayed{"audio",    "contacts", "document", "image",
                                                           "location", "reaction", "sticker",  "video"};
  return std::find(kPlayed.begin(), kPlayed.end(), type) != kPlayed.end();
}

Refusal read_attachment(const json& body, Outgoing& out) {
  const auto* content = member(body, out.type.c_str());
  if (content == nullptr) return missing_parameter(out.type);
  out.attachment = content->dump();
  const bool is_list = out.type == "contacts";
  if (is_list && !content->is_array()) return bad_value("Param contacts must be an array.");
  if (is_list) return read_contacts(*content, out);
  if (!content->is_object()) return bad_value("Param " + out.type + " must be an object.");
  if (out.type == "location") return read_location(*content, out);
  if (out.type == "reaction") return read_reaction(*content, out);
  return read_file(*content, out);
}

bool is_reachable(std::string_view link) {
  const auto host = host_of(link);
  const bool has_name = host.find('.') != std::string_view::npos;
  return has_name && !host.starts_with("127.") && !host.starts_with("10.") && !host.starts_with("192.168.");
}

}  // namespace agente::sim::whatsapp
