#include <cstdint>

#include "page.hpp"

namespace webchat {
namespace {

std::string bytes_of(std::string_view hex) {
  const auto value = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes += static_cast<char>(value(hex[i]) * 16 + value(hex[i + 1]));
  return bytes;
}

std::string base64(std::string_view bytes) {
  constexpr char kLetters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k)
      group = group << 8U | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k) text += i + k <= bytes.size() ? kLetters[group >> (18 - 6 * k) & 63U] : '=';
  }
  return text;
}

std::string source(std::string_view sha256) { return "'sha256-" + base64(bytes_of(sha256)) + "'"; }

}  // namespace

std::string page_policy(const std::vector<std::string>& framers) {
  std::string policy = "default-src 'none'; script-src " + source(kScriptSha256) + "; style-src " +
                       source(kStyleSha256) + "; connect-src 'self'; base-uri 'none'; form-action 'none'; " +
                       "frame-ancestors 'self'";
  for (const auto& origin : framers) policy += " " + origin;
  return policy;
}

}  // namespace webchat
