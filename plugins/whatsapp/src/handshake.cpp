#include "handshake.hpp"

#include <charconv>
#include <optional>
#include <string>

#include "signature.hpp"

namespace agente::whatsapp {
namespace {

std::string url_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned byte = 0;
    const auto* digits = text.data() + i + 1;
    const bool escaped =
        text[i] == '%' && i + 2 < text.size() && std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2;
    if (escaped) i += 2;
    out.push_back(escaped ? static_cast<char>(byte) : text[i] == '+' ? ' ' : text[i]);
  }
  return out;
}

std::optional<std::string> parameter(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const auto pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    const auto equals = pair.find('=');
    if (equals != std::string_view::npos && url_decoded(pair.substr(0, equals)) == name)
      return url_decoded(pair.substr(equals + 1));
  }
  return std::nullopt;
}

}  // namespace

http_out answer_handshake(std::string_view query, std::string_view verify_token) {
  const auto mode = parameter(query, "hub.mode");
  const auto token = parameter(query, "hub.verify_token");
  auto challenge = parameter(query, "hub.challenge");
  const bool ours = token && same_token(*token, verify_token);
  if (!ours || mode != "subscribe" || !challenge) return {.status = 403};
  return {.status = 200, .headers = {{"Content-Type", "text/plain; charset=utf-8"}}, .body = *std::move(challenge)};
}

}  // namespace agente::whatsapp
