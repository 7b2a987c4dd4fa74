#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace agente::sim::whatsapp {

/// The business number an event is about.
struct BusinessNumber {
  std::string waba, phone_number_id, display_number;
};

/// What a guest writes, taps or sends. `from` (digits) or `user_id` may be empty, not both.
struct GuestMessage {
  std::string from, user_id, name, id, timestamp;
  std::string text;                                             ///< for people: what stands on the telephone
  nlohmann::ordered_json content{};                             ///< its entry without sender, id and time
  nlohmann::ordered_json change = nlohmann::ordered_json({});   ///< merged into the entry at the end; null removes
  nlohmann::ordered_json contact = nlohmann::ordered_json({});  ///< merged into the guest's `contacts` entry
  bool stranger = false;                                        ///< comes without a `contacts` entry
  bool echo = false;                                            ///< the staff's, to the guest
  bool opens = true;                                            ///< his 24 hours, or those of the group
  std::string group{};                                          ///< in which he writes; empty: in his own chat

  [[nodiscard]] const std::string& guest() const { return from.empty() ? user_id : from; }
};

/// What became of a message the business sent. `state`: sent, delivered, read, played or failed.
struct StatusNews {
  std::string id{}, state{}, timestamp{}, recipient{}, recipient_user_id{}, key{};
  std::string recipient_type{};      ///< "group"; empty: it was one guest's
  std::string participant{};         ///< whom of the group it is told of; empty: of none or all
  int error = 0;                     ///< with failed
  nlohmann::ordered_json contact{};  ///< the guest's `contacts` entry; null: there is none
};

/// The guest's `contacts` entry.
nlohmann::ordered_json contact_of(const GuestMessage& message);

/// The webhook body for messages that arrive together; echoes stand in a change of their own.
nlohmann::ordered_json messages_event(const BusinessNumber& number, const std::vector<GuestMessage>& messages);
/// The webhook body for news of the account: `value` under `field`.
nlohmann::ordered_json field_event(const BusinessNumber& number, const std::string& field,
                                   nlohmann::ordered_json value);
nlohmann::ordered_json status_event(const BusinessNumber& number, const StatusNews& news);

/// The bytes Meta puts on the wire: compact, non-ASCII as lowercase \u escapes, slashes escaped.
std::string to_wire(const nlohmann::ordered_json& event);

/// Lowercase hex of the HMAC of `bytes`, for X-Hub-Signature-256 and the older X-Hub-Signature.
std::string hmac_sha256(const std::string& secret, const std::string& bytes);
std::string hmac_sha1(const std::string& secret, const std::string& bytes);

}  // namespace agente::sim::whatsapp
