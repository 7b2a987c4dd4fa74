#include "simulators/whatsapp/guest_message.hpp"

#include "simulators/common/control.hpp"
#include "simulators/whatsapp/guest_content.hpp"
#include "simulators/whatsapp/ids.hpp"

namespace agente::sim::whatsapp {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxBatch = 1000;  // Meta's own

std::string digits_of(const std::string& text) {
  auto digits = text.substr(text.starts_with("+") ? 1 : 0);
  if (digits.find_first_not_of("0123456789") != std::string::npos || digits.size() > 15) {
    throw Unclear("from must be a telephone number, digits with the country code, not '" + text + "'");
  }
  return digits;
}

GuestMessage read_message(const json& body, const Asked& asked) {
  GuestMessage message{.from = digits_of(body.value("from", "")),
                       .user_id = body.value("user_id", ""),
                       .name = body.value("name", "Guest"),
                       .id = body.value("id", ""),
                       .timestamp = asked.world.unix_time(),
                       .text = {}};
  read_content(body, asked, message);
  if (message.guest().empty()) throw Unclear("from or user_id must say who writes");
  if (body.contains("contact")) message.contact = read_patch(body, "contact");
  if (body.contains("timestamp")) {
    const auto& time = body["timestamp"];
    message.timestamp = time.is_string() ? time.get<std::string>() : std::to_string(time.get<std::int64_t>());
  }
  if (message.id.empty()) message.id = new_wamid_from(message.guest());
  return message;
}

}  // namespace

nlohmann::ordered_json read_patch(const json& body, const char* name) {
  if (!body.at(name).is_object()) throw Unclear(std::string(name) + " must be an object");
  return nlohmann::ordered_json::parse(body[name].dump());
}

std::vector<GuestMessage> read_messages(const json& body, const Asked& asked) {
  const auto batch = body.value("batch", json(1));
  const auto size = batch.is_array() ? batch.size() : batch.get<std::size_t>();
  if (size < 1 || size > kMaxBatch) throw Unclear("batch must be 1 to 1000 messages");
  std::vector<GuestMessage> messages;
  for (std::size_t i = 0; i < size; ++i) {
    auto one = body;
    if (i > 0 || batch.is_array()) one.erase("id");  // an id is one message's only
    if (batch.is_array()) one.update(batch[i]);
    messages.push_back(read_message(one, asked));
  }
  return messages;
}

}  // namespace agente::sim::whatsapp
