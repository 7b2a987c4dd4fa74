/// SHA-256 (FIPS 180-4) and HMAC (RFC 2104).
///
/// Why not a library: every TLS library keeps thread keys and exit hooks, with which this plugin could never be
/// unloaded.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace agente::whatsapp {

using Digest = std::array<std::uint8_t, 32>;

[[nodiscard]] Digest sha256(std::string_view bytes) noexcept;
[[nodiscard]] Digest hmac_sha256(std::string_view key, std::string_view bytes) noexcept;

/// 64 lowercase digits.
[[nodiscard]] std::string to_hex(const Digest& digest);

}  // namespace agente::whatsapp
