#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <system_error>

#include <sys/random.h>
#include <utf8proc.h>

namespace agente {

std::string clean_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  for (std::size_t at = 0; at < text.size();) {
    utf8proc_int32_t point = 0;
    const auto length = utf8proc_iterate(bytes + at, static_cast<utf8proc_ssize_t>(text.size() - at), &point);
    if (length <= 0 || point == 0) {
      out += "\xEF\xBF\xBD";
      at += 1;
    } else {
      out.append(text.substr(at, static_cast<std::size_t>(length)));
      at += static_cast<std::size_t>(length);
    }
  }
  return out;
}

std::size_t count_code_points(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string mask(std::string_view identity) {
  if (const auto at = identity.find('@'); at != std::string_view::npos) {
    return std::string(identity.substr(0, std::min<std::size_t>(1, at))) + "***" + std::string(identity.substr(at));
  }
  if (identity.size() <= 6) return std::string(identity.size(), '*');
  return std::string(identity.substr(0, 3)) + std::string(identity.size() - 6, '*') +
         std::string(identity.substr(identity.size() - 3));
}

std::string random_hex(std::size_t bytes) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string raw(bytes, '\0');
  // Not std::random_device: it asks the processor word by word, and where that is virtual each one is a trap.
  if (getrandom(raw.data(), raw.size(), 0) != static_cast<ssize_t>(bytes)) {
    throw std::system_error(errno, std::generic_category(), "getrandom");
  }
  std::string out;
  out.reserve(2 * bytes);
  for (const char c : raw) {
    const auto byte = static_cast<unsigned char>(c);
    out += kDigits[byte >> 4U];
    out += kDigits[byte & 0xFU];
  }
  return out;
}

}  // namespace agente
