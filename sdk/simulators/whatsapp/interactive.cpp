#include "simulators/whatsapp/interactive.hpp"

#include <array>
#include <set>
#include <vector>

#include <nlohmann/json.hpp>

#include "simulators/whatsapp/characters.hpp"

namespace agente::sim::whatsapp {
namespace {

using nlohmann::json;
using Refusal = std::optional<GraphError>;

constexpr std::size_t kMostButtons = 3;
constexpr std::size_t kMostRows = 10;
constexpr std::size_t kMostSections = 10;
constexpr std::size_t kLongestFrame = 60;

/// A text within an object: how Graph names it, and its limits in characters.
struct Rule {
  const char* member;
  const char* name;
  std::size_t longest;
  bool required = true;
};

GraphError bad_value(const std::string& details) { return graph_error(131009, details); }

Refusal read_text(const json& object, const Rule& rule, std::string& out) {
  out.clear();
  const auto found = object.find(rule.member);
  if (found == object.end() || found->is_null()) {
    return rule.required ? Refusal(missing_parameter(rule.member)) : std::nullopt;
  }
  if (!found->is_string()) return bad_value("Param " + std::string(rule.member) + " must be a string.");
  out = found->get<std::string>();
  if (!out.empty() && count_characters(out) <= rule.longest) return std::nullopt;
  return bad_value(std::string(rule.name) +
                   " length invalid. Min length: 1, Max length: " + std::to_string(rule.longest));
}

/// Ids and titles of buttons or rows, each once.
struct Seen {
  std::set<std::string> ids;
  std::set<std::string> titles;
};

Refusal check_id(const json& object, const Rule& rule, Seen& seen) {
  std::string id;
  if (auto refusal = read_text(object, rule, id)) return refusal;
  if (id.front() == ' ' || id.back() == ' ')
    return bad_value(std::string(rule.name) + " must not begin or end with a space");
  if (!seen.ids.insert(id).second) return bad_value("Duplicated " + std::string(rule.name) + ": " + id);
  return std::nullopt;
}

Refusal check_button(const json& button, Seen& seen) {
  if (!button.is_object() || button.value("type", json()) != "reply") return bad_value("Button type must be reply.");
  const auto reply = button.value("reply", json());
  if (!reply.is_object()) return missing_parameter("reply");
  std::string title;
  if (auto refusal = read_text(reply, {"title", "Button title", 20}, title)) return refusal;
  if (!seen.titles.insert(title).second) return bad_value("Duplicated button title: " + title);
  return check_id(reply, {"id", "button id", 256}, seen);
}

Refusal check_buttons(const json& action) {
  const auto buttons = action.value("buttons", json());
  if (!buttons.is_array()) return missing_parameter("buttons");
  if (buttons.empty() || buttons.size() > kMostButtons) {
    return bad_value("Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: 3");
  }
  Seen seen;
  for (const auto& button : buttons) {
    if (auto refusal = check_button(button, seen)) return refusal;
  }
  return std::nullopt;
}

Refusal check_row(const json& row, Seen& seen) {
  if (!row.is_object()) return bad_value("Param rows must be an array of objects.");
  std::string ignored;
  if (auto refusal = read_text(row, {"title", "Row title", 24}, ignored)) return refusal;
  if (auto refusal = read_text(row, {"description", "Row description", 72, false}, ignored)) return refusal;
  return check_id(row, {"id", "row id", 200}, seen);
}

Refusal check_list(const json& action) {
  std::string ignored;
  if (auto refusal = read_text(action, {"button", "Button label", 20}, ignored)) return refusal;
  const auto sections = action.value("sections", json());
  if (!sections.is_array() || sections.empty()) return missing_parameter("sections");
  if (sections.size() > kMostSections)
    return bad_value("Invalid sections count. Min allowed sections: 1, Max allowed sections: 10");
  Seen seen;
  for (const auto& section : sections) {
    if (!section.is_object()) return bad_value("Param sections must be an array of objects.");
    const Rule title{"title", "Section title", 24, sections.size() > 1};
    if (auto refusal = read_text(section, title, ignored)) return refusal;
    const auto rows = section.value("rows", json());
    if (!rows.is_array() || rows.empty()) return missing_parameter("rows");
    for (const auto& row : rows) {
      if (auto refusal = check_row(row, seen)) return refusal;
    }
  }
  if (seen.ids.size() <= kMostRows) return std::nullopt;
  return bad_value("Total row count exceed max allowed count: 10");
}

/// The members that must be in `parameters` of an action of that name.
Refusal check_parameters(const json& action, const char* name, const std::vector<Rule>& rules) {
  if (action.value("name", json()) != name) return bad_value("Param action.name must be " + std::string(name) + ".");
  const auto parameters = action.value("parameters", json::object());
  if (!parameters.is_object()) return bad_value("Param action.parameters must be an object.");
  std::string ignored;
  for (const auto& rule : rules) {
    if (auto refusal = read_text(parameters, rule, ignored)) return refusal;
  }
  return std::nullopt;
}

Refusal check_link_button(const json& action) {
  constexpr std::size_t kLongestUrl = 2'000;
  const std::vector<Rule> rules{{"display_text", "Display text", 20}, {"url", "URL", kLongestUrl}};
  if (auto refusal = check_parameters(action, "cta_url", rules)) return refusal;
  const std::string url = action["parameters"]["url"];
  if (url.starts_with("https://") || url.starts_with("http://")) return std::nullopt;
  return bad_value("Param url must be a valid http or https URL.");
}

Refusal check_location_request(const json& action) { return check_parameters(action, "send_location", {}); }

Refusal check_flow(const json& action) {
  return check_parameters(action, "flow",
                          {{"flow_message_version", "Flow message version", 10},
                           {"flow_cta", "Flow CTA", 30},
                           {"flow_id", "Flow id", 100}});
}

/// `header` and `footer`, which may be left out. Headers of pictures and files are not played.
Refusal check_frame(const json& interactive) {
  for (const auto* member : {"header", "footer"}) {
    const auto part = interactive.value(member, json());
    if (part.is_null()) continue;
    if (!part.is_object()) return bad_value("Param " + std::string(member) + " must be an object.");
    std::string ignored;
    const auto name = *member == 'h' ? "Header text" : "Footer text";
    if (auto refusal = read_text(part, {"text", name, kLongestFrame}, ignored)) return refusal;
  }
  return std::nullopt;
}

struct Shape {
  const char* name;
  Refusal (*check)(const json& action);
};
constexpr std::array kShapes{Shape{"button", check_buttons}, Shape{"list", check_list},
                             Shape{"cta_url", check_link_button},
                             Shape{"location_request_message", check_location_request}, Shape{"flow", check_flow}};

}  // namespace

Refusal check_interactive(const json& interactive, std::string& text) {
  if (!interactive.is_object()) return bad_value("Param interactive must be an object.");
  if (auto refusal = check_frame(interactive)) return refusal;
  const auto body = interactive.value("body", json());
  if (!body.is_object()) return missing_parameter("body");
  if (auto refusal = read_text(body, {"text", "Body text", 1024}, text)) return refusal;
  const auto action = interactive.value("action", json());
  if (!action.is_object()) return missing_parameter("action");
  const auto type = interactive.value("type", json());
  for (const auto& shape : kShapes) {
    if (type == shape.name) return shape.check(action);
  }
  return graph_error(131051, "Interactive type is not currently supported: " + type.dump());
}

}  // namespace agente::sim::whatsapp
