/// A message of ours in Graph's words, and its answer.
#pragma once

#include <string>
#include <string_view>

#include <agente/sdk.hpp>

#include "settings.hpp"
#include "templates.hpp"

namespace agente::whatsapp {

/// The longest text of one message, in characters.
inline constexpr std::size_t kLongestText = 4096;

/// The body of POST /{version}/{account}/messages, to `number`: the recipient or another form of it. `listed` as for
/// form_of. Throws INVALID for what WhatsApp does not carry, and as form_of.
[[nodiscard]] std::string message_body(const outbound& message, const Settings& settings, const Listed* listed,
                                       std::string_view number);

/// What Meta says of a message that it has taken.
struct Accepted {
  std::string id = {};
  std::string number = {};  ///< the guest's, as Meta writes it; empty for a user id
  std::string status = {};  ///< of a template: accepted, held_for_quality_assessment, paused; may be empty
};
/// Throws UNKNOWN_OUTCOME if a 2xx answer names no message.
[[nodiscard]] Accepted read_accepted(const http_response& answer);

}  // namespace agente::whatsapp
