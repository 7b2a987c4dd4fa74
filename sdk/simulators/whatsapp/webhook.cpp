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

Json envelope(const BusinessNumber& number, Json value) {
  Json change{{"value", std::move(value)}, {"field", "messages"}};
  Json entry{{"id", number.waba}, {"changes", Json::array({std::move(change)})}};
  return {{"object", "whatsapp_business_account"}, {"entry", Json::array({std::move(entry)})}};
}

void put(Json& object, const char* name, const std::string& value) {
  if (!value.empty()) object[name] = value;
}

Json contact_of(const GuestMessage& message) {
  Json contact{{"profile", {{"name", message.name}}}};
  put(contact, "wa_id", message.from);
  put(contact, "user_id", message.user_id);
  return contact;
}

Json error_of(int code) {
  return {{"code", code},
          {"title", error_title(code)},
          {"message", error_title(code)},
          {"error_data", {{"details", error_details(code)}}},
          {"href", "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/"}};
}

void put_tap(Json& sent, const BusinessNumber& number, const Tap& tap) {
  Json reply{{"id", tap.id}, {"title", tap.title}};
  put(reply, "description", tap.description);
  sent["context"] = {{"from", number.display_number}, {"id", tap.message_id}};
  sent["type"] = "interactive";
  sent["interactive"] = {{"type", tap.shape}, {tap.shape, std::move(reply)}};
}

void put_file(Json& sent, const SentFile& file) {
  Json content = Json::object();
  put(content, "caption", file.caption);
  put(content, "filename", file.filename);
  content["mime_type"] = file.mime_type;
  content["sha256"] = file.sha256;
  content["id"] = file.id;
  put(content, "url", file.url);
  if (file.kind == "audio") content["voice"] = file.voice;
  if (file.kind == "sticker") content["animated"] = false;
  sent["type"] = file.kind;
  sent[file.kind] = std::move(content);
}

}  // namespace

Json messages_event(const BusinessNumber& number, const std::vector<GuestMessage>& messages) {
  auto value = value_of(number);
  std::set<std::string> introduced;
  for (const auto& message : messages) {
    if (introduced.insert(message.from + '/' + message.user_id).second) value["contacts"] += contact_of(message);
    Json sent = Json::object();
    put(sent, "from", message.from);
    put(sent, "from_user_id", message.user_id);
    sent["id"] = message.id;
    sent["timestamp"] = message.timestamp;
    if (message.tap) {
      put_tap(sent, number, *message.tap);
    } else if (message.file) {
      put_file(sent, *message.file);
    } else {
      sent["type"] = "text";
      sent["text"] = {{"body", message.text}};
    }
    value["messages"] += std::move(sent);
  }
  return envelope(number, std::move(value));
}

Json status_event(const BusinessNumber& number, const StatusNews& news) {
  Json status{{"id", news.id}, {"status", news.state}, {"timestamp", news.timestamp}};
  put(status, "recipient_id", news.recipient);
  put(status, "recipient_user_id", news.recipient_user_id);
  put(status, "biz_opaque_callback_data", news.key);
  if (news.state == "sent" || news.state == "delivered") {
    status["pricing"] = {
        {"billable", false}, {"pricing_model", "PMP"}, {"category", "service"}, {"type", "free_customer_service"}};
  }
  if (news.error != 0) status["errors"] = Json::array({error_of(news.error)});
  auto value = value_of(number);
  value["statuses"] = Json::array({std::move(status)});
  return envelope(number, std::move(value));
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
