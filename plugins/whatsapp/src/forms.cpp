#include "forms.hpp"

#include <vector>

#include "choices.hpp"
#include "json_text.hpp"
#include "utf8.hpp"

namespace agente::whatsapp {
namespace {

constexpr std::size_t kCaption = 1024;
constexpr std::string_view kAnswerWaiting = "answer_waiting";

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
  if (count_characters(message.text) > kCaption) return std::nullopt;
  const auto source = media.empty() ? R"("link":)" + json_string(link) : R"("id":)" + json_string(media);
  const auto filename = type == "document" ? details["filename"].text() : std::string{};
  return typed(type, "{" + source + member("filename", filename) + member("caption", std::string{message.text}) + "}");
}

std::optional<std::string> reaction(const outbound& message, const Json& details) {
  if (message.reply_to.empty() || !details["emoji"]) return std::nullopt;
  return typed("reaction", R"({"message_id":)" + json_string(message.reply_to) + R"(,"emoji":)" +
                               json_string(details["emoji"].text()) + "}");
}

std::string written(const std::string& name, const std::string& language, const std::vector<std::string>& parameters) {
  std::string gaps;
  for (const auto& each : parameters) {
    gaps += std::string{gaps.empty() ? "" : ","} + R"({"type":"text","text":)" + json_string(for_a_gap(each)) + "}";
  }
  const auto components = gaps.empty() ? "" : R"(,"components":[{"type":"body","parameters":[)" + gaps + "]}]";
  return typed("template", R"({"name":)" + json_string(name) + R"(,"language":{"code":)" + json_string(language) + "}" +
                               components + "}");
}

std::string request_to_write(const outbound& message, const Settings& settings) {
  if (!settings.answer_waiting)
    throw error(AGENTE_E_NOT_FOUND, "no template answer_waiting is configured for guests of more than 24 hours ago");
  const auto& form = *settings.answer_waiting;
  const auto found = form.languages.find(message.language);
  return written(form.name, (found == form.languages.end() ? form.languages.begin() : found)->second, form.parameters);
}

std::string filled_template(const outbound& message, const Json& details, const Settings& settings) {
  const auto name = details["name"].text();
  if (name == kAnswerWaiting) return request_to_write(message, settings);
  const auto language = details["language"].text();
  if (name.empty() || language.empty())
    throw error(AGENTE_E_INVALID, "a template needs name and language, as WhatsApp Manager shows them");
  std::vector<std::string> parameters;
  details["parameters"].elements([&](const Json& each) { parameters.push_back(each.text()); });
  return written(name, language, parameters);
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
  if (message.kind == "template") return filled_template(message, details, settings);
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
