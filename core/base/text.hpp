#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace agente {

/// Text that can be stored and shown: NUL and invalid UTF-8 become U+FFFD, nothing else changes.
[[nodiscard]] std::string clean_utf8(std::string_view text);

/// Code points in valid UTF-8 (what the limits of messaging providers count).
[[nodiscard]] std::size_t count_code_points(std::string_view text);

/// A phone number or address as logs may show it: "549*******142", "l***@example.com".
[[nodiscard]] std::string mask(std::string_view identity);

/// 2 * `bytes` (at most 256) lowercase hex digits from the system's random source.
[[nodiscard]] std::string random_hex(std::size_t bytes);

}  // namespace agente
