#include "signature.hpp"

#include <algorithm>

#include <agente/sdk.hpp>

#include "sha256.hpp"

namespace agente::whatsapp {
namespace {

constexpr std::string_view kScheme = "sha256=";

std::string lower(std::string_view text) {
  std::string out{text};
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

}  // namespace

std::optional<std::size_t> signing_secret(std::string_view header, std::string_view body,
                                          const std::vector<std::string>& secrets) {
  const auto given = lower(header);
  if (!given.starts_with(kScheme)) return std::nullopt;
  const auto digits = std::string_view{given}.substr(kScheme.size());
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < secrets.size(); ++i) {  // all of them, so that time does not tell which one matched
    const bool same = same_secret(digits, to_hex(hmac_sha256(secrets[i], body)));
    if (same && !secrets[i].empty() && !found) found = i;
  }
  return found;
}

bool same_token(std::string_view given, std::string_view expected) {
  return same_secret(to_hex(sha256(given)), to_hex(sha256(expected))) && !expected.empty();
}

}  // namespace agente::whatsapp
