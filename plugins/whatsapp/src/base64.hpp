/// Base64 (RFC 4648), with or without its padding.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace agente::whatsapp {

/// The bytes; nothing for what is no base64.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

}  // namespace agente::whatsapp
