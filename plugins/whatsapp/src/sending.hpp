/// A message of ours in Graph's words, and its answer.
#pragma once

#include <string>
#include <string_view>

#include <agente/sdk.hpp>

#include "settings.hpp"

namespace agente::whatsapp {

/// The longest text of one message, in characters.
inline constexpr std::size_t kLongestText = 4096;

/// The body of POST /{version}/{account}/messages, to `number`: the recipient or another form of it. Throws INVALID for
/// what WhatsApp does not carry, and as form_of.
[[nodiscard]] std::string message_body(const outbound& message, const Settings& settings, std::string_view number);

/// Meta's id of the message it has taken. Throws UNKNOWN_OUTCOME if a 2xx answer names none.
[[nodiscard]] std::string accepted_id(const http_response& answer);

}  // namespace agente::whatsapp
