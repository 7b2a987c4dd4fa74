#include "simulators/whatsapp/webhook.hpp"

#include <set>

#include <Poco/HMACEngine.h>
#include <Poco/SHA1Engine.h>
#include <Poco/SHA2Engine.h>
#include <nlohmann/json.hpp>

#include "simulators/whatsapp/graph_error.hpp"

namespace agente::sim::whatsapp {
namespace {

using Json = nlohmann::ordered_json;

/// SHA-256 in the shape HMACEngine wants.
struct Sha256 : Poco::SHA2Engine {
  enum { BLOCK_SIZE = 64, DIGEST_SIZE = 32 };
};

template <class Engine>
std::string hmac(const std::string& secret, const std::string& bytes) {
  Poco::HMACEngine<Engine> engine(secret);
  engine.update(bytes);
  return Poco::DigestEngine::digestToHex(engine.digest());
}

Json value_of(const BusinessNumber& number) {
  return {{"messaging_product", "whatsapp"},
          {"metadata", {{"display_phone_number", number.display_number}, {"phone_number_id", number.phone_number_id}}}};
}

Json envelope(const BusinessNumber& number, Json changes) {
  Json entry{{"id", number.waba}, {"changes", std::move(changes)}};
  return {{"object", "whatsapp_business_account"}, {"entry", Json::array({std::move(entry)})}};
}

Json change_of(const std::string& field, Json value) { return {{"value", std::move(value)}, {"field", field}}; }

void put(Json& object, const char* name, const std::string& value) {
  if (!value.empty()) object[name] = value;
}

Json error_of(int code) {
  return {{"code", code},
          {"title", error_title(code)},
          {"message", error_title(code)},
          {"error_data", {{"details", error_details(code)}}},
          {"href", "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/"}};
}

Json entry_of(const BusinessNumber& number, const GuestMessage& message) {
  Json sent = Json::object();
  if (message.echo) sent["from"] = number.display_number;
  put(sent, message.echo ? "to" : "from", message.from);
  put(sent, message.echo ? "to_user_id" : "from_user_id", message.user_id);
  sent["id"] = message.id;
  sent["timestamp"] = message.timestamp;
  sent.update(message.content);
  sent.merge_patch(message.change);
  // What is answered is the hotel's, if nothing else is said.
  if (sent.contains("context") && sent["context"].contains("id") && !sent["context"].contains("from"))
    sent["context"]["from"] = number.display_number;
  return sent;
}

/// As Meta does: none with failed, without the username with sent.
Json shown_contact(const StatusNews& news) {
  auto contact = news.state == "failed" ? Json() : news.contact;
  if (news.state == "sent" && contact.contains("profile") && contact["profile"].is_object())
    contact["profile"].erase("username");
  return contact;
}

}  // namespace

Json contact_of(const GuestMessage& message) {
  Json contact{{"profile", {{"name", message.name}}}};
  put(contact, "wa_id", message.from);
  put(contact, "user_id", message.user_id);
  contact.merge_patch(message.contact);
  return contact;
}

Json messages_event(const BusinessNumber& number, const std::vector<GuestMessage>& messages) {
  auto value = value_of(number);
  auto echoes = value;
  std::set<std::string> introduced;
  for (const auto& message : messages) {
    if (message.echo) {
      echoes["message_echoes"] += entry_of(number, message);
      continue;
    }
    const bool is_new = !message.stranger && introduced.insert(message.from + '/' + message.user_id).second;
    if (is_new) value["contacts"] += contact_of(message);
    value["messages"] += entry_of(number, message);
  }
  auto changes = Json::array();
  if (value.contains("messages")) changes += change_of("messages", std::move(value));
  if (echoes.contains("message_echoes")) changes += change_of("smb_message_echoes", std::move(echoes));
  return envelope(number, std::move(changes));
}

Json field_event(const BusinessNumber& number, const std::string& field, Json value) {
  if (field != "messages") return envelope(number, Json::array({change_of(field, std::move(value))}));
  auto whole = value_of(number);
  whole.update(value);
  return envelope(number, Json::array({change_of(field, std::move(whole))}));
}

Json status_event(const BusinessNumber& number, const StatusNews& news) {
  Json status{{"id", news.id}, {"status", news.state}, {"timestamp", news.timestamp}};
  put(status, "recipient_id", news.recipient);
  put(status, "recipient_user_id", news.recipient_user_id);
  put(status, "recipient_type", news.recipient_type);
  put(status, "recipient_participant_id", news.participant);
  put(status, "biz_opaque_callback_data", news.key);
  if (news.state == "sent" || news.state == "delivered") {
    status["pricing"] = {
        {"billable", false}, {"pricing_model", "PMP"}, {"category", "service"}, {"type", "free_customer_service"}};
  }
  if (news.state == "failed") status["errors"] = Json::array({error_of(news.error)});
  auto value = value_of(number);
  if (auto contact = shown_contact(news); !contact.is_null()) value["contacts"] = Json::array({std::move(contact)});
  value["statuses"] = Json::array({std::move(status)});
  return envelope(number, Json::array({change_of("messages", std::move(value))}));
}

std::string to_wire(const Json& event) {
  std::string wire;
  for (const char c : event.dump(-1, ' ', true)) {
    if (c == '/') wire += '\\';  // a slash occurs within strings only
    wire += c;
  }
  return wire;
}

std::string hmac_sha256(const std::string& secret, const std::string& bytes) { return hmac<Sha256>(secret, bytes); }
std::string hmac_sha1(const std::string& secret, const std::string& bytes) {
  return hmac<Poco::SHA1Engine>(secret, bytes);
}

}  // namespace agente::sim::whatsapp
