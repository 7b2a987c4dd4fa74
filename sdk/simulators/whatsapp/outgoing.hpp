#pragma once

#include <string>
#include <variant>

#include <nlohmann/json_fwd.hpp>

#include "simulators/whatsapp/graph_error.hpp"

namespace agente::sim::whatsapp {

/// A body posted to /messages that Graph would accept, before limits and faults: a message or a read receipt.
struct Outgoing {
  bool read_receipt = false;
  std::string message_id{};  ///< which the receipt is for
  bool typing = false;

  std::string input{};    ///< `to` or `recipient` as it was written
  std::string to{};       ///< digits; empty if addressed by user id
  std::string user_id{};  ///< the business-scoped user id of `recipient`; empty if addressed by phone
  std::string group{};    ///< the id of the group it goes to; empty: it goes to one guest
  std::string type{};
  std::string text{};         ///< for people: of an interactive message its body, of a picture what it is
  std::string key{};          ///< biz_opaque_callback_data
  std::string interactive{};  ///< JSON: the buttons or the list, as they came; empty for none
  std::string form{};         ///< JSON: the member `template`, as it came; empty for none
  std::string attachment{};   ///< JSON: the file, place, card or reaction, as it came; empty for none
  std::string media_id{};     ///< of a file that was uploaded
  std::string link{};         ///< of one that Graph is to fetch
  std::string shown_as{};     ///< what that file is to be: image, document, ...
  std::string identity{};     ///< recipient_identity_key_hash: whom the sender takes the guest for
  std::string reacts_to{};    ///< the message a reaction is put to
  bool voice = false;         ///< a voice note

  /// Who is written to, however addressed.
  [[nodiscard]] const std::string& addressee() const { return !to.empty() ? to : user_id.empty() ? group : user_id; }
};

/// Reads `text` as JSON and checks what Graph checks of it. `sender` is the business' own number.
std::variant<Outgoing, GraphError> read_outgoing(const std::string& text, const std::string& sender);

}  // namespace agente::sim::whatsapp
