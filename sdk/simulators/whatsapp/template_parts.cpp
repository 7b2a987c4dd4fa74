#include "simulators/whatsapp/template_parts.hpp"

#include <algorithm>
#include <cctype>
#include <regex>
#include <vector>

#include "simulators/whatsapp/attachments.hpp"
#include "simulators/whatsapp/characters.hpp"
#include "simulators/whatsapp/json_member.hpp"

namespace agente::sim::whatsapp {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestBody = 1024;
constexpr std::size_t kLongestHeader = 60;
constexpr std::size_t kLongestCode = 15;

std::string in_case(std::string text, int (*letter)(int)) {
  std::transform(text.begin(), text.end(), text.begin(), [&](unsigned char c) { return letter(c); });
  return text;
}
std::string lower(const std::string& text) { return in_case(text, std::tolower); }
std::string upper(const std::string& text) { return in_case(text, std::toupper); }

/// "1" and "2" of "{{1}} and {{2}}", or names; each once, in order.
std::vector<std::string> variables_in(const std::string& text) {
  static const std::regex kVariable(R"(\{\{([A-Za-z0-9_]+)\}\})");
  std::vector<std::string> names;
  for (std::sregex_iterator found(text.begin(), text.end(), kVariable), end; found != end; ++found) {
    if (std::find(names.begin(), names.end(), (*found)[1].str()) == names.end()) names.push_back((*found)[1]);
  }
  return names;
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
}

void add_line(const std::string& line, Outgoing& out) {
  if (!line.empty()) out.text += (out.text.empty() ? "" : "\n") + line;
}

/// The parameters that a message brings for a component; none if it does not name it.
json parameters_for(const json& given, const std::string& component) {
  for (const auto& part : given) {
    if (lower(part.value("type", "")) == component) return part.value("parameters", json::array());
  }
  return json::array();
}

std::string type_of(const json& parameter) {
  return parameter.is_object() ? parameter.value("type", "UNKNOWN") : "UNKNOWN";
}

Refusal format_mismatch(const std::string& component, const std::string& expected, const std::string& received) {
  return graph_error(132012, component + ": Format mismatch, expected " + expected + ", received " + received);
}

Refusal wrong_number(const std::string& component, std::size_t given, std::size_t expected) {
  return graph_error(132000, component + ": number of localizable_params (" + std::to_string(given) +
                                 ") does not match the expected number of params (" + std::to_string(expected) + ")");
}

Refusal check_parameter(const json& parameter, const std::string& component) {
  if (type_of(parameter) != "text") return format_mismatch(component, "TEXT", type_of(parameter));
  const auto text = parameter.value("text", "");
  if (text.empty()) return graph_error(131008, "Parameter of type text is missing text value");
  if (text.find_first_of("\n\r\t") == std::string::npos && text.find("     ") == std::string::npos) return std::nullopt;
  return graph_error(132008, "Param text cannot have new-line/tab characters or more than 4 consecutive spaces");
}

/// One component of the template with what the message brings for it.
struct Component {
  std::string type;  ///< header, body
  std::string text;
  bool named = false;
};

Refusal fill_component(const Component& component, const json& given, Outgoing& out) {
  const auto names = variables_in(component.text);
  if (given.size() != names.size()) return wrong_number(component.type, given.size(), names.size());
  auto text = component.text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (auto refusal = check_parameter(given[i], component.type)) return refusal;
    const auto name = component.named ? given[i].value("parameter_name", "") : names[i];
    if (std::find(names.begin(), names.end(), name) == names.end())
      return graph_error(132012, component.type + ": Parameter name is missing or unknown");
    replace_all(text, "{{" + name + "}}", given[i]["text"]);
  }
  if (count_characters(text) > (component.type == "header" ? kLongestHeader : kLongestBody))
    return graph_error(132005, component.type + ": the filled text is too long");
  add_line(text, out);
  return std::nullopt;
}

/// A file or a place, checked as one that is sent by itself. Graph misses a whole header by its format, not its number.
Refusal fill_shown(const std::string& format, const json& given, Outgoing& out) {
  if (given.empty()) return format_mismatch("header", format, "UNKNOWN");
  if (given.size() > 1) return wrong_number("header", given.size(), 1);
  if (upper(type_of(given[0])) != format) return format_mismatch("header", format, type_of(given[0]));
  Outgoing shown;
  shown.type = lower(format);
  if (auto refusal = read_attachment(given[0], shown)) return refusal;
  out.media_id = shown.media_id;
  out.link = shown.link;
  out.shown_as = shown.shown_as;
  add_line(shown.text, out);
  return std::nullopt;
}

