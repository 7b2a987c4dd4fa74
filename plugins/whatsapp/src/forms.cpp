#include "forms.hpp"

#include "choices.hpp"
#include "form_parts.hpp"
#include "json_text.hpp"
#include "template_form.hpp"
#include "utf8.hpp"

namespace agente::whatsapp {
namespace {

constexpr std::size_t kCaption = 1024;

std::string typed(std::string_view type, const std::string& content) {
  return R"("type":")" + std::string{type} + R"(",")" + std::string{type} + R"(":)" + content;
}

std::optional<std::string> location(const Json& details) {
  const auto place = place_of(details);
  return place ? std::optional{typed("location", *place)} : std::nullopt;
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

}  // namespace

std::optional<std::string> form_of(const outbound& message, const Settings& settings, const Listed* listed) {
  if (message.kind == "text" || !is_json(message.details)) return std::nullopt;
  const Json details{message.details};
  if (message.kind == "choices") {
    const auto interactive = interactive_of(message);
    return interactive ? std::optional{typed("interactive", *interactive)} : std::nullopt;
  }
  if (message.kind == "location") return location(details);
  if (message.kind == "image" || message.kind == "document") return attached(message.kind, message, details);
  if (message.kind == "reaction") return reaction(message, details);
  if (message.kind == "template") return typed("template", template_form(*filling_of(message, settings), listed));
  return std::nullopt;
}

}  // namespace agente::whatsapp
