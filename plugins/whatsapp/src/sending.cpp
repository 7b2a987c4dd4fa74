#include "sending.hpp"

#include <algorithm>

#include "forms.hpp"
#include "json_text.hpp"
#include "numbers.hpp"
#include "utf8.hpp"

namespace agente::whatsapp {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// `"to":"5491155550142"`, or `"recipient":` and a user id.
std::string address(std::string_view recipient) {
  if (is_user_id(recipient)) return "\"recipient\":" + json_string(recipient);
  std::string digits;
  std::copy_if(recipient.begin(), recipient.end(), std::back_inserter(digits), is_digit);
  const auto strange = [](char c) { return !is_digit(c) && c != '+' && c != ' ' && c != '-'; };
  if (digits.empty() || std::any_of(recipient.begin(), recipient.end(), strange))
    throw error(AGENTE_E_INVALID, "the recipient is neither a telephone number nor a user id of WhatsApp");
  return "\"to\":" + json_string(digits);
}

void check_text(const outbound& message) {
  if (message.text.empty()) throw error(AGENTE_E_INVALID, "the text is empty: WhatsApp takes 1 to 4096 characters");
  const auto length = count_characters(message.text);
  if (length > kLongestText)
    throw error(AGENTE_E_INVALID,
                "the text has " + std::to_string(length) + " characters, WhatsApp takes 4096: send it in parts");
}

}  // namespace

std::string message_body(const outbound& message, const Settings& settings, const Listed* listed,
                         std::string_view number) {
  const auto form = form_of(message, settings, listed);
  if (!form) check_text(message);
  std::string body = R"({"messaging_product":"whatsapp","recipient_type":"individual",)" + address(number);
  if (!message.reply_to.empty() && message.kind != "reaction")
    body += R"(,"context":{"message_id":)" + json_string(message.reply_to) + "}";
  if (!message.key.empty()) body += R"(,"biz_opaque_callback_data":)" + json_string(message.key);
  if (form) return body + "," + *form + "}";
  body += R"(,"type":"text","text":{"body":)" + json_string(message.text) + R"(,"preview_url":false}})";
  return body;
}

Accepted read_accepted(const http_response& answer) {
  const Json body = is_json(answer.body) ? Json{answer.body} : Json{};
  const auto message = body["messages"].first();
  Accepted accepted{.id = message["id"].text(),
                    .number = body["contacts"].first()["wa_id"].text(),
                    .status = message["message_status"].text()};
  if (accepted.id.empty())
    throw error(AGENTE_E_UNKNOWN_OUTCOME,
                "Graph answered " + std::to_string(answer.status) + " but named no message: it may have been sent");
  return accepted;
}

}  // namespace agente::whatsapp
