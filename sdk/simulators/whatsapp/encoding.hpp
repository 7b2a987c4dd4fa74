#pragma once

#include <optional>
#include <string>

namespace agente::sim::whatsapp {

/// Base64 in one line.
std::string base64(const std::string& bytes);
/// The bytes; nothing for what is no base64.
std::optional<std::string> from_base64(const std::string& text);

/// 32 bytes.
std::string sha256(const std::string& bytes);
/// Lowercase.
std::string hex(const std::string& bytes);

}  // namespace agente::sim::whatsapp
