#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace agente::sim::whatsapp {

/// The business number an event is about.
struct BusinessNumber {
  std::string waba, phone_number_id, display_number;
};

/// A button or row a guest taps.
struct Tap {
  std::string shape;  ///< button_reply or list_reply
  std::string id, title, description;
  std::string message_id;  ///< of the message it stands under
};

/// A picture, a document, a voice note of a guest.
struct SentFile {
  std::string kind;                   ///< image, audio, video, document or sticker
  std::string id, mime_type, sha256;  ///< base64
  std::string url{}, caption{}, filename{};
  bool voice = false;  ///< of audio: recorded, not a file
};

/// What a guest writes or taps. `from` (digits) or `user_id` may be empty, not both.
struct GuestMessage {
  std::string from, user_id, name, id, timestamp, text;
  std::optional<Tap> tap{};        ///< `text` is its title then
  std::optional<SentFile> file{};  ///< `text` says what it is then
};

/// What became of a message the business sent. `state`: sent, delivered, read or failed.
struct StatusNews {
  std::string id, state, timestamp, recipient, recipient_user_id, key;
  int error = 0;  ///< with failed
};

/// The webhook body for messages that arrive together.
nlohmann::ordered_json messages_event(const BusinessNumber& number, const std::vector<GuestMessage>& messages);
nlohmann::ordered_json status_event(const BusinessNumber& number, const StatusNews& news);

/// The bytes Meta puts on the wire: compact, non-ASCII as lowercase \u escapes, slashes escaped.
std::string to_wire(const nlohmann::ordered_json& event);

/// Lowercase hex of the HMAC of `bytes`, for X-Hub-Signature-256 and the older X-Hub-Signature.
std::string hmac_sha256(const std::string& secret, const std::string& bytes);
std::string hmac_sha1(const std::string& secret, const std::string& bytes);

}  // namespace agente::sim::whatsapp
