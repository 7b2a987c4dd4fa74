#include "simulators/whatsapp/outgoing.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <regex>
#include <string_view>

#include <nlohmann/json.hpp>

#include "simulators/whatsapp/attachments.hpp"
#include "simulators/whatsapp/characters.hpp"
#include "simulators/whatsapp/interactive.hpp"
#include "simulators/whatsapp/json_member.hpp"

namespace agente::sim::whatsapp {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxText = 4096;
constexpr std::size_t kMaxKey = 512;
constexpr int kMaxDepth = 32;

Refusal check_product(const json& body) {
  const auto* product = member(body, "messaging_product");
  if (product == nullptr) return missing_parameter("messaging_product");
  if (*product == "whatsapp") return std::nullopt;
  return graph_error(100, "Param messaging_product must be one of {WHATSAPP}.");
}

Refusal read_phone(const std::string& sender, Outgoing& out) {
  static const std::regex kPhone(R"(\+?[1-9][0-9]{4,14})");
  if (!std::regex_match(out.input, kPhone)) return graph_error(100, "Parameter Invalid");
  out.to = out.input.substr(out.input[0] == '+' ? 1 : 0);
  if (out.to == sender) return graph_error(131021);
  return std::nullopt;
}

Refusal read_user_id(Outgoing& out) {
  static const std::regex kUserId(R"([A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128})");
  if (!std::regex_match(out.input, kUserId)) return bad_value("Param recipient is not a business-scoped user id.");
  out.user_id = out.input;
  return std::nullopt;
}

/// Whether there is such a group is for who knows them.
Refusal read_group(Outgoing& out) {
  if (out.input.empty()) return missing_parameter("to");
  out.group = out.input;
  return std::nullopt;
}

/// If both are given the phone number wins.
Refusal read_recipient(const json& body, const std::string& sender, Outgoing& out) {
  std::string kind = "individual";
  if (auto refusal = optional_text(body, "recipient_type", kind)) return refusal;
  if (kind != "individual" && kind != "group") return bad_value("Param recipient_type must not be " + kind);
  if (auto refusal = optional_text(body, "to", out.input)) return refusal;
  if (kind == "group") return read_group(out);
  if (!out.input.empty()) return read_phone(sender, out);
  if (auto refusal = optional_text(body, "recipient", out.input)) return refusal;
  if (!out.input.empty()) return read_user_id(out);
  return missing_parameter("to");
}

Refusal read_text(const json& body, Outgoing& out) {
  const auto* text = member(body, "text");
  if (text == nullptr) return missing_parameter("text");
  if (!text->is_object()) return bad_value("Param text must be an object.");
  if (auto refusal = optional_text(*text, "body", out.text)) return refusal;
  if (out.text.empty()) return missing_parameter("text.body");
  if (count_characters(out.text) > kMaxText) return bad_value("Param text.body must be at most 4096 characters long.");
  const auto* preview = member(*text, "preview_url");
  if (preview && !preview->is_boolean()) return bad_value("Param text.preview_url must be a boolean.");
  return std::nullopt;
}

Refusal read_interactive(const json& body, Outgoing& out) {
  const auto* interactive = member(body, "interactive");
  if (interactive == nullptr) return missing_parameter("interactive");
  out.interactive = interactive->dump();
  return check_interactive(*interactive, out.text);
}

/// Whether there is such a template is for who knows them.
Refusal read_template(const json& body, Outgoing& out) {
  const auto* form = member(body, "template");
  if (form == nullptr) return missing_parameter("template");
  if (!form->is_object()) return bad_value("Param template must be an object.");
  out.form = form->dump();
  return std::nullopt;
}

/// The type of the real service that is not played is refused with the error it has for a type that a number cannot
/// send.
Refusal read_content(const json& body, Outgoing& out) {
  out.type = "text";
  if (auto refusal = optional_text(body, "type", out.type)) return refusal;
  if (out.type == "text") return read_text(body, out);
  if (out.type == "interactive") return read_interactive(body, out);
  if (out.type == "template") return read_template(body, out);
  if (is_attachment(out.type)) return read_attachment(body, out);
  if (out.type == "pin") return graph_error(131051, "Message type is not currently supported: " + out.type);
  return graph_error(100,
                     "Param type must be one of {AUDIO, CONTACTS, DOCUMENT, IMAGE, INTERACTIVE, LOCATION, PIN, "
                     "REACTION, STICKER, TEMPLATE, TEXT, VIDEO} - got \"" +
                         out.type + "\".");
}

Refusal read_extras(const json& body, Outgoing& out) {
  if (auto refusal = optional_text(body, "biz_opaque_callback_data", out.key)) return refusal;
  if (count_characters(out.key) > kMaxKey) {
    return bad_value("Param biz_opaque_callback_data must be at most 512 characters long.");
  }
  if (auto refusal = optional_text(body, "recipient_identity_key_hash", out.identity)) return refusal;
  const auto* context = member(body, "context");
  if (context == nullptr) return std::nullopt;
  std::string quoted;
  if (!context->is_object()) return bad_value("Param context must be an object.");
  if (auto refusal = optional_text(*context, "message_id", quoted)) return refusal;
  if (quoted.empty()) return missing_parameter("context.message_id");
  return std::nullopt;
}

Refusal read_receipt(const json& body, Outgoing& out) {
  out.read_receipt = true;
  if (body["status"] != "read") return graph_error(100, "Param status must be one of {READ}.");
  if (auto refusal = optional_text(body, "message_id", out.message_id)) return refusal;
  if (out.message_id.empty()) return missing_parameter("message_id");
  const auto* typing = member(body, "typing_indicator");
  if (typing == nullptr) return std::nullopt;
  if (!typing->is_object() || typing->value("type", json()) != "text") {
    return graph_error(100, "Param typing_indicator.type must be one of {TEXT}.");
  }
  out.typing = true;
  return std::nullopt;
}

Refusal read_message(const json& body, const std::string& sender, Outgoing& out) {
  if (auto refusal = read_recipient(body, sender, out)) return refusal;
  if (auto refusal = read_content(body, out)) return refusal;
  return read_extras(body, out);
}

/// Nothing if it is no JSON, or nested as no message is.
std::optional<json> parse(const std::string& text) {
  bool too_deep = false;
  const auto watch = [&](int depth, json::parse_event_t, json&) {
    too_deep |= depth > kMaxDepth;
    return !too_deep;
  };
  auto body = json::parse(text, watch, false);
  if (body.is_discarded() || too_deep) return std::nullopt;
  return body;
}

}  // namespace

std::variant<Outgoing, GraphError> read_outgoing(const std::string& text, const std::string& sender) {
  const auto body = parse(text);
  if (!body || !body->is_object()) return graph_error(100, "Request body is not a valid JSON object.");
  Outgoing out;
  auto refusal = check_product(*body);
  if (!refusal) refusal = member(*body, "status") ? read_receipt(*body, out) : read_message(*body, sender, out);
  if (refusal) return *refusal;
  return out;
}

}  // namespace agente::sim::whatsapp
