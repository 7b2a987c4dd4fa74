#include "forms.hpp"

#include "choices.hpp"
#include "json_text.hpp"
#include "templates.hpp"
#include "utf8.hpp"

namespace agente::whatsapp {
namespace {

constexpr std::size_t kCaption = 1024;

std::string typed(std::string_view type, const std::string& content) {
  return R"("type":")" + std::string{type} + R"(",")" + std::string{type} + R"(":)" + content;
}

/// `,"name":"…"` unless it is empty.
std::string member(std::string_view name, const std::string& text) {
  return text.empty() ? std::string{} : ",\"" + std::string{name} + "\":" + json_string(text);
}

bool is_number(const Json& value) {
  const auto first = value.raw().empty() ? ' ' : value.raw().front();
  return first == '-' || (first >= '0' && first <= '9');
}

std::optional<std::string> location(const Json& details) {
  const auto latitude = details["latitude"];
  const auto longitude = details["longitude"];
  if (!is_number(latitude) || !is_number(longitude)) return std::nullopt;
  return typed("location", R"({"latitude":)" + std::string{latitude.raw()} + R"(,"longitude":)" +
                               std::string{longitude.raw()} + member("name", details["name"].text()) +
                               member("address", details["address"].text()) + "}");
}

/// A file that Meta has already, or fetches itself, over https only.
std::optional<std::string> attached(std::string_view type, const outbound& message, const Json& details) {
  const auto media = details["media"].text();
  const auto link = details["link"].text();
  if (media.empty() && !link.starts_with("https://")) return std::nullopt;
  if (const auto length = count_characters(message.text); length > kCaption)
    throw error(AGENTE_E_INVALID, "the caption has " + std::to_string(length) +
                                      " characters, WhatsApp takes 1024: send the rest as a message of its own");
  const auto source = media.empty() ? R"("link":)" + json_string(link) : R"("id":)" + json_string(media);
  const auto filename = type == "document" ? details["filename"].text() : std::string{};
  return typed(type, "{" + source + member("filename", filename) + member("caption", std::string{message.text}) + "}");
}

std::optional<std::string> reaction(const outbound& message, const Json& details) {
  if (message.reply_to.empty() || !details["emoji"]) return std::nullopt;
  return typed("reaction", R"({"message_id":)" + json_string(message.reply_to) + R"(,"emoji":)" +
                               json_string(details["emoji"].text()) + "}");
}

std::string filled(const Filling& filling) {
  std::string texts;
  for (const auto& each : filling.texts) {
    texts += std::string{texts.empty() ? "" : ","} + R"({"type":"text")" + member("parameter_name", each.gap) +
             R"(,"text":)" + json_string(for_a_gap(each.text)) + "}";
  }
  const auto components = texts.empty() ? "" : R"(,"components":[{"type":"body","parameters":[)" + texts + "]}]";
  return typed("template", R"({"name":)" + json_string(filling.name) + R"(,"language":{"code":)" +
                               json_string(filling.language) + "}" + components + "}");
}

}  // namespace

std::optional<std::string> form_of(const outbound& message, const Settings& settings) {
  if (message.kind == "text" || !is_json(message.details)) return std::nullopt;
  const Json details{message.details};
  if (message.kind == "choices") {
    const auto interactive = interactive_of(message);
    return interactive ? std::optional{typed("interactive", *interactive)} : std::nullopt;
  }
  if (message.kind == "location") return location(details);
  if (message.kind == "image" || message.kind == "document") return attached(message.kind, message, details);
  if (message.kind == "reaction") return reaction(message, details);
  if (message.kind == "template") return filled(*filling_of(message, settings));
  return std::nullopt;
}

std::string for_a_gap(std::string_view text) {
  std::string clean;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\n' || c == '\r' || c == '\t';
    if (!blank) {
      clean += c;
    } else if (!clean.empty() && clean.back() != ' ') {
      clean += ' ';
    }
  }
  while (clean.ends_with(' ')) clean.pop_back();
  return clean;
}

}  // namespace agente::whatsapp