Refusal fill_part(const json& definition, const json& part, const json& given, Outgoing& out) {
  const auto type = lower(part.at("type"));
  const auto parameters = parameters_for(given, type);
  if (!parameters.is_array()) return bad_value("Param parameters of " + type + " must be an array.");
  if (const auto format = part.value("format", "TEXT"); type == "header" && format != "TEXT")
    return fill_shown(format, parameters, out);
  const Component component{type, part.value("text", ""), definition.value("parameter_format", "") == "NAMED"};
  return fill_component(component, parameters, out);
}

/// "Url" of "URL", as Graph words it.
std::string in_words(const std::string& type) {
  return type == "PHONE_NUMBER" ? "Call" : type.substr(0, 1) + lower(type.substr(1));
}

/// What a message brings for the button at `index`; null if nothing. Graph takes the index as a text and as a number.
json given_for_button(const json& given, std::size_t index) {
  for (const auto& part : given) {
    const auto at = part.value("index", json());
    const auto written = at.is_string() ? at.get<std::string>() : at.dump();
    if (lower(part.value("type", "")) == "button" && written == std::to_string(index)) return part;
  }
  return {};
}

Refusal fill_link(const std::string& name, const std::string& url, const json& parameter, Outgoing& out) {
  if (auto refusal = check_parameter(parameter, "buttons")) return refusal;
  auto link = url;
  for (const auto& variable : variables_in(url)) replace_all(link, "{{" + variable + "}}", parameter["text"]);
  add_line("[" + name + ": " + link + "]", out);
  return std::nullopt;
}

Refusal check_code(const json& parameter) {
  if (type_of(parameter) != "coupon_code") return format_mismatch("buttons", "COUPON_CODE", type_of(parameter));
  const auto code = parameter.value("coupon_code", "");
  if (code.empty()) return graph_error(131008, "Parameter of type coupon_code is missing coupon_code value");
  if (code.size() <= kLongestCode) return std::nullopt;
  return graph_error(132005, "buttons: the coupon code is too long");
}

Refusal fill_button(const json& button, const json& given, std::size_t index, Outgoing& out) {
  const auto type = button.value("type", "");
  const auto url = type == "URL" ? button.value("url", "") : "";
  const bool takes_one = type == "COPY_CODE" || !variables_in(url).empty();
  const auto which = "buttons: Button at index " + std::to_string(index);
  const auto part = given_for_button(given, index);
  const auto parameters = part.is_null() ? json::array() : part.value("parameters", json::array());
  const bool takes_none = !takes_one && (type == "URL" || type == "PHONE_NUMBER");
  if (takes_none && !part.is_null())
    return graph_error(100, which + " is of type " + in_words(type) + " and does not support parameters");
  if (!takes_one) return std::nullopt;
  if (!parameters.is_array() || parameters.empty())
    return graph_error(131008, which + " of type " + in_words(type) + " requires a parameter");
  if (parameters.size() > 1) return wrong_number("buttons", parameters.size(), 1);
  if (const auto kind = part.value("sub_type", ""); upper(kind) != type)
    return format_mismatch("buttons", type, kind.empty() ? "UNKNOWN" : kind);
  return type == "URL" ? fill_link(button.value("text", ""), url, parameters[0], out) : check_code(parameters[0]);
}

Refusal fill_buttons(const json& buttons, const json& given, Outgoing& out) {
  for (std::size_t i = 0; i < buttons.size(); ++i) {
    if (auto refusal = fill_button(buttons[i], given, i, out)) return refusal;
  }
  for (const auto& part : given) {
    if (lower(part.value("type", "")) != "button") continue;
    bool known = false;
    for (std::size_t i = 0; i < buttons.size(); ++i) known |= !given_for_button(json::array({part}), i).is_null();
    if (!known) return graph_error(132000, "buttons: the template has no button at this index");
  }
  return std::nullopt;
}

/// Of the whole message, so that what has no place in the template is seen too.
Refusal check_components(const json& given) {
  if (!given.is_array()) return bad_value("Param template['components'] must be an array.");
  for (const auto& part : given) {
    const auto type = part.is_object() ? lower(part.value("type", "")) : "";
    if (type != "header" && type != "body" && type != "button")
      return graph_error(100, "Param template['components']['type'] must be one of {HEADER, BODY, BUTTON}.");
  }
  return std::nullopt;
}

}  // namespace

Refusal fill_parts(const json& definition, const json& given, Outgoing& out) {
  if (auto refusal = check_components(given)) return refusal;
  json buttons = json::array();
  bool has_header = false;
  for (const auto& part : definition.at("components")) {
    const auto type = lower(part.at("type"));
    if (type == "buttons") buttons = part.value("buttons", json::array());
    has_header |= type == "header";
    if (type != "header" && type != "body") continue;  // footers take no parameters
    if (auto refusal = fill_part(definition, part, given, out)) return refusal;
  }
  if (const auto unasked = parameters_for(given, "header").size(); !has_header && unasked > 0)
    return wrong_number("header", unasked, 0);
  return fill_buttons(buttons, given, out);
}

}  // namespace agente::sim::whatsapp
