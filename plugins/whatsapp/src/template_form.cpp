#include "template_form.hpp"

#include <algorithm>
#include <cctype>

#include "form_parts.hpp"

namespace agente::whatsapp {
namespace {

std::string text_for(const std::string& gap, const std::string& text) {
  return R"({"type":"text")" + member("parameter_name", gap) + R"(,"text":)" + json_string(for_a_gap(text)) + "}";
}

std::string component(const std::string& about, const std::string& parameters) {
  return R"({"type":)" + about + R"(,"parameters":[)" + parameters + "]}";
}

/// image, video or document.
std::string file_type(const Filling& filling, const Listed* listed) {
  auto type = filling.frame.header->type;
  if (listed != nullptr && !listed->frame.header.empty()) type = listed->frame.header;
  std::transform(type.begin(), type.end(), type.begin(), [](unsigned char c) { return std::tolower(c); });
  if (type == "image" || type == "video" || type == "document") return type;
  throw error(AGENTE_E_INVALID, "what the file in the header of template " + filling.name +
                                    " is cannot be told: give header.type, image, video or document");
}

std::string file_for(const Filling& filling, const Listed* listed) {
  const auto& header = *filling.frame.header;
  const auto type = file_type(filling, listed);
  const auto source =
      header.media.empty() ? R"("link":)" + json_string(header.link) : R"("id":)" + json_string(header.media);
  return R"({"type":")" + type + R"(",")" + type + R"(":{)" + source +
         (type == "document" ? member("filename", header.filename) : "") + "}}";
}

std::string header_of(const Filling& filling, const Listed* listed) {
  const auto& header = *filling.frame.header;
  if (!header.place.empty()) return component(R"("header")", R"({"type":"location","location":)" + header.place + "}");
  if (header.text.empty()) return component(R"("header")", file_for(filling, listed));
  const bool by_name = listed != nullptr && listed->by_name;
  return component(R"("header")", text_for(by_name ? listed->frame.header_gap : "", header.text));
}

std::string body_of(const Filling& filling) {
  std::string texts;
  for (const auto& each : filling.texts) texts += (texts.empty() ? "" : ",") + text_for(each.gap, each.text);
  return component(R"("body")", texts);
}

bool copies_code(const ButtonText& button, const Listed* listed) {
  if (listed == nullptr) return button.copy_code;
  const auto& buttons = listed->frame.buttons;
  return std::any_of(buttons.begin(), buttons.end(),
                     [&](const auto& each) { return each.index == button.index && each.copy_code; });
}

std::string button_of(const ButtonText& button, const Listed* listed) {
  const bool code = copies_code(button, listed);
  const auto about = R"("button","sub_type":")" + std::string{code ? "COPY_CODE" : "url"} + R"(","index":")" +
                     std::to_string(button.index) + "\"";
  if (!code) return component(about, text_for("", button.text));
  return component(about, R"({"type":"coupon_code","coupon_code":)" + json_string(button.text) + "}");
}

}  // namespace

std::string template_form(const Filling& filling, const Listed* listed) {
  std::string components;
  const auto add = [&](const std::string& one) { components += (components.empty() ? "" : ",") + one; };
  if (filling.frame.header) add(header_of(filling, listed));
  if (!filling.texts.empty()) add(body_of(filling));
  for (const auto& button : filling.frame.buttons) add(button_of(button, listed));
  return R"({"name":)" + json_string(filling.name) + R"(,"language":{"code":)" + json_string(filling.language) + "}" +
         (components.empty() ? "" : R"(,"components":[)" + components + "]") + "}";
}

}  // namespace agente::whatsapp
