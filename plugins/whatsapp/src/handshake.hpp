/// Meta's question whether this callback URL is ours.
#pragma once

#include <string_view>

#include <agente/sdk.hpp>

namespace agente::whatsapp {

/// Answers GET ?hub.mode=subscribe&hub.challenge=…&hub.verify_token=… : 200 with the bare challenge if the token is
/// `verify_token`, which must not be empty; else 403 with nothing. The challenge is a stranger's text: it goes out as
/// plain text, and the host sends X-Content-Type-Options: nosniff with every answer.
[[nodiscard]] http_out answer_handshake(std::string_view query, std::string_view verify_token);

}  // namespace agente::whatsapp
